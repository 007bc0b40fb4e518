"""What went to one recipient and what came back: the send log, read from the outbox and the history.

Nothing is kept twice: a bounce is an event of the case whose letter came back, and is counted for the asker of that case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from consultant.store.columns import clean
from consultant.store.states import OutboxState
from consultant.store.tables import cases, event, outbox

_RETURNED = ("bounced", "complaint")


@dataclass(frozen=True, slots=True)
class Sending:
    """One letter to a recipient, and how it stands."""

    case_id: int
    letter_name: str
    recipient: str
    state: OutboxState
    attempts: int
    reason: str
    queued: datetime
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class Returns:
    """How often letters to an asker came back: for good, for now, and how often one was called spam."""

    hard: int = 0
    soft: int = 0
    complaints: int = 0


def sendings(tx: Connection, *, recipient: str = "", limit: int = 100) -> tuple[Sending, ...]:
    """Letters newest first, of one recipient when one is named."""
    columns = (outbox.c.case_id, outbox.c.letter_name, outbox.c.recipient, outbox.c.state, outbox.c.attempts, outbox.c.reason)
    query = select(*columns, outbox.c.queued, outbox.c.sent).order_by(outbox.c.id.desc()).limit(limit)
    if recipient:
        query = query.where(func.lower(outbox.c.recipient) == clean(recipient).lower())
    return tuple(Sending(*row) for row in tx.execute(query))


def returns(tx: Connection, asker: str) -> Returns:
    """What came back to letters in the cases of this asker."""
    of_asker = select(event.c.kind, event.c.detail).join(cases, cases.c.id == event.c.case_id)
    rows = tx.execute(of_asker.where(event.c.kind.in_(_RETURNED), func.lower(cases.c.sender) == clean(asker).lower())).all()
    kinds = [json.loads(row.detail).get("what", "") for row in rows if row.kind == "bounced"]
    hard = kinds.count("hard-bounce")
    return Returns(hard=hard, soft=len(kinds) - hard, complaints=len(rows) - len(kinds))
