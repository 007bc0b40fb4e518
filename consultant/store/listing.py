"""The queue in pages: filtered, in one fixed order, read off an index whatever the number of cases.

A page is found by the place where the last one ended (keyset), never by counting rows from the start, so that the thousandth page
costs what the first does and a case that comes in meanwhile shifts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, exists, literal, select, tuple_

from consultant.model.case import Case, CaseState
from consultant.store.cases import case_of, found_by
from consultant.store.codes import DIAGNOSES
from consultant.store.columns import UtcDateTime
from consultant.store.tables import case_code, cases


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: priority, time of receipt and number of its last case."""

    priority: int
    received: datetime
    case_id: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are wanted; what is empty does not matter."""

    state: CaseState | None = None
    opened_by: str = ""
    sender: str = ""
    code: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases in order, and where the next page begins; ``after`` is None on the last."""

    cases: tuple[Case, ...]
    after: Place | None


def page(tx: Connection, wanted: Filter, *, waiting: bool, after: Place | None = None, size: int = 50) -> Page:
    """One page. ``waiting`` cases come in the order in which they are to be done: urgent ones first, then who waited longest.

    All others come newest first.
    """
    query = select(cases).where(*_conditions(tx, wanted)).limit(size + 1)
    if waiting:
        order: tuple[ColumnElement[Any], ...] = (cases.c.priority, cases.c.received, cases.c.id)
        query = query.order_by(*order)
        if after is not None:
            last = (literal(after.priority, Integer()), literal(after.received, UtcDateTime()), literal(after.case_id, Integer()))
            query = query.where(tuple_(*order) > tuple_(*last))
    else:
        # Numbers follow the order of arrival, and a table is read by number without an index.
        query = query.order_by(cases.c.id.desc())
        if after is not None:
            query = query.where(cases.c.id < after.case_id)
    found = tuple(case_of(row) for row in tx.execute(query))
    shown = found[:size]
    is_last = len(found) <= size
    return Page(shown, None if is_last else Place(shown[-1].priority, shown[-1].received, shown[-1].id))


def codes_of(tx: Connection, case_ids: tuple[int, ...]) -> dict[int, tuple[str, ...]]:
    """The service codes that stand in each of these cases, to tell at a glance what it is about."""
    lines = case_code.c.stands & (case_code.c.family != DIAGNOSES)
    query = select(case_code.c.case_id, case_code.c.code).where(case_code.c.case_id.in_(case_ids), lines)
    found: dict[int, tuple[str, ...]] = {}
    for case_id, code in tx.execute(query.order_by(case_code.c.case_id, case_code.c.code)):
        found[case_id] = (*found.get(case_id, ()), code)
    return found


def _conditions(tx: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(cases.c.state == wanted.state)
    if wanted.opened_by:
        found.append(cases.c.opened_by == wanted.opened_by)
    if wanted.sender:
        found.append(cases.c.sender == wanted.sender)
    if wanted.code:
        has = exists().where(case_code.c.case_id == cases.c.id, case_code.c.code == wanted.code, case_code.c.stands)
        found.append(has)
    if wanted.search.strip():
        found.append(found_by(tx, wanted.search.strip()))
    return found
