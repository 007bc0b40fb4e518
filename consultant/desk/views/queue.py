"""The queue: what waits for a person first, urgent ones before all, in pages whose cost does not grow with the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from consultant.desk.guard import View, Visit
from consultant.desk.pages import STATE_WORDS, page
from consultant.model.case import CaseState
from consultant.store import cases, listing, outbox
from consultant.store.listing import Filter, Place

WAITING = frozenset({CaseState.DRAFTED, CaseState.IN_REVIEW, CaseState.SET_ASIDE, CaseState.QUARANTINED})
"""States in which a case waits for a person: shown in the order in which they are to be done."""
_PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_MOST_TEXT = 200
_NEAR = 0.5
"""A wait of this share of the promised time is near its end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the address asks for: a filter, and where to begin."""

    wanted: Filter
    after: Place | None

    @property
    def is_waiting(self) -> bool:
        """Whether the order is that of work to be done."""
        return self.wanted.state in WAITING

    def address(self, **changed: str) -> str:
        """The address of the same view with some of its parts changed; it begins at the first page."""
        wanted = self.wanted
        parts = {
            "state": wanted.state or ("" if not wanted.search else "any"),
            "q": wanted.search,
            "mine": "1" if wanted.opened_by else "",
            "from": wanted.sender,
            "code": wanted.code,
        } | changed
        return "/?" + urlencode({name: value for name, value in parts.items() if value})


def queue(answer_within: timedelta) -> View:
    """The view of the queue, where an answer is promised within so long."""

    def show(visit: Visit) -> Response:
        """The cases of one state, by default those that are ready for review: who waited longest comes next."""
        shown = read_address(visit.request.query_params, visit.person.name)
        with visit.services.database.reading() as tx:
            counts = cases.counts(tx)
            found = listing.page(tx, shown.wanted, waiting=shown.is_waiting, after=shown.after, size=_PAGE)
            topics = listing.codes_of(tx, tuple(case.id for case in found.cases))
        now = visit.services.now()
        return page(
            "queue_table.html" if visit.request.headers.get("x-part") else "queue.html",
            person=visit.person,
            page=found,
            shown=shown,
            search=shown.wanted.search,
            topics=topics,
            next_page=shown.address(after=_text(found.after)) if found.after else "",
            counts=[(each, counts.get(each, 0)) for each in STATE_WORDS],
            nearness=lambda case: nearness(case.received, now, answer_within) if case.state in WAITING else "",
            decided=_decided(visit),
            now=now,
        )

    return show


def read_address(given: QueryParams, person: str) -> Shown:
    """What an address asks for; what it says wrongly is left out."""
    search = given.get("q", "").strip()[:_MOST_TEXT]
    state = given.get("state", "any" if search else CaseState.DRAFTED)
    wanted = Filter(
        state=CaseState(state) if state in set(CaseState) else None if state == "any" else CaseState.DRAFTED,
        opened_by=person if given.get("mine") else "",
        sender=given.get("from", "")[:_MOST_TEXT],
        code=given.get("code", "").strip().upper()[:12],
        search=search,
    )
    return Shown(wanted, _place(given.get("after", "")))


def nearness(received: datetime, now: datetime, promised: timedelta) -> str:
    """How near a wait is to the promised time: ``good``, ``near`` or ``late``."""
    share = (now - received) / promised
    return "late" if share >= 1 else "near" if share >= _NEAR else "good"


def _decided(visit: Visit) -> dict[str, object] | None:
    """The case that was just approved, while that can be undone."""
    given = visit.request.query_params.get("done", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 18):  # noqa: PLR2004  (no longer number is a case's)
        return None
    with visit.services.database.reading() as tx:
        mails = outbox.of_case(tx, int(given))
    now = visit.services.now()
    left = [mail.due - now for mail in mails if mail.state is outbox.OutboxState.PENDING and mail.due and mail.due > now]
    return {"case_id": int(given), "seconds": int(left[-1].total_seconds()) + 1 if left else 0}


def _text(place: Place) -> str:
    return f"{place.priority}_{(place.received - _EPOCH) // _TICK}_{place.case_id}"


def _place(given: str) -> Place | None:
    try:
        priority, received, case_id = given.split("_")
        return Place(int(priority), _EPOCH + int(received) * _TICK, int(case_id))
    except (ValueError, OverflowError):
        return None
