"""The codes of each case: what the engine proposed and what stands after review. By them like cases are found, and we learn.

They are derived from the analyses of a case and can be made again; retention removes them with the analyses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, insert, select, update

from consultant.model.case import CaseState
from consultant.store.tables import case_code, cases

DIAGNOSES = ""
"""The family under which all diagnoses are counted."""
_NEWEST = 400
"""Of a code that thousands of cases have, only so many of the newest are compared."""


@dataclass(frozen=True, slots=True)
class Like:
    """A case that was answered before, with the codes it shares."""

    case_id: int
    subject: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often review kept what the engine proposed, and how often it added what was missing; over cases that were sent."""

    name: str
    proposed: int
    kept: int
    added: int

    @property
    def precision(self) -> float | None:
        """Share of the proposed codes that stood; None when none was proposed."""
        return self.kept / self.proposed if self.proposed else None


def note(tx: Connection, case_id: int, row: dict[str, Any], *, by_engine: bool) -> None:
    """Keep the codes of an analysis. The engine's word replaces all; a consultant's changes which of them stand."""
    found = {line["code"]: DIAGNOSES for line in row.get("diagnoses", ())}
    found |= {line["code"]: line["family"] for line in row.get("procedures", ())}
    of_case = case_code.c.case_id == case_id
    if by_engine:
        tx.execute(delete(case_code).where(of_case))
        known: set[str] = set()
    else:
        tx.execute(delete(case_code).where(of_case, ~case_code.c.by_engine))
        tx.execute(update(case_code).where(of_case).values(stands=case_code.c.code.in_(found)))
        known = set(tx.execute(select(case_code.c.code).where(of_case)).scalars())
    rows = [
        {"code": code, "case_id": case_id, "family": family, "by_engine": by_engine, "stands": True}
        for code, family in found.items()
        if code not in known
    ]
    if rows:
        tx.execute(insert(case_code), rows)


def like(tx: Connection, case_id: int, wanted: tuple[str, ...], *, limit: int = 5) -> tuple[Like, ...]:
    """Cases that were sent and share codes with these: those that share most first, then the newest."""
    if not wanted:
        return ()
    others = and_(case_code.c.code.in_(wanted), case_code.c.stands, case_code.c.case_id != case_id)
    newest = select(case_code.c.case_id, case_code.c.code).where(others).order_by(case_code.c.case_id.desc()).limit(_NEWEST)
    near = newest.subquery()
    rows = tx.execute(
        select(near.c.case_id, near.c.code, cases.c.subject)
        .join(cases, cases.c.id == near.c.case_id)
        .where(cases.c.state == CaseState.SENT)
    )
    found: dict[int, Like] = {}
    for number, code, subject in rows:
        shared = found[number].shared if number in found else ()
        found[number] = Like(number, subject, (*shared, code))
    return tuple(sorted(found.values(), key=lambda one: (-len(one.shared), -one.case_id))[:limit])


def agreement(tx: Connection, *, by_code: bool = False, limit: int = 200) -> tuple[Agreement, ...]:
    """What became of the proposals of each family, or each code, in all cases that were sent; most often proposed first."""
    name = case_code.c.code if by_code else case_code.c.family
    proposed, kept, added = (
        _many(case_code.c.by_engine),
        _many(case_code.c.by_engine & case_code.c.stands),
        _many(~case_code.c.by_engine),
    )
    query = (
        select(name, proposed, kept, added).join(cases, cases.c.id == case_code.c.case_id).where(cases.c.state == CaseState.SENT)
    )
    rows = tx.execute(query.group_by(name).order_by(proposed.desc(), name).limit(limit))
    return tuple(Agreement(*row) for row in rows)


def overruled(tx: Connection, *, limit: int = 200) -> tuple[int, ...]:
    """The newest cases that were sent with other codes than the engine proposed."""
    differs = case_code.c.by_engine != case_code.c.stands
    query = (
        select(case_code.c.case_id).join(cases, cases.c.id == case_code.c.case_id).where(differs, cases.c.state == CaseState.SENT)
    )
    return tuple(tx.execute(query.distinct().order_by(case_code.c.case_id.desc()).limit(limit)).scalars())


def _many(condition: Any) -> Any:  # noqa: ANN401  (column expressions)
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
