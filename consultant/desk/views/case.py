"""A case: the mail with its evidence on the left; the claim, what the rules say of it, and the letter on the right.

While a claim is edited nothing is kept: each change is sent here, checked by every rule, and shown with the letter it would make.
A browser without JavaScript does the same by buttons.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from consultant.consultation.revise import revised, worded
from consultant.desk.case_file import CaseFile, read_file
from consultant.desk.claim_form import LETTERS, Edited, likely_reason
from consultant.desk.guard import Visit
from consultant.desk.highlight import stretches
from consultant.desk.pages import OVERRIDE_WORDS, page
from consultant.errors import NotFoundError
from consultant.model.analysis import Analysis
from consultant.model.case import CaseState, Priority
from consultant.model.coding import Diagnosis, Suggestion
from consultant.model.finding import Outcome
from consultant.model.message import Letter
from consultant.model.review import Claim
from consultant.store import cases

DECLINE_REASONS = (
    "not a coding question",
    "needs the full operative note",
    "outside what we advise on",
    "patient identifiers must be removed first",
)
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
"""For the letter as mail programs show it: its own styles and nothing else, and no script whatever stands in it."""


def show(visit: Visit) -> Response:
    """The case page."""
    file = read_file(visit.services, visit.case_id, reader=visit.person.name)
    return _page(visit, file, Edited.of(Claim.of(file.analysis)) if file.analysis else None)


def edit(visit: Visit) -> Response:
    """The same page with the claim as it was typed, checked and worded, and nothing kept."""
    file = read_file(visit.services, visit.case_id, reader=visit.person.name)
    return _page(visit, file, Edited.read(visit.form) if file.analysis else None)


def letter(visit: Visit) -> Response:
    """The newest letter as HTML, or the one that the claim in the form would make, for a frame without rights."""
    file = read_file(visit.services, visit.case_id, reader=visit.person.name)
    shown = file.draft.letter if file.draft else None
    if visit.request.method == "POST" and file.analysis:
        edited = Edited.read(visit.form)
        if not edited.complaints and edited.claim() != Claim.of(file.analysis):
            shown = _proposal(visit, file, edited.claim())[1]
    if shown is None:
        msg = f"case {visit.case_id} has no draft"
        raise NotFoundError(msg)
    return HTMLResponse(shown.html, headers={"Content-Security-Policy": LETTER_POLICY})


def status(visit: Visit) -> Response:
    """When the case last moved, for a page that is open meanwhile; nothing of the case itself."""
    with visit.services.database.reading() as tx:
        case = cases.get(tx, visit.case_id)
    return JSONResponse({"changed": case.changed.isoformat()})


def _page(visit: Visit, file: CaseFile, edited: Edited | None) -> Response:
    now, may_decide = visit.services.now(), _may_decide(visit, file)
    return page(
        "case_draft.html" if visit.request.headers.get("x-part") else "case.html",
        person=visit.person,
        file=file,
        case=file.case,
        stretches=stretches(file.analysis) if file.analysis else (),
        may_decide=may_decide,
        can_take=visit.person.may_decide and file.case.state is CaseState.DRAFTED,
        undo_until=file.undoable_until(now),
        others_reading=file.also_read_by(visit.person.name, now),
        decline_reasons=DECLINE_REASONS,
        override_words=OVERRIDE_WORDS,
        priorities=Priority,
        letters=LETTERS,
        now=now,
        **_draft_values(visit, file, edited),
    )


def _draft_values(visit: Visit, file: CaseFile, edited: Edited | None) -> dict[str, Any]:
    """What the right side shows: the claim as it is typed, and the analysis and letter that follow from it."""
    analysis, kept = file.analysis, file.draft.letter if file.draft else None
    if analysis is None or edited is None:
        return {
            "analysis": None,
            "edited": None,
            "letter": kept,
            "is_changed": False,
            "reason": None,
            "hits": (),
            "others": (),
            "of": {},
        }
    before = Claim.of(analysis)
    after = before if edited.complaints else edited.claim()
    is_changed = after != before
    if is_changed:
        analysis, kept = _proposal(visit, file, after)
    return {
        "analysis": analysis,
        "edited": edited,
        "letter": kept,
        "is_changed": is_changed or bool(edited.complaints),
        "reason": likely_reason(before, after),
        "hits": [one for one in analysis.findings if one.outcome is Outcome.HIT],
        "others": [one for one in analysis.findings if one.outcome is not Outcome.HIT],
        "of": _by_code(analysis),
        "asked": file.known[-1].reading.questions,
    }


def _proposal(visit: Visit, file: CaseFile, claim: Claim) -> tuple[Analysis, Letter]:
    analysis = revised(claim, file.known, visit.services.knowledge)
    return analysis, worded(file.case.id, analysis, visit.services.knowledge, file.asker_name)[1]


def _by_code(analysis: Analysis) -> dict[str, Suggestion | Diagnosis]:
    lines: tuple[Suggestion | Diagnosis, ...] = (*analysis.reading.diagnoses, *analysis.reading.procedures)
    return {one.code: one for one in lines}


def _may_decide(visit: Visit, file: CaseFile) -> bool:
    case = file.case
    return visit.person.may_decide and case.state is CaseState.IN_REVIEW and case.opened_by == visit.person.name
