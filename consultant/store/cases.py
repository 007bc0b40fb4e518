"""Cases: what the queue shows, moves by compare-and-set, and who is at work on which case.

A move is one conditional UPDATE on the state it leaves: whoever comes second meets ConflictError and leaves quietly. A claim is
a lease with an end, so that a case whose worker died comes back by itself; every claim counts an attempt until the next move.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, literal, or_, select, update

from consultant.errors import ConflictError, NotFoundError
from consultant.model.case import ALLOWED_MOVES, STEP_OF_STATE, Case, CaseState, Priority, Step
from consultant.store import codes, events, outbox
from consultant.store.columns import CleanText
from consultant.store.rows import LARGEST_ID, named_reason, new_id
from consultant.store.sealing import open_json, seal_json
from consultant.store.tables import analysis, cases

ENGINE = "engine"
ANALYSIS = "analysis"
"""What an analysis is sealed as."""
_KEEPS_REASON = frozenset({CaseState.SET_ASIDE, CaseState.QUARANTINED, CaseState.CLOSED})
_NO_LEASE: dict[str, Any] = {"lease_owner": "", "lease_until": None}


@dataclass(frozen=True, slots=True)
class Claim:
    """A case that is ours to work on until the lease ends; ``attempt`` counts from 1 since the last move."""

    case: Case
    attempt: int


def add(tx: Connection, *, sender: str, received: datetime) -> int:
    """A new case in the state received; returns its number. The caller writes the event."""
    return new_id(tx, cases, state=CaseState.RECEIVED, sender=sender, received=received, changed=received)


def get(tx: Connection, case_id: int) -> Case:
    """The case of this number. Raises NotFoundError."""
    row = tx.execute(select(cases).where(cases.c.id == case_id)).one_or_none() if 0 < case_id <= LARGEST_ID else None
    if row is None:
        msg = f"there is no case {case_id}: look at the list with `consultant cases`"
        raise NotFoundError(msg)
    return case_of(row)


def listing(tx: Connection, *, state: CaseState | None = None, limit: int | None = None, search: str = "") -> tuple[Case, ...]:
    """Cases, newest first. ``search`` finds a part of sender or subject, or a case by its number (``17``, ``#17``)."""
    query = select(cases).order_by(cases.c.received.desc(), cases.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(cases.c.state == state)
    if search.strip():
        query = query.where(found_by(tx, search.strip()))
    return tuple(case_of(row) for row in tx.execute(query))


def counts(tx: Connection) -> dict[CaseState, int]:
    """How many cases stand in each state; every state is there."""
    found: dict[CaseState, int] = dict(tx.execute(select(cases.c.state, func.count()).group_by(cases.c.state)).all())
    return {state: found.get(state, 0) for state in CaseState}


def oldest_waiting(tx: Connection) -> datetime | None:
    """Since when the case has waited that has waited longest for the machine; None when none waits."""
    since: datetime | None = tx.execute(select(func.min(cases.c.changed)).where(cases.c.state.in_(STEP_OF_STATE))).scalar_one()
    return since


def move(  # noqa: PLR0913  (what a move is, and by whom)
    tx: Connection,
    case_id: int,
    *,
    to: CaseState,
    at: datetime,
    actor: str,
    reason: str = "",
    expect: CaseState,
    owner: str | None = None,
) -> None:
    """Move a case that stands in ``expect``; the lease ends, attempts start again from none, and the history has an event.

    With ``owner`` the lease must still be this owner's. Raises NotFoundError; ConflictError when another was first or the move
    is not allowed. In review, ``actor`` is who has the case open.
    """
    if to not in ALLOWED_MOVES[expect]:
        msg = f"a case does not go from {expect} to {to}: look at case {case_id} again"
        raise ConflictError(msg)
    stands = and_(cases.c.id == case_id, cases.c.state == expect, *([cases.c.lease_owner == owner] if owner else []))
    opened_by = actor if to is CaseState.IN_REVIEW else ""
    kept = reason if to in _KEEPS_REASON else ""
    row = {
        "state": to,
        "changed": at,
        "reason": kept,
        "opened_by": opened_by,
        "attempts": 0,
        "due": None,
        "purged": None,
    } | _NO_LEASE
    if tx.execute(update(cases).where(stands).values(row)).rowcount != 1:
        msg = f"case {case_id} is {get(tx, case_id).state} by now, or another is at work on it: look at it again"
        raise ConflictError(msg)
    events.append(tx, case_id=case_id, at=at, actor=actor, kind="moved", detail={"from": expect, "to": to} | named_reason(reason))


def open_by(tx: Connection, case_id: int, consultant: str, at: datetime) -> None:
    """A consultant takes a drafted case into review. Raises ConflictError when another has it."""
    move(tx, case_id, to=CaseState.IN_REVIEW, at=at, actor=consultant, expect=CaseState.DRAFTED)


def claim(tx: Connection, case_id: int, *, state: CaseState, owner: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take the case for ``lease`` if it stands in ``state``, is due, and nobody holds it; None otherwise. Counts the attempt."""
    free = and_(cases.c.id == case_id, cases.c.state == state, _is_free(now))
    taken = {"lease_owner": owner, "lease_until": now + lease, "attempts": cases.c.attempts + 1}
    if tx.execute(update(cases).where(free).values(taken)).rowcount != 1:
        return None
    case = get(tx, case_id)
    return Claim(case, case.attempts)


def release(tx: Connection, case_id: int, owner: str) -> bool:
    """Give the lease back; False when it was no longer ours."""
    return tx.execute(update(cases).where(_held(case_id, owner)).values(_NO_LEASE)).rowcount == 1


def postpone(tx: Connection, case_id: int, owner: str, until: datetime) -> bool:
    """Give the lease back, and let nobody take the case before ``until``; False when the lease was no longer ours."""
    return tx.execute(update(cases).where(_held(case_id, owner)).values({"due": until} | _NO_LEASE)).rowcount == 1


def wait(tx: Connection, case_id: int, owner: str, until: datetime) -> bool:
    """Like `postpone`, for what lies outside: the attempt does not count, so that no waiting makes a case a failed one."""
    # Whoever holds the lease has counted an attempt, so that this never falls below none.
    row = {"due": until, "attempts": cases.c.attempts - 1} | _NO_LEASE
    return tx.execute(update(cases).where(_held(case_id, owner)).values(row)).rowcount == 1


def held_back(tx: Connection, reason: str) -> tuple[Case, ...]:
    """The quarantined cases whose reason begins so, oldest first."""
    begins = cases.c.reason.startswith(reason, autoescape=True)
    rows = tx.execute(select(cases).where(cases.c.state == CaseState.QUARANTINED, begins).order_by(cases.c.received, cases.c.id))
    return tuple(case_of(row) for row in rows)


def due(tx: Connection, now: datetime, limit: int) -> tuple[tuple[int, Step], ...]:
    """What the machine should do now, longest waiting first: free cases in its states, and cases with mail to send."""
    since = func.coalesce(cases.c.due, cases.c.changed)
    waiting = select(cases.c.id, cases.c.state, since).where(cases.c.state.in_(STEP_OF_STATE), _is_free(now)).order_by(since)
    work = [(moment, case_id, STEP_OF_STATE[state]) for case_id, state, moment in tx.execute(waiting.limit(limit))]
    work += [(moment, case_id, Step.DELIVER) for case_id, moment in outbox.cases_due(tx, now, limit)]
    # A case may be due twice for one step: it is approved, and its reply waits in the outbox.
    return tuple(dict.fromkeys((case_id, step) for _, case_id, step in sorted(work)))[:limit]


def name_asker(tx: Connection, case_id: int, *, sender: str, subject: str) -> None:
    """Who asks, and the subject, once the mail is parsed. Raises NotFoundError."""
    if tx.execute(update(cases).where(cases.c.id == case_id).values(sender=sender, subject=subject)).rowcount != 1:
        get(tx, case_id)


def save_analysis(tx: Connection, case_id: int, row: dict[str, Any], at: datetime, *, made_by: str = ENGINE) -> None:
    """Keep an analysis, in its JSON form; earlier ones stay. ``made_by`` is the consultant who changed it, or the engine."""
    kept = seal_json(tx, row, about=ANALYSIS)
    tx.execute(insert(analysis).values(case_id=case_id, made=at, analysis=kept, made_by=made_by))
    codes.note(tx, case_id, row, by_engine=made_by == ENGINE)
    events.append(tx, case_id=case_id, at=at, actor=made_by, kind="analysed")


def set_priority(tx: Connection, case_id: int, priority: Priority, *, actor: str, at: datetime) -> None:
    """Let a case wait before or behind others. Raises NotFoundError."""
    if tx.execute(update(cases).where(cases.c.id == case_id).values(priority=priority)).rowcount != 1:
        get(tx, case_id)
    events.append(tx, case_id=case_id, at=at, actor=actor, kind="priority", detail={"to": priority.name.lower()})


def latest_analysis(tx: Connection, case_id: int) -> dict[str, Any] | None:
    """The newest analysis of the case, as it was saved; None when there is none."""
    newest = select(analysis.c.analysis).where(analysis.c.case_id == case_id).order_by(analysis.c.id.desc()).limit(1)
    found: dict[str, Any] | None = open_json(tx, tx.execute(newest).scalar_one_or_none(), about=ANALYSIS)
    return found


def engines_analysis(tx: Connection, case_id: int) -> dict[str, Any] | None:
    """The newest analysis of the case that no person has changed; None when there is none."""
    by_engine = select(analysis.c.analysis).where(analysis.c.case_id == case_id, analysis.c.made_by == ENGINE)
    newest = by_engine.order_by(analysis.c.id.desc()).limit(1)
    found: dict[str, Any] | None = open_json(tx, tx.execute(newest).scalar_one_or_none(), about=ANALYSIS)
    return found


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody holds the case, and it need not wait."""
    return and_(or_(cases.c.lease_until.is_(None), cases.c.lease_until <= now), or_(cases.c.due.is_(None), cases.c.due <= now))


def _held(case_id: int, owner: str) -> ColumnElement[bool]:
    return and_(cases.c.id == case_id, cases.c.lease_owner == owner)


def found_by(tx: Connection, words: str) -> ColumnElement[bool]:
    """Part of sender or subject, whatever the case of ASCII letters, or the number of the case."""
    escaped = words.replace("/", "//").replace("%", "/%").replace("_", "/_")
    pattern: ColumnElement[str] = literal(f"%{escaped}%", CleanText())
    columns: list[ColumnElement[str]] = [cases.c.sender, cases.c.subject]
    if tx.dialect.name == "postgresql":
        # SQLite compares ASCII letters without their case by itself; lowering every row first takes twice as long.
        pattern, columns = func.lower(pattern), [func.lower(column) for column in columns]
    found: list[ColumnElement[bool]] = [column.like(pattern, escape="/") for column in columns]
    number = words.removeprefix("#")
    if number.isdecimal() and int(number) <= LARGEST_ID:
        found.append(cases.c.id == int(number))
    return or_(*found)


def case_of(row: Row[Any]) -> Case:
    """The case of a whole row of the table."""
    return Case(
        id=row.id,
        state=row.state,
        reason=row.reason,
        sender=row.sender,
        subject=row.subject,
        received=row.received,
        changed=row.changed,
        attempts=row.attempts,
        opened_by=row.opened_by,
        priority=Priority(row.priority),
    )
