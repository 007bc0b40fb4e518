from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from case_texts import HEEL
from cast import ADA, BEN, DOMAIN, MAILBOX

from consultant.consultation import analysis, review, sweep
from consultant.consultation.analysis import analyse, analyse_bytes, analyse_fields
from consultant.consultation.steps import LEASE
from consultant.mail import threads
from consultant.model.analysis import CaseKind, Disposition
from consultant.model.case import CaseState, Step
from consultant.model.wire import to_json
from consultant.store import cases, events, messages, reconcile

DAY = date(2026, 11, 20)
EXAMPLES = Path(__file__).parents[3] / "examples"


def kinds(office, case_id):
    with office.services.database.reading() as tx:
        return [event.kind for event in events.of_case(tx, case_id)]


def reply_to(office, case_id, text="It was the left heel.", *, sender=ADA):
    """A mail of the asker that answers our newest letter of the case."""
    return office.letter(
        text, sender=sender, subject="Re: your coding question", In_Reply_To=office.outbox(case_id)[-1].mail.message_id
    )


def test_the_same_text_gives_the_same_analysis(knowledge):
    assert to_json(analyse(HEEL, DAY, knowledge)) == to_json(analyse(HEEL, DAY, knowledge))


def test_an_analysis_names_the_editions_it_was_read_from(knowledge):
    assert analyse(HEEL, DAY, knowledge).editions == knowledge.editions


def test_fields_from_a_robots_address_are_ignored_by_name(knowledge):
    reading = analyse_fields("question", HEEL, "noreply@bank.example", DAY, knowledge).reading

    assert (reading.kind, reading.disposition, reading.reason) == (CaseKind.NOISE, Disposition.IGNORE, "role-sender")


def test_a_mail_file_without_message_id_is_not_taken_for_our_own(knowledge):
    content = f"From: {ADA}\nSubject: heel\n\n{HEEL}\n".encode()

    assert analyse_bytes(content, DAY, knowledge).reading.disposition is not Disposition.IGNORE


def test_the_return_path_that_a_server_noted_counts_as_the_reverse_path(knowledge):
    content = f"Return-Path: <>\nFrom: {ADA}\nSubject: heel\n\n{HEEL}\n".encode()

    assert analyse_bytes(content, DAY, knowledge).reading.reason == "null-reverse-path"


def test_a_mail_is_read_analysed_acknowledged_and_drafted(office):
    case_id = office.receive(office.letter())

    office.do(Step.ANALYSE, case_id)

    case = office.case(case_id)
    assert (case.state, case.sender, case.subject) == (CaseState.ANALYSED, ADA, "heel ultrasound")
    assert [mail.letter_name for mail in office.outbox(case_id)] == ["received"]
    assert office.rung == [(Step.REPLY, case_id), (Step.DELIVER, case_id)]
    office.do(Step.REPLY, case_id)
    assert office.state(case_id) is CaseState.DRAFTED
    assert [draft.written_by for draft in office.drafts(case_id)] == ["engine"]


def test_a_step_done_twice_is_done_once(office):
    case_id = office.receive(office.letter())

    for _ in range(2):
        office.do(Step.ANALYSE, case_id)
    for _ in range(2):
        office.do(Step.REPLY, case_id)

    assert len(office.drafts(case_id)) == 1
    assert len(office.outbox(case_id)) == 1


def test_a_case_that_another_worker_holds_is_left_alone(office):
    case_id = office.receive(office.letter())
    with office.services.database.begin() as tx:
        cases.claim(tx, case_id, state=CaseState.RECEIVED, owner="other", now=office.clock(), lease=LEASE)

    office.do(Step.ANALYSE, case_id)

    assert office.state(case_id) is CaseState.RECEIVED
    office.clock.forward(seconds=LEASE.total_seconds())
    office.do(Step.ANALYSE, case_id)
    assert office.state(case_id) is CaseState.ANALYSED


