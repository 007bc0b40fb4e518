from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from cast import ADA, CARL, CORA

from consultant.consultation import review
from consultant.errors import ConflictError, NotFoundError, WorkError
from consultant.model.case import CaseState, Step
from consultant.model.draft import Action, DraftKind
from consultant.store import cases, drafts, reconcile


def newest(office, case_id):
    return office.drafts(case_id)[-1]


def replies(office, case_id):
    return [mail for mail in office.outbox(case_id) if mail.letter_name != "received"]


def decisions(office, case_id):
    with office.services.database.reading() as tx:
        return drafts.decisions(tx, case_id)


def test_an_approval_queues_exactly_the_draft_under_a_fixed_message_id(office):
    case_id = office.drafted()
    draft = newest(office, case_id)
    office.rung.clear()

    review.approve(office.services, case_id, CORA, draft.hash)

    assert office.state(case_id) is CaseState.APPROVED
    (reply,) = replies(office, case_id)
    assert reply.mail.recipient == ADA
    assert reply.mail.reverse_path.startswith("bounce+")
    assert b"Auto-Submitted: no" in reply.mail.content
    assert reply.mail.message_id.encode() in reply.mail.content
    assert [(d.action, d.consultant, d.draft_hash) for d in decisions(office, case_id)] == [(Action.APPROVE, CORA, draft.hash)]
    assert office.rung == [(Step.DELIVER, case_id)]


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_an_approval_of_another_draft_is_refused_and_changes_nothing(office, digest):
    case_id = office.drafted()

    with pytest.raises(ConflictError, match="changed after you read it"):
        review.approve(office.services, case_id, CORA, digest)

    assert office.state(case_id) is CaseState.DRAFTED
    assert replies(office, case_id) == []


def test_an_older_version_cannot_be_approved_any_more(office):
    case_id = office.drafted()
    first = newest(office, case_id)
    review.amend(office.services, case_id, CORA, "Bill nothing.")

    with pytest.raises(ConflictError):
        review.approve(office.services, case_id, CORA, first.hash)


def test_of_fifty_approvals_at_once_one_wins(office):
    case_id = office.drafted()
    digest = newest(office, case_id).hash

    def approve(_number):
        try:
            review.approve(office.services, case_id, CORA, digest)
        except ConflictError:
            return 0
        return 1

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(approve, range(50))) == 1
    assert len(replies(office, case_id)) == 1
    assert len(decisions(office, case_id)) == 1


def test_a_case_open_at_one_desk_is_closed_to_the_other(office):
    case_id = office.drafted()
    review.open_case(office.services, case_id, CORA)
    review.open_case(office.services, case_id, CORA)

    for decide in (review.open_case, review.release):
        with pytest.raises(ConflictError, match="open at cora's desk"):
            decide(office.services, case_id, CARL)
    with pytest.raises(ConflictError):
        review.approve(office.services, case_id, CARL, newest(office, case_id).hash)


def test_a_case_that_is_put_back_can_be_taken_by_another(office):
    case_id = office.drafted()
    review.open_case(office.services, case_id, CORA)

    review.release(office.services, case_id, CORA)
    review.open_case(office.services, case_id, CARL)

    assert office.case(case_id).opened_by == CARL


def test_an_amended_letter_is_a_new_version_with_the_consultants_words(office):
    case_id = office.drafted()

    draft = review.amend(office.services, case_id, CORA, "Bill 76977 <once>.\n\nKind regards")
    review.approve(office.services, case_id, CORA, draft.hash)

    assert (draft.version, draft.written_by) == (2, CORA)
    assert "Bill 76977 <once>." in draft.letter.text
    assert "&lt;once&gt;" in draft.letter.html
    assert [d.action for d in decisions(office, case_id)] == [Action.AMEND, Action.APPROVE]


def test_a_question_goes_out_in_the_consultants_words(office):
    case_id = office.drafted()

    review.ask(office.services, case_id, CORA, "Which heel was it?")

    assert office.state(case_id) is CaseState.APPROVED
    assert newest(office, case_id).kind is DraftKind.QUESTION
    assert b"Which heel was it?" in replies(office, case_id)[0].mail.content


def test_a_question_without_own_words_is_the_draft_as_it_stands(office):
    case_id = office.drafted()

    review.ask(office.services, case_id, CORA)

    assert len(office.drafts(case_id)) == 1
    assert office.state(case_id) is CaseState.APPROVED


def test_a_declined_case_is_closed_and_the_asker_is_told_why(office):
    case_id = office.drafted()

    review.decline(office.services, case_id, CORA, "not a coding question")

    assert (office.state(case_id), office.case(case_id).reason) == (CaseState.CLOSED, "declined: not a coding question")
    (letter,) = replies(office, case_id)
    assert b"Auto-Submitted: no" in letter.mail.content
    assert letter.mail.message_id != office.outbox(case_id)[0].mail.message_id
    with office.services.database.reading() as tx:
        balance = reconcile.count(tx)
    assert (balance.holds, balance.declined) == (True, 1)


def test_a_sent_case_cannot_be_decided_again(office):
    case_id = office.drafted()
    digest = newest(office, case_id).hash
    review.approve(office.services, case_id, CORA, digest)

    with pytest.raises(ConflictError, match="not waiting for review"):
        review.approve(office.services, case_id, CORA, digest)
    with pytest.raises(ConflictError):
        review.decline(office.services, case_id, CORA, "too late")


def test_an_answer_that_came_in_meanwhile_stops_the_approval(office):
    case_id = office.drafted()
    review.open_case(office.services, case_id, CORA)
    with office.services.database.begin() as tx:
        cases.move(tx, case_id, to=CaseState.RECEIVED, at=office.clock(), actor="engine", expect=CaseState.IN_REVIEW)

    with pytest.raises(ConflictError):
        review.approve(office.services, case_id, CORA, newest(office, case_id).hash)


def test_an_asker_who_cannot_be_written_to_is_told_to_the_consultant_and_nothing_is_decided(office, monkeypatch):
    case_id = office.drafted()
    monkeypatch.setattr(review, "answered_message", lambda *_: office.parsed("From: j\u00f6rg@lakeside.example\n\nHello.\n"))

    with pytest.raises(WorkError, match="cannot stand in a mail"):
        review.approve(office.services, case_id, CORA, newest(office, case_id).hash)

    assert office.state(case_id) is CaseState.DRAFTED
    assert decisions(office, case_id) == ()


def test_a_case_that_does_not_exist_is_not_found(office):
    with pytest.raises(NotFoundError):
        review.approve(office.services, 17, CORA, "0" * 64)
