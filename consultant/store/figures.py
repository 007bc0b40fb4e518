"""Figures for those who run the service: how much comes in, what waits and for how long, how cases end, and what failed.

Everything is counted from the tables and the history when it is asked for; nothing is kept twice. Times are UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from consultant.model.case import STEP_OF_STATE, CaseState
from consultant.model.draft import Action
from consultant.store.states import OutboxState
from consultant.store.tables import cases, decision, draft, event, outbox

_ENDED = (CaseState.SENT, CaseState.CLOSED, CaseState.SET_ASIDE, CaseState.QUARANTINED)
_OUT_OF_FLOW = (CaseState.SET_ASIDE, CaseState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many cases stand in a state, and since when the one that has stood there longest; None when none does."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """One letter that a consultant let go out: when, how long after the mail came, and whether it went as it was drafted."""

    decided: datetime
    seconds: float
    as_drafted: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What was done and what had to be done again, since the beginning."""

    events: Mapping[str, int]
    """Events of the history by kind."""
    decisions: Mapping[str, int]
    letters: Mapping[str, int]
    """Outgoing letters by state."""
    letter_retries: int
    """Tries of letters beyond their first."""
    case_retries: int
    """Attempts at steps beyond their first, of cases that stand at that step."""
    oldest_letter: datetime | None
    """Since when the letter has waited that has waited longest to go out."""


def waiting(tx: Connection) -> dict[CaseState, Waiting]:
    """Every state with what stands in it."""
    rows = tx.execute(select(cases.c.state, func.count(), func.min(cases.c.changed)).group_by(cases.c.state))
    found = {state: Waiting(count, since) for state, count, since in rows}
    return {state: found.get(state, Waiting(0, None)) for state in CaseState}


def received_by_hour(tx: Connection, since: datetime) -> Counter[datetime]:
    """How many cases came in within each hour since then; hours without any are left out."""
    rows = tx.execute(select(cases.c.received).where(cases.c.received >= since)).scalars()
    return Counter(moment.replace(minute=0, second=0, microsecond=0) for moment in rows)


def received_in(tx: Connection, state: CaseState) -> tuple[datetime, ...]:
    """When the cases came in that stand in a state."""
    return tuple(tx.execute(select(cases.c.received).where(cases.c.state == state)).scalars())


def outcomes(tx: Connection, since: datetime) -> Counter[str]:
    """How the cases that came in since then have ended, those still under way as ``open``."""
    declined = exists().where(decision.c.case_id == cases.c.id, decision.c.action == Action.DECLINE)
    query = select(cases.c.state, declined, func.count()).where(cases.c.received >= since).group_by(cases.c.state, declined)
    found: Counter[str] = Counter()
    for state, was_declined, many in tx.execute(query):
        name = "declined" if was_declined and state is CaseState.CLOSED else state.value if state in _ENDED else "open"
        found[name] += many
    return found


def approvals(tx: Connection, since: datetime) -> tuple[Approval, ...]:
    """The letters approved since then, oldest first. A letter of version 1 went out as the machine drafted it."""
    query = (
        select(decision.c.decided, cases.c.received, draft.c.version)
        .join(cases, cases.c.id == decision.c.case_id)
        .join(draft, draft.c.id == decision.c.draft_id)
        .where(decision.c.action == Action.APPROVE, decision.c.decided >= since)
        .order_by(decision.c.id)
    )
    return tuple(
        Approval(decided, (decided - received).total_seconds(), as_drafted=version == 1)
        for decided, received, version in tx.execute(query)
    )


def work(tx: Connection) -> Work:
    """What was done since the beginning."""
    again = func.coalesce(func.sum(outbox.c.attempts - 1), 0)
    at_work = cases.c.state.in_(STEP_OF_STATE)
    steps_again = select(func.coalesce(func.sum(cases.c.attempts - 1), 0)).where(at_work, cases.c.attempts > 1)
    pending = select(func.min(outbox.c.queued)).where(outbox.c.state == OutboxState.PENDING)
    return Work(
        events=_counted(tx, event.c.kind),
        decisions=_counted(tx, decision.c.action),
        letters=_counted(tx, outbox.c.state),
        letter_retries=tx.execute(select(again).where(outbox.c.attempts > 1)).scalar_one(),
        case_retries=tx.execute(steps_again).scalar_one(),
        oldest_letter=tx.execute(pending).scalar_one(),
    )


def out_of_flow_by_reason(tx: Connection) -> Counter[tuple[CaseState, str]]:
    """Cases that were set aside or quarantined, by state and reason."""
    query = select(cases.c.state, cases.c.reason, func.count()).where(cases.c.state.in_(_OUT_OF_FLOW))
    return Counter({(state, reason): many for state, reason, many in tx.execute(query.group_by(cases.c.state, cases.c.reason))})


def _counted(tx: Connection, column: object) -> dict[str, int]:
    rows = tx.execute(select(column, func.count()).group_by(column))  # type: ignore[call-overload]
    return {str(getattr(name, "value", name)): many for name, many in rows}