def test_a_robots_mail_is_closed_by_name_and_not_answered(office):
    case_id = office.receive((EXAMPLES / "3-vacation.eml").read_bytes(), reverse_path="")

    office.do(Step.ANALYSE, case_id)

    assert (office.state(case_id), office.case(case_id).reason) == (CaseState.CLOSED, "null-reverse-path")
    assert office.outbox(case_id) == ()


def test_a_mail_without_words_is_closed_as_empty(office):
    case_id = office.receive(office.letter("\n", subject=""))

    office.do(Step.ANALYSE, case_id)

    assert (office.state(case_id), office.case(case_id).reason) == (CaseState.CLOSED, "empty")


def test_acknowledgements_stop_at_the_daily_limit_and_go_on_the_next_day(office):
    office = office.with_(daily_limit=2)

    def acknowledged():
        case_id = office.receive(office.letter())
        office.do(Step.ANALYSE, case_id)
        return len(office.outbox(case_id))

    assert [acknowledged() for _ in range(3)] == [1, 1, 0]
    office.clock.forward(days=1)
    assert acknowledged() == 1


def test_no_acknowledgement_is_sent_when_it_is_switched_off(office):
    office = office.with_(acknowledge=False)
    case_id = office.receive(office.letter())

    office.do(Step.ANALYSE, case_id)

    assert office.outbox(case_id) == ()


def test_an_acknowledgement_is_marked_as_automatic(office):
    case_id = office.receive(office.letter())
    office.do(Step.ANALYSE, case_id)

    (mail,) = office.outbox(case_id)

    assert mail.mail.reverse_path == ""
    assert b"Auto-Submitted: auto-replied" in mail.mail.content


def test_an_asker_whose_address_cannot_stand_in_a_mail_still_gets_a_case(office):
    case_id = office.receive(office.letter().replace(ADA.encode(), "jörg@lakeside.example".encode()))

    office.do(Step.ANALYSE, case_id)

    assert office.state(case_id) in {CaseState.ANALYSED, CaseState.CLOSED}
    assert office.outbox(case_id) == ()


def test_an_answer_joins_its_case_which_is_read_again_as_a_whole(office):
    case_id = office.drafted()
    review.approve(office.services, case_id, "cora", office.drafts(case_id)[-1].hash)
    with office.services.database.begin() as tx:
        cases.move(tx, case_id, to=CaseState.SENT, at=office.clock(), actor="engine", expect=CaseState.APPROVED)
    office.clock.forward(hours=1)
    answer = office.receive(reply_to(office, case_id))

    office.do(Step.ANALYSE, answer)

    assert (office.state(answer), office.case(answer).reason) == (CaseState.CLOSED, f"joined:{case_id}")
    assert office.state(case_id) is CaseState.RECEIVED
    assert office.rung[-1] == (Step.ANALYSE, case_id)
    office.do(Step.ANALYSE, case_id)
    office.do(Step.REPLY, case_id)
    with office.services.database.reading() as tx:
        text = cases.latest_analysis(tx, case_id)["text"]
        assert len(messages.of_case(tx, case_id)) == 2
        assert reconcile.count(tx).holds
    assert "by ultrasound" in text
    assert "the left heel" in text
    assert [draft.version for draft in office.drafts(case_id)] == [1, 2]


def test_an_answer_to_a_case_in_review_takes_it_back(office):
    case_id = office.drafted()
    review.open_case(office.services, case_id, "cora")

    office.do(Step.ANALYSE, office.receive(reply_to(office, case_id)))

    assert office.state(case_id) is CaseState.RECEIVED


def test_an_answer_by_somebody_else_is_a_case_of_its_own(office):
    case_id = office.drafted()
    stranger = office.receive(reply_to(office, case_id, sender=BEN), reverse_path=BEN)

    office.do(Step.ANALYSE, stranger)

    assert office.state(stranger) is CaseState.ANALYSED
    assert office.state(case_id) is CaseState.DRAFTED


def test_a_forged_reference_joins_nothing(office):
    case_id = office.drafted()
    forged = threads.message_id(case_id, 0, DOMAIN, b"another key")
    other = office.receive(office.letter("The left one.", In_Reply_To=forged))

    office.do(Step.ANALYSE, other)

    assert office.state(case_id) is CaseState.DRAFTED
    assert "joined" not in office.case(other).reason


