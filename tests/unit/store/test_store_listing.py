"""The queue in pages: every case once, in one order, whatever comes in meanwhile; and the codes by which cases are found."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from cast import ADA, BEN, CORA, NOON
from hypothesis import given
from hypothesis import strategies as st
from store_mails import a_case as a_case_of

from consultant.errors import NotFoundError
from consultant.model.case import CaseState, Priority
from consultant.store import cases, codes, listing
from consultant.store.listing import Filter, Place

DRAFTED = [CaseState.ANALYSED, CaseState.DRAFTED]
SENT = [*DRAFTED, CaseState.IN_REVIEW, CaseState.APPROVED, CaseState.SENT]


_words = map(str, count())


def a_case(tx, *, sender):
    """A case of its own: the same words twice would be the same mail."""
    return a_case_of(tx, next(_words), sender=sender)


def moved(tx, case_id, path):
    state = CaseState.RECEIVED
    for to in path:
        cases.move(tx, case_id, to=to, at=NOON, actor=CORA, expect=state)
        state = to
    return case_id


def row(*services: str, diagnoses=()):
    return {
        "procedures": [{"code": code, "family": "dxa"} for code in services],
        "diagnoses": [{"code": code} for code in diagnoses],
    }


def walked(tx, wanted, *, waiting, size):
    after, found = None, []
    while True:
        page = listing.page(tx, wanted, waiting=waiting, after=after, size=size)
        found += [case.id for case in page.cases]
        if page.after is None:
            return found
        after = page.after


def test_pages_together_show_every_case_once_in_the_order_of_work(database):
    with database.begin() as tx:
        made = [moved(tx, a_case(tx, sender=ADA), DRAFTED) for _ in range(7)]
        cases.set_priority(tx, made[5], Priority.URGENT, actor=CORA, at=NOON)
        cases.set_priority(tx, made[0], Priority.LATER, actor=CORA, at=NOON)
    with database.reading() as tx:
        drafted = Filter(state=CaseState.DRAFTED)
        for size in (1, 2, 3, 7, 50):
            assert walked(tx, drafted, waiting=True, size=size) == [made[5], *made[1:5], made[6], made[0]]
            assert walked(tx, drafted, waiting=False, size=size) == made[::-1]


def test_a_page_begins_where_the_last_one_ended_although_a_case_has_gone(database):
    with database.begin() as tx:
        made = [moved(tx, a_case(tx, sender=ADA), DRAFTED) for _ in range(4)]
        first = listing.page(tx, Filter(state=CaseState.DRAFTED), waiting=True, size=2)
        cases.open_by(tx, made[0], CORA, NOON)
        second = listing.page(tx, Filter(state=CaseState.DRAFTED), waiting=True, size=2, after=first.after)
    assert [case.id for case in second.cases] == made[2:]


def test_filters_leave_only_what_fits_all_of_them(database):
    with database.begin() as tx:
        adas, bens = (moved(tx, a_case(tx, sender=asker), DRAFTED) for asker in (ADA, BEN))
        cases.save_analysis(tx, adas, row("77080", diagnoses=("M81.0",)), NOON)
        cases.save_analysis(tx, bens, row("77080"), NOON)
        cases.open_by(tx, bens, CORA, NOON)
        found = {
            "sender": Filter(sender=ADA),
            "code": Filter(code="M81.0"),
            "mine": Filter(opened_by=CORA),
            "none": Filter(sender=ADA, opened_by=CORA),
        }
        shown = {name: [case.id for case in listing.page(tx, one, waiting=False).cases] for name, one in found.items()}
        assert shown == {"sender": [adas], "code": [adas], "mine": [bens], "none": []}
        assert listing.codes_of(tx, (adas, bens)) == {adas: ("77080",), bens: ("77080",)}


def test_a_priority_of_no_case_is_refused(database):
    with pytest.raises(NotFoundError), database.begin() as tx:
        cases.set_priority(tx, 99, Priority.URGENT, actor=CORA, at=NOON)


def test_like_cases_are_those_that_were_sent_and_share_most(database):
    with database.begin() as tx:
        one, both, waiting = (a_case(tx, sender=ADA) for _ in range(3))
        for case_id, services in ((one, ("77080",)), (both, ("77080", "77086")), (waiting, ("77080", "77086"))):
            cases.save_analysis(tx, case_id, row(*services), NOON)
        moved(tx, one, SENT), moved(tx, both, SENT)
        asked = a_case(tx, sender=BEN)
        found = codes.like(tx, asked, ("77080", "77086"))
    assert [(like.case_id, sorted(like.shared)) for like in found] == [(both, ["77080", "77086"]), (one, ["77080"])]


def test_review_teaches_what_was_kept_and_what_was_added(database):
    with database.begin() as tx:
        case_id = a_case(tx, sender=ADA)
        cases.save_analysis(tx, case_id, row("77080", "77086", diagnoses=("M81.0",)), NOON)
        cases.save_analysis(tx, case_id, row("77080", "77081", diagnoses=("M81.0",)), NOON, made_by=CORA)
        moved(tx, case_id, SENT)
        found = {one.name: (one.proposed, one.kept, one.added) for one in codes.agreement(tx)}
        assert found == {"dxa": (2, 1, 1), codes.DIAGNOSES: (1, 1, 0)}
        assert codes.overruled(tx) == (case_id,)
        cases.save_analysis(tx, case_id, row("77080"), NOON)
        assert codes.overruled(tx) == ()


@given(st.integers(0, 2), st.timedeltas(timedelta(0), timedelta(days=9000)), st.integers(1, 2**62))
def test_a_place_survives_its_address(priority, since, case_id):
    from consultant.desk.views.queue import _place, _text  # noqa: PLC0415

    place = Place(priority, NOON - since, case_id)
    assert _place(_text(place)) == place
