"""What every decision on a case begins with: whose desk it is on, and what it is about."""

from __future__ import annotations

from sqlalchemy import Connection

from consultant.consultation.analysis import newest_message
from consultant.consultation.services import Services
from consultant.errors import ConflictError, NotFoundError
from consultant.model.case import Case, CaseState
from consultant.model.draft import Draft
from consultant.model.message import IncomingMessage
from consultant.store import cases, drafts


def held_case(tx: Connection, services: Services, case_id: int, consultant: str) -> Case:
    """The case, in review by this consultant: opened now when it waits, so that a terminal needs no separate step."""
    case = cases.get(tx, case_id)
    if case.state is CaseState.DRAFTED:
        cases.open_by(tx, case_id, consultant, services.now())
        return cases.get(tx, case_id)
    must_hold(case, consultant)
    return case


def must_hold(case: Case, consultant: str) -> None:
    """Raises ConflictError when the case is not in review, or in review by another."""
    if case.state is not CaseState.IN_REVIEW:
        msg = f"case {case.id} is {case.state}, not waiting for review: look at it again"
        raise ConflictError(msg)
    if case.opened_by != consultant:
        msg = f"case {case.id} is open at {case.opened_by}'s desk: ask them to put it back"
        raise ConflictError(msg)


def newest_draft(tx: Connection, case_id: int) -> Draft:
    """The newest version of the draft. Raises NotFoundError."""
    draft = drafts.latest(tx, case_id)
    if draft is None:
        msg = f"case {case_id} has no draft"
        raise NotFoundError(msg)
    return draft


def read_draft(tx: Connection, case_id: int, draft_hash: str) -> Draft:
    """The newest draft, which must be the one with this hash. Raises ConflictError when it changed since it was read."""
    draft = newest_draft(tx, case_id)
    if draft.hash != draft_hash:
        msg = f"the draft of case {case_id} changed after you read it: read version {draft.version}, then decide"
        raise ConflictError(msg)
    return draft


def answered_message(tx: Connection, case_id: int) -> IncomingMessage:
    """The message that a reply answers: the newest that could be read. Raises NotFoundError."""
    message = newest_message(tx, case_id)
    if message is None:
        msg = f"case {case_id} has no message that could be read"
        raise NotFoundError(msg)
    return message
