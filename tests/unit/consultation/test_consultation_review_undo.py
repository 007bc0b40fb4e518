"""An approval is undone while its letter waits; once it leaves, or has left, it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import CARL, CORA

from consultant.consultation import review
from consultant.errors import ConflictError
from consultant.model.case import CaseState, Step
from consultant.store import events, outbox


@pytest.fixture
def waiting(office):
    """An office whose letters wait ten seconds, with one approved case."""
    office = office.with_(send_delay=timedelta(seconds=10))
    case_id = office.drafted()
    review.approve(office.services, case_id, CORA, office.drafts(case_id)[-1].hash)
    return office, case_id


def history(office, case_id):
    with office.services.database.reading() as tx:
        return events.of_case(tx, case_id)


def replies(office, case_id):
    return [mail for mail in office.outbox(case_id) if mail.letter_name == "reply"]


def test_a_letter_is_not_sent_before_its_time(waiting):
    office, case_id = waiting

    office.do(Step.DELIVER, case_id)

    assert [mail.attempts for mail in replies(office, case_id)] == [0]
    assert office.state(case_id) is CaseState.APPROVED


def test_an_undone_approval_leaves_nothing_to_send_and_the_case_in_review(waiting):
    office, case_id = waiting

    review.undo(office.services, case_id, CORA)
    office.clock.forward(minutes=5)
    office.do(Step.DELIVER, case_id)

    assert replies(office, case_id) == []
    assert (office.state(case_id), office.case(case_id).opened_by) == (CaseState.IN_REVIEW, CORA)
    assert [event.actor for event in history(office, case_id) if event.kind == "mail-withdrawn"] == [CORA]


def test_the_same_draft_can_be_approved_again_under_the_same_message_id(waiting):
    office, case_id = waiting
    first = replies(office, case_id)[0].mail.message_id
    review.undo(office.services, case_id, CORA)

    review.approve(office.services, case_id, CORA, office.drafts(case_id)[-1].hash)

    assert [mail.mail.message_id for mail in replies(office, case_id)] == [first]


def test_what_a_courier_has_begun_cannot_be_undone(waiting):
    office, case_id = waiting
    office.clock.forward(seconds=10)
    with office.services.database.begin() as tx:
        assert outbox.start(tx, replies(office, case_id)[0].id, office.clock(), timedelta(seconds=10))

    with pytest.raises(ConflictError, match="cannot be taken back"):
        review.undo(office.services, case_id, CORA)

    assert office.state(case_id) is CaseState.APPROVED


def test_after_its_time_a_letter_belongs_to_the_courier_even_if_none_has_come(waiting):
    office, case_id = waiting
    office.clock.forward(seconds=10)

    with pytest.raises(ConflictError):
        review.undo(office.services, case_id, CARL)


def test_without_a_delay_nothing_can_be_undone(office):
    case_id = office.drafted()
    review.approve(office.services, case_id, CORA, office.drafts(case_id)[-1].hash)

    with pytest.raises(ConflictError):
        review.undo(office.services, case_id, CORA)


def test_a_letter_that_was_delayed_by_the_server_cannot_be_undone(waiting):
    office, case_id = waiting
    office.clock.forward(seconds=10)
    (mail,) = replies(office, case_id)
    with office.services.database.begin() as tx:
        outbox.start(tx, mail.id, office.clock(), timedelta(seconds=10))
        outbox.retry(tx, mail.id, office.clock() + timedelta(minutes=1), "451 later")

    with pytest.raises(ConflictError):
        review.undo(office.services, case_id, CORA)
