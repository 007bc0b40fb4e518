"""What a consultant decides of a case: take it, change it, approve it, ask back, decline, or undo; and rescue what fell out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from consultant.consultation import rescue, review
from consultant.consultation.revise import revise as revise_case
from consultant.desk.claim_form import Edited
from consultant.desk.guard import Visit
from consultant.errors import WorkError
from consultant.model.case import Priority
from consultant.model.review import Override
from consultant.store import cases


def take(visit: Visit) -> Response:
    """Open the case for review in this consultant's name."""
    review.open_case(visit.services, visit.case_id, visit.person.name)
    return _back_to_case(visit)


def give_back(visit: Visit) -> Response:
    """Put the case back into the queue."""
    review.release(visit.services, visit.case_id, visit.person.name)
    return _back_to_queue()


def approve(visit: Visit) -> Response:
    """Approve exactly the draft that was on the page."""
    review.approve(visit.services, visit.case_id, visit.person.name, visit.field("draft_hash"))
    return _decided(visit)


def undo(visit: Visit) -> Response:
    """Take the approval back while the letter waits."""
    review.undo(visit.services, visit.case_id, visit.person.name)
    return _back_to_case(visit)


def revise(visit: Visit) -> Response:
    """Keep the changed lines, with the letter that follows from them."""
    claim = Edited.read(visit.form).claim()
    reason = _override(visit)
    revise_case(visit.services, visit.case_id, visit.person.name, claim, reason=reason, draft_hash=visit.field("draft_hash"))
    return _back_to_case(visit)


def amend(visit: Visit) -> Response:
    """Keep the edited letter as a new version of the draft."""
    text = _needed(visit, "text", "the letter is empty")
    review.amend(visit.services, visit.case_id, visit.person.name, text, reason=_override(visit))
    return _back_to_case(visit)


def ask(visit: Visit) -> Response:
    """Send the consultant's question back to the asker."""
    review.ask(visit.services, visit.case_id, visit.person.name, _needed(visit, "text", "the question is empty"))
    return _decided(visit)


def decline(visit: Visit) -> Response:
    """Decline the case with a reason."""
    reason = visit.field("own_reason").strip() or _needed(visit, "reason", "a decline needs a reason")
    review.decline(visit.services, visit.case_id, visit.person.name, reason)
    return _back_to_queue()


def prioritise(visit: Visit) -> Response:
    """Let the case wait before or behind others."""
    given = visit.field("priority").upper()
    if given not in Priority.__members__:
        msg = "a priority is urgent, normal or later"
        raise WorkError(msg)
    with visit.services.database.begin() as tx:
        cases.set_priority(tx, visit.case_id, Priority[given], actor=visit.person.name, at=visit.services.now())
    return _back_to_case(visit)


def let_through(visit: Visit) -> Response:
    """Have a quarantined or set-aside case analysed, whoever sent it."""
    rescue.let_through(visit.services, visit.case_id, visit.person.name)
    return _back_to_case(visit)


def send_again(visit: Visit) -> Response:
    """Have the stuck letter of a set-aside case tried again."""
    rescue.send_again(visit.services, visit.case_id, visit.person.name)
    return _back_to_case(visit)


def dismiss(visit: Visit) -> Response:
    """Close a quarantined or set-aside case in silence."""
    rescue.dismiss(visit.services, visit.case_id, visit.person.name, _needed(visit, "reason", "a dismissal needs a reason"))
    return _back_to_queue()


def _override(visit: Visit) -> Override:
    given = visit.field("override") or Override.WORDING
    if given not in set(Override):
        msg = "choose why you change the draft from the list"
        raise WorkError(msg)
    return Override(given)


def _needed(visit: Visit, name: str, complaint: str) -> str:
    # Browsers send CRLF in text areas; letters are kept with plain line ends.
    value = visit.field(name).replace("\r\n", "\n").strip()
    if not value:
        raise WorkError(complaint)
    return value


def _back_to_case(visit: Visit) -> Response:
    return RedirectResponse(f"/cases/{visit.case_id}", status_code=303)


def _back_to_queue() -> Response:
    return RedirectResponse("/", status_code=303)


def _decided(visit: Visit) -> Response:
    return RedirectResponse(f"/?done={visit.case_id}", status_code=303)
