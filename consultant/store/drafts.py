"""Drafts in their versions, and the decisions of consultants on them.

An approval must name the hash of the newest draft: what was changed meanwhile is not what the consultant has read.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from consultant.errors import ConflictError
from consultant.model.draft import Action, Decision, Draft, DraftKind, letter_hash
from consultant.model.message import Letter
from consultant.store import events
from consultant.store.rows import new_id
from consultant.store.sealing import open_json, seal_json
from consultant.store.tables import decision, draft

LETTER = "letter"
"""What the letter of a draft is sealed as."""


def add(tx: Connection, case_id: int, kind: DraftKind, letter: Letter, written_by: str, at: datetime) -> Draft:
    """Add the next version of the proposed letter of a case."""
    version = tx.execute(select(func.coalesce(func.max(draft.c.version), 0) + 1).where(draft.c.case_id == case_id)).scalar_one()
    made = {
        "case_id": case_id,
        "version": version,
        "kind": kind,
        "hash": letter_hash(letter),
        "written_by": written_by,
        "written": at,
    }
    draft_id = new_id(tx, draft, letter=seal_json(tx, asdict(letter), about=LETTER), **made)
    detail = {"version": version, "kind": kind, "hash": made["hash"]}
    events.append(tx, case_id=case_id, at=at, actor=written_by, kind="drafted", detail=detail)
    return Draft(id=draft_id, letter=letter, **made)


def latest(tx: Connection, case_id: int) -> Draft | None:
    """The newest version; None when nothing has been drafted."""
    row = tx.execute(select(draft).where(draft.c.case_id == case_id).order_by(draft.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else _draft(tx, row)


def all_of(tx: Connection, case_id: int) -> tuple[Draft, ...]:
    """Every version, oldest first."""
    return tuple(_draft(tx, row) for row in tx.execute(select(draft).where(draft.c.case_id == case_id).order_by(draft.c.version)))


def decide(tx: Connection, case_id: int, made: Decision) -> None:
    """Keep a decision. Raises ConflictError for an approval of anything but the newest draft."""
    newest = latest(tx, case_id)
    is_newest = newest is not None and newest.hash == made.draft_hash
    if made.action is Action.APPROVE and not is_newest:
        msg = f"the draft of case {case_id} has changed since it was read: read it again, then approve it"
        raise ConflictError(msg)
    row = {"action": made.action, "consultant": made.consultant, "reason": made.reason, "draft_hash": made.draft_hash}
    draft_id = newest.id if newest is not None and is_newest else None
    new_id(tx, decision, case_id=case_id, draft_id=draft_id, decided=made.decided, **row)
    # The consultant's reason is free text: it stays in the decision, where retention can reach it.
    detail = {"action": made.action, "hash": made.draft_hash}
    events.append(tx, case_id=case_id, at=made.decided, actor=made.consultant, kind="decided", detail=detail)


def decisions(tx: Connection, case_id: int) -> tuple[Decision, ...]:
    """The decisions on a case, oldest first."""
    rows = tx.execute(select(decision).where(decision.c.case_id == case_id).order_by(decision.c.id))
    return tuple(Decision(row.action, row.consultant, row.reason, row.draft_hash, row.decided) for row in rows)


def _draft(tx: Connection, row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        case_id=row.case_id,
        version=row.version,
        kind=row.kind,
        letter=Letter(**open_json(tx, row.letter, about=LETTER)),
        hash=row.hash,
        written_by=row.written_by,
        written=row.written,
    )
