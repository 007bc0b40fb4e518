"""The queue: what waits for a person first, then everything else, newest first."""

from __future__ import annotations

from starlette.responses import Response

from consultant.desk.guard import Visit
from consultant.desk.pages import STATE_WORDS, page
from consultant.model.case import CaseState
from consultant.store import cases

FOR_A_PERSON = (CaseState.DRAFTED, CaseState.IN_REVIEW, CaseState.SET_ASIDE, CaseState.QUARANTINED)
_ON_A_PAGE = 200


def show(visit: Visit) -> Response:
    """The cases of one state, or by default those that are ready for review, oldest first: who waited longest comes next."""
    state = _state(visit.request.query_params.get("state", CaseState.DRAFTED))
    search = visit.request.query_params.get("q", "").strip()
    with visit.services.database.reading() as tx:
        counts = cases.counts(tx)
        found = cases.listing(tx, state=None if search else state, limit=_ON_A_PAGE, search=search)
    if state in FOR_A_PERSON and not search:
        found = tuple(sorted(found, key=lambda case: (case.received, case.id)))
    return page(
        "queue.html",
        person=visit.person,
        cases=found,
        counts=[(each, counts.get(each, 0)) for each in STATE_WORDS],
        state=state,
        search=search,
        now=visit.services.now(),
    )


def _state(given: str) -> CaseState:
    return CaseState(given) if given in set(CaseState) else CaseState.DRAFTED