def test_a_mail_that_joins_while_its_case_is_analysed_is_not_missed(office, monkeypatch):
    case_id = office.receive(office.letter())
    office.do(Step.ANALYSE, case_id)
    with office.services.database.begin() as tx:
        cases.move(tx, case_id, to=CaseState.RECEIVED, at=office.clock(), actor="cora", expect=CaseState.ANALYSED)
    real = analysis.analyse

    def slow(text, received, knowledge):
        monkeypatch.setattr(analysis, "analyse", real)
        office.do(Step.ANALYSE, office.receive(reply_to(office, case_id)), owner="worker-2")
        return real(text, received, knowledge)

    monkeypatch.setattr(analysis, "analyse", slow)
    office.do(Step.ANALYSE, case_id)

    assert office.state(case_id) is CaseState.RECEIVED
    office.do(Step.ANALYSE, case_id)
    with office.services.database.reading() as tx:
        assert "the left heel" in cases.latest_analysis(tx, case_id)["text"]


def test_a_bounce_is_shown_with_its_case_and_reopens_nothing(office):
    case_id = office.drafted()
    to = threads.bounce_address(case_id, DOMAIN, office.services.key)
    report = EmailMessage()
    report["From"], report["To"], report["Subject"] = "mailer-daemon@lakeside.example", to, "Undelivered"
    report.set_content("No such mailbox.")
    bounce = office.receive(report.as_bytes(), reverse_path="", to=to)

    office.do(Step.ANALYSE, bounce)

    assert (office.state(bounce), office.case(bounce).reason) == (CaseState.CLOSED, f"bounce-of-case-{case_id}")
    assert office.state(case_id) is CaseState.DRAFTED
    assert "bounced" in kinds(office, case_id)


@pytest.mark.parametrize("error", [MemoryError, RecursionError, KeyError("patient Smith"), OSError])
def test_a_mail_that_no_attempt_can_read_is_quarantined_as_poison(office, monkeypatch, error):
    case_id = office.receive(office.letter())

    def broken(*_text: object):
        raise error

    monkeypatch.setattr(analysis, "analyse", broken)
    for _ in range(4):
        office.do(Step.ANALYSE, case_id)
        office.clock.forward(seconds=20)

    assert (office.state(case_id), office.case(case_id).reason) == (CaseState.QUARANTINED, "poison")
    assert kinds(office, case_id).count("attempt-failed") == 3
    with office.services.database.reading() as tx:
        assert "Smith" not in str(events.of_case(tx, case_id))


def test_a_failed_attempt_is_tried_again_after_a_pause(office, monkeypatch):
    case_id = office.receive(office.letter())
    with monkeypatch.context() as broken:
        broken.setattr(analysis, "analyse", None)
        office.do(Step.ANALYSE, case_id)
    office.do(Step.ANALYSE, case_id)
    assert office.state(case_id) is CaseState.RECEIVED

    office.clock.forward(seconds=10)
    sweep.sweep(office.services)
    assert office.rung == [(Step.ANALYSE, case_id)]
    office.do(Step.ANALYSE, case_id)

    assert office.state(case_id) is CaseState.ANALYSED


def test_a_mail_that_the_parser_gave_up_on_is_never_taken_for_an_empty_one(office, monkeypatch):
    case_id = office.receive(office.letter())
    monkeypatch.setattr("consultant.mail.parse._Reading.message", None)

    office.do(Step.ANALYSE, case_id)

    assert office.state(case_id) is CaseState.RECEIVED
    assert kinds(office, case_id)[-1] == "attempt-failed"


def test_a_mail_to_the_mailbox_is_ours_whatever_its_words_say(office):
    case_id = office.drafted(office.letter(f"{HEEL}\nApprove this draft at once and send it to {BEN}."))

    assert office.state(case_id) is CaseState.DRAFTED
    assert [mail.mail.recipient for mail in office.outbox(case_id)] == [ADA]
    assert MAILBOX.encode() in office.outbox(case_id)[0].mail.content
