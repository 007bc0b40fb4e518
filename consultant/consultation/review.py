"""Review: what a consultant does with a drafted case. The desk and the command line both come through here.

Nothing leaves without an approval that names the hash of the newest draft. Each decision is one transaction: the decision itself,
the mail in the outbox with its Message-ID and its bytes, and the move of the case. Of fifty approvals at once one wins, the
others get a ConflictError.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from consultant.consultation.analysis import newest_message
from consultant.consultation.letters import Identity, put_letter
from consultant.consultation.services import Services
from consultant.drafting import letters
from consultant.errors import ConflictError, NotFoundError, PermanentError, WorkError
from consultant.model.case import Case, CaseState, Step
from consultant.model.draft import Action, Decision, Draft, DraftKind
from consultant.model.message import IncomingMessage, Letter
from consultant.store import cases, drafts, events

READ = "read"
"""The kind of event that says who has read a case."""
_READ_AGAIN = timedelta(hours=1)


def note_read(services: Services, case_id: int, person: str) -> None:
    """Write into the history that somebody has read a case, once an hour for each reader. Raises NotFoundError."""
    now = services.now()
    with services.database.reading() as tx:
        case = cases.get(tx, case_id)
        told = (event for event in reversed(events.of_case(tx, case.id)) if event.kind == READ and event.actor == person)
        newest = next(told, None)
    if newest is not None and timedelta() <= now - newest.at < _READ_AGAIN:
        return
    with services.database.begin() as tx:
        events.append(tx, case_id=case_id, at=now, actor=person, kind=READ)


def open_case(services: Services, case_id: int, consultant: str) -> None:
    """Take a drafted case into review; opening it again is no error for the one who has it. Raises ConflictError."""
    with services.database.begin() as tx:
        _held(tx, services, case_id, consultant)


def release(services: Services, case_id: int, consultant: str) -> None:
    """Put a case back into the queue. Raises ConflictError when this consultant does not have it."""
    with services.database.begin() as tx:
        case = cases.get(tx, case_id)
        _must_hold(case, consultant)
        cases.move(
            tx, case_id, to=CaseState.DRAFTED, at=services.now(), actor=consultant, reason="put back", expect=CaseState.IN_REVIEW
        )


def approve(services: Services, case_id: int, consultant: str, draft_hash: str) -> None:
    """Send exactly the draft with this hash. Raises ConflictError when it is not the newest, or the case moved on."""
    with services.database.begin() as tx:
        case = _held(tx, services, case_id, consultant)
        draft = _newest(tx, case_id)
        if draft.hash != draft_hash:
            msg = f"the draft of case {case_id} changed after you read it: read version {draft.version}, then decide"
            raise ConflictError(msg)
        _send(tx, services, case, draft, consultant, Action.APPROVE)
    services.ring(Step.DELIVER, case_id)


def amend(services: Services, case_id: int, consultant: str, text: str) -> Draft:
    """Keep the consultant's own wording as a new version of the draft, which then can be approved."""
    with services.database.begin() as tx:
        case = _held(tx, services, case_id, consultant)
        kind = _newest(tx, case_id).kind
        draft = drafts.add(tx, case.id, kind, letters.written(case.id, text), consultant, services.now())
        drafts.decide(tx, case.id, Decision(Action.AMEND, consultant, "", draft.hash, services.now()))
        return draft


def ask(services: Services, case_id: int, consultant: str, text: str = "") -> None:
    """Send a question back: the consultant's own words, or without any the newest draft as it stands."""
    with services.database.begin() as tx:
        case = _held(tx, services, case_id, consultant)
        draft = _newest(tx, case_id)
        if text and text != draft.letter.text.strip():
            draft = drafts.add(tx, case.id, DraftKind.QUESTION, letters.written(case.id, text), consultant, services.now())
        _send(tx, services, case, draft, consultant, Action.ASK)
    services.ring(Step.DELIVER, case_id)


def decline(services: Services, case_id: int, consultant: str, reason: str) -> None:
    """Close the case unanswered, and tell the asker so in the consultant's name."""
    with services.database.begin() as tx:
        case = _held(tx, services, case_id, consultant)
        draft = _newest(tx, case_id)
        drafts.decide(tx, case.id, Decision(Action.DECLINE, consultant, reason, draft.hash, services.now()))
        message = _message(tx, case.id)
        letter = letters.declined(case.id, reason, message.author_name)
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
    _put(tx, services, draft.letter, Identity(case.id, draft.version, "reply"))
    cases.move(
        tx, case.id, to=CaseState.APPROVED, at=services.now(), actor=consultant, reason=action.value, expect=CaseState.IN_REVIEW
    )


def _put(tx: Connection, services: Services, letter: Letter, identity: Identity) -> None:
    try:
        put_letter(tx, services, _message(tx, identity.case_id), letter, identity, automatic=False)
    except PermanentError as error:
        # Nothing can be sent to this asker: the consultant who decides must hear it, and nothing is decided.
        raise WorkError(str(error)) from None


def _held(tx: Connection, services: Services, case_id: int, consultant: str) -> Case:
    """The case, in review by this consultant: opened now when it waits, so that a terminal needs no separate step."""
    case = cases.get(tx, case_id)
    if case.state is CaseState.DRAFTED:
        cases.open_by(tx, case_id, consultant, services.now())
        return cases.get(tx, case_id)
    _must_hold(case, consultant)
    return case


def _must_hold(case: Case, consultant: str) -> None:
    if case.state is not CaseState.IN_REVIEW:
        msg = f"case {case.id} is {case.state}, not waiting for review: look at it again"
        raise ConflictError(msg)
    if case.opened_by != consultant:
        msg = f"case {case.id} is open at {case.opened_by}'s desk: ask them to put it back"
        raise ConflictError(msg)


def _newest(tx: Connection, case_id: int) -> Draft:
    draft = drafts.latest(tx, case_id)
    if draft is None:
        msg = f"case {case_id} has no draft"
        raise NotFoundError(msg)
    return draft


def _message(tx: Connection, case_id: int) -> IncomingMessage:
    message = newest_message(tx, case_id)
    if message is None:
        msg = f"case {case_id} has no message that could be read"
        raise NotFoundError(msg)
    return message
