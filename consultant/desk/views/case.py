"""A case: the mail with its evidence on the left, the draft on the right, and the decisions on it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from consultant.consultation import review
from consultant.desk.guard import Visit
from consultant.desk.highlight import stretches
from consultant.desk.pages import page
from consultant.errors import WorkError
from consultant.model.analysis import Analysis
from consultant.model.case import Case, CaseState
from consultant.model.draft import Decision, Draft
from consultant.model.finding import Outcome
from consultant.model.wire import from_json
from consultant.store import cases, drafts, events, messages, outbox

DECLINE_REASONS = (
    "not a coding question",
    "needs the full operative note",
    "outside what we advise on",
    "patient identifiers must be removed first",
)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that is kept of a case, as its page needs it."""

    case: Case
    messages: tuple[messages.StoredMessage, ...]
    analysis: Analysis | None
    drafts: tuple[Draft, ...]
    decisions: tuple[Decision, ...]
    outbox: tuple[outbox.OutboxMail, ...]
    events: tuple[events.Event, ...]

    @property
    def draft(self) -> Draft | None:
        """The newest draft."""
        return self.drafts[-1] if self.drafts else None


def read_file(visit: Visit, case_id: int) -> CaseFile:
    """Everything kept of the case. Raises NotFoundError."""
    with visit.services.database.reading() as tx:
        # First of all, because a case that does not exist ends here.
        case = cases.get(tx, case_id)
        row = cases.latest_analysis(tx, case_id)
        return CaseFile(
            case=case,
            messages=messages.of_case(tx, case_id),
            analysis=from_json(row) if row else None,
            drafts=drafts.all_of(tx, case_id),
            decisions=drafts.decisions(tx, case_id),
            outbox=outbox.of_case(tx, case_id),
            events=events.of_case(tx, case_id),
        )


def show(visit: Visit) -> Response:
    """The case page."""
    review.note_read(visit.services, visit.case_id, visit.person.name)
    file = read_file(visit, visit.case_id)
    analysis = file.analysis
    return page(
        "case.html",
        person=visit.person,
        file=file,
        case=file.case,
        analysis=analysis,
        stretches=stretches(analysis) if analysis else (),
        hits=[f for f in analysis.findings if f.outcome is Outcome.HIT] if analysis else [],
        others=[f for f in analysis.findings if f.outcome is not Outcome.HIT] if analysis else [],
        reasons=DECLINE_REASONS,
        may_decide=_may_decide(visit, file.case),
        can_take=visit.person.may_decide and file.case.state is CaseState.DRAFTED,
        now=visit.services.now(),
    )


def _may_decide(visit: Visit, case: Case) -> bool:
    return visit.person.may_decide and case.state is CaseState.IN_REVIEW and case.opened_by == visit.person.name


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
    return _back_to_queue()


def amend(visit: Visit) -> Response:
    """Keep the edited letter as a new version of the draft."""
    review.amend(visit.services, visit.case_id, visit.person.name, _needed(visit, "text", "the letter is empty"))
    return _back_to_case(visit)


def ask(visit: Visit) -> Response:
    """Send the consultant's question back to the asker."""
    review.ask(visit.services, visit.case_id, visit.person.name, _needed(visit, "text", "the question is empty"))
    return _back_to_queue()


def decline(visit: Visit) -> Response:
    """Decline the case with a reason."""
    reason = visit.field("own_reason").strip() or _needed(visit, "reason", "a decline needs a reason")
    review.decline(visit.services, visit.case_id, visit.person.name, reason)
    return _back_to_queue()


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
