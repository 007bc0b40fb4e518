"""The accounts of the service: every mail we accepted is in a case, and every case has an end or is open.

Two records are held against each other: the history, which says what was received and how cases moved, and the tables, which say
where everything stands now. Balance is: received = sent + closed + declined + quarantined + set aside + open, in mails.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, func, select

from consultant.model.case import CaseState
from consultant.model.draft import Action
from consultant.store import events
from consultant.store.states import OutboxState
from consultant.store.tables import cases, decision, event, message, outbox, raw_mail

_PAGE = 1000
_ENDS: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.SENT: "sent",
        CaseState.CLOSED: "closed",
        CaseState.QUARANTINED: "quarantined",
        CaseState.SET_ASIDE: "set_aside",
    }
)


@dataclass(frozen=True, slots=True)
class Balance:
    """Mails received, by the history; mails by the end of their case, by the tables; and what does not fit."""

    received: int
    sent: int
    closed: int
    declined: int
    quarantined: int
    set_aside: int
    open: int
    misstated: tuple[int, ...]
    """Cases that do not stand where their history left them."""
    orphans: int
    """Stored contents that belong to no message."""
    unknown_sends: int
    """Outgoing mails of which nobody knows whether they arrived; they wait for a person, and do not break the balance."""
    chain_ok: bool
    chain_count: int
    chain_broken_at: int | None

    @property
    def accounted(self) -> int:
        """Mails whose whereabouts the tables know."""
        return self.sent + self.closed + self.declined + self.quarantined + self.set_aside + self.open

    @property
    def holds(self) -> bool:
        """Whether everything accepted is accounted for and the history is whole."""
        return self.received == self.accounted and not self.misstated and not self.orphans and self.chain_ok


def count(tx: Connection) -> Balance:
    """Take stock, of one moment: call it in ``database.reading()``."""
    chain = events.verify(tx)
    ends = _mails_by_end(tx)
    return Balance(
        received=_many(tx, event, event.c.kind == "received"),
        sent=ends["sent"],
        closed=ends["closed"],
        declined=ends["declined"],
        quarantined=ends["quarantined"],
        set_aside=ends["set_aside"],
        open=ends["open"],
        misstated=_misstated(tx),
        orphans=_many(tx, raw_mail, ~exists().where(message.c.sha256 == raw_mail.c.sha256)),
        unknown_sends=_many(tx, outbox, outbox.c.state == OutboxState.UNKNOWN),
        chain_ok=chain.ok,
        chain_count=chain.count,
        chain_broken_at=chain.broken_at,
    )


def _mails_by_end(tx: Connection) -> Counter[str]:
    declined = exists().where(decision.c.case_id == cases.c.id, decision.c.action == Action.DECLINE)
    is_declined = and_(cases.c.state == CaseState.CLOSED, declined)
    mails = select(cases.c.state, is_declined, func.count()).join_from(message, cases).group_by(cases.c.state, is_declined)
    ends: Counter[str] = Counter()
    for state, was_declined, many in tx.execute(mails):
        ends["declined" if was_declined else _ENDS.get(state, "open")] += many
    return ends


def _misstated(tx: Connection) -> tuple[int, ...]:
    """Cases whose state is not the one that the events of their moves lead to."""
    told: dict[int, str] = {}
    history = (
        select(event.c.case_id, event.c.kind, event.c.detail).where(event.c.kind.in_(("received", "moved"))).order_by(event.c.seq)
    )
    for case_id, kind, detail in tx.execute(history.execution_options(yield_per=_PAGE)):
        told[case_id] = json.loads(detail)["to"] if kind == "moved" else CaseState.RECEIVED
    stands: dict[int, str] = dict(tx.execute(select(cases.c.id, cases.c.state)).all())
    return tuple(sorted(case_id for case_id in told.keys() | stands.keys() if told.get(case_id) != stands.get(case_id)))


def _many(tx: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return tx.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
