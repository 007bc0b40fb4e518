"""Review: what a consultant does with a drafted case. The desk and the command line both come through here.

Nothing leaves without an approval that names the hash of the newest draft. Each decision is one transaction: the decision itself,
the mail in the outbox with its Message-ID and its bytes, and the move of the case. Of fifty approvals at once one wins, the
others get a ConflictError.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from consultant.consultation import gate
from consultant.consultation.in_review import answered_message, held_case, must_hold, newest_draft, read_draft
from consultant.consultation.letters import REPLY, Identity, put_letter
from consultant.consultation.services import Services
from consultant.drafting import letters
from consultant.errors import PermanentError, WorkError
from consultant.model.case import Case, CaseState, Step
from consultant.model.draft import Action, Decision, Draft, DraftKind
from consultant.model.message import Letter
from consultant.model.review import Override
from consultant.store import cases, drafts, events, outbox


def open_case(services: Services, case_id: int, consultant: str) -> None:
    """Take a drafted case into review; opening it again is no error for the one who has it. Raises ConflictError."""
    with services.database.begin() as tx:
        held_case(tx, services, case_id, consultant)


def release(services: Services, case_id: int, consultant: str) -> None:
    """Put a case back into the queue. Raises ConflictError when this consultant does not have it."""
    with services.database.begin() as tx:
        case = cases.get(tx, case_id)
        must_hold(case, consultant)
        cases.move(
            tx, case_id, to=CaseState.DRAFTED, at=services.now(), actor=consultant, reason="put back", expect=CaseState.IN_REVIEW
        )


def approve(services: Services, case_id: int, consultant: str, draft_hash: str) -> None:
    """Send exactly the draft with this hash. Raises ConflictError when it is not the newest, or the case moved on."""
    with services.database.begin() as tx:
        case = held_case(tx, services, case_id, consultant)
        _send(tx, services, case, read_draft(tx, case_id, draft_hash), consultant, Action.APPROVE)
    services.ring(Step.DELIVER, case_id)


def undo(services: Services, case_id: int, consultant: str) -> None:
    """Take an approval back while its letter waits: the case is in review again, by whoever took it back.

    Raises ConflictError once the letter has left, or is leaving.
    """
    with services.database.begin() as tx:
        cases.move(
            tx,
            case_id,
            to=CaseState.IN_REVIEW,
            at=services.now(),
            actor=consultant,
            reason="undone",
            expect=CaseState.APPROVED,
        )
        outbox.withdraw(tx, case_id, REPLY, at=services.now(), actor=consultant)


def amend(services: Services, case_id: int, consultant: str, text: str, *, reason: Override = Override.WORDING) -> Draft:
    """Keep the consultant's own wording as a new version of the draft, which then can be approved."""
    with services.database.begin() as tx:
        case = held_case(tx, services, case_id, consultant)
        kind = newest_draft(tx, case_id).kind
        letter = gate.passed(tx, services, case.id, letters.written(case.id, text))
        draft = drafts.add(tx, case.id, kind, letter, consultant, services.now())
        drafts.decide(tx, case.id, Decision(Action.AMEND, consultant, reason.value, draft.hash, services.now()))
        detail = {"reason": reason.value, "version": draft.version}
        events.append(tx, case_id=case.id, at=services.now(), actor=consultant, kind="reworded", detail=detail)
        return draft


def ask(services: Services, case_id: int, consultant: str, text: str = "") -> None:
    """Send a question back: the consultant's own words, or without any the newest draft as it stands."""
    with services.database.begin() as tx:
        case = held_case(tx, services, case_id, consultant)
        draft = newest_draft(tx, case_id)
        if text and text != draft.letter.text.strip():
            letter = gate.passed(tx, services, case.id, letters.written(case.id, text))
            draft = drafts.add(tx, case.id, DraftKind.QUESTION, letter, consultant, services.now())
        _send(tx, services, case, draft, consultant, Action.ASK)
    services.ring(Step.DELIVER, case_id)


def decline(services: Services, case_id: int, consultant: str, reason: str) -> None:
    """Close the case unanswered, and tell the asker so in the consultant's name."""
    with services.database.begin() as tx:
        case = held_case(tx, services, case_id, consultant)
        draft = newest_draft(tx, case_id)
        drafts.decide(tx, case.id, Decision(Action.DECLINE, consultant, reason, draft.hash, services.now()))
        message = answered_message(tx, case.id)
        letter = gate.passed(tx, services, case.id, letters.declined(case.id, reason, message.author_name))
        _put(tx, services, letter, Identity(case.id, draft.version + 1, "declined"))
        cases.move(
            tx,
            case.id,
            to=CaseState.CLOSED,
            at=services.now(),
            actor=consultant,
            reason=f"declined: {reason}",
            expect=CaseState.IN_REVIEW,
        )
    services.ring(Step.DELIVER, case_id)


def _send(tx: Connection, services: Services, case: Case, draft: Draft, consultant: str, action: Action) -> None:
    drafts.decide(tx, case.id, Decision(action, consultant, "", draft.hash, services.now()))
    _put(tx, services, draft.letter, Identity(case.id, draft.version, REPLY), due=_due(services))
    cases.move(
        tx, case.id, to=CaseState.APPROVED, at=services.now(), actor=consultant, reason=action.value, expect=CaseState.IN_REVIEW
    )


def _due(services: Services) -> datetime | None:
    return services.now() + services.send_delay if services.send_delay else None


def _put(tx: Connection, services: Services, letter: Letter, identity: Identity, *, due: datetime | None = None) -> None:
    try:
        put_letter(tx, services, answered_message(tx, identity.case_id), letter, identity, automatic=False, due=due)
    except PermanentError as error:
        # Nothing can be sent to this asker: the consultant who decides must hear it, and nothing is decided.
        raise WorkError(str(error)) from None
