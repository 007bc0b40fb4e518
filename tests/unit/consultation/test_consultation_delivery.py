from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cast import ADA, CORA
from smtp_sink import Behaviour, SmtpSink

from consultant.consultation import delivery, rescue, review, sweep
from consultant.mail.sender import Outbound
from consultant.model.case import CaseState, Step
from consultant.store import outbox
from consultant.store.states import OutboxState


@pytest.fixture
def sink():
    with SmtpSink() as server:
        yield server


@pytest.fixture
def office(office, sink):
    return office.with_(outbound=Outbound.parse(f"smtp://{sink.host}:{sink.port}"), acknowledge=False)


@pytest.fixture
def approved(office):
    case_id = office.drafted()
    review.approve(office.services, case_id, CORA, office.drafts(case_id)[-1].hash)
    return case_id


def deliver_until_settled(office, case_id):
    """Deliver whenever the sweep says so, with time passing; returns the pauses between tries in seconds."""
    pauses = []
    for _ in range(12):
        office.do(Step.DELIVER, case_id)
        if office.state(case_id) is not CaseState.APPROVED:
            break
        waited = 0
        office.rung.clear()
        while not sweep_finds_mail(office, case_id):
            office.clock.forward(seconds=1)
            waited += 1
        pauses.append(waited)
    return pauses


def sweep_finds_mail(office, case_id):
    with office.services.database.reading() as tx:
        return bool(outbox.due(tx, case_id, office.clock()))


def test_an_approved_reply_is_sent_once(office, sink, approved):
    for _ in range(3):
        office.do(Step.DELIVER, approved)

    assert office.state(approved) is CaseState.SENT
    (mail,) = sink.mails
    assert mail.recipients == (ADA,)
    assert mail.reverse_path.startswith("bounce+")
    assert mail.message["Message-ID"] == office.outbox(approved)[0].mail.message_id


def test_many_workers_at_one_reply_send_it_once(office, sink, approved):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: office.do(Step.DELIVER, approved, owner=f"worker-{number}"), range(8)))

    assert len(sink.mails) == 1
    assert office.state(approved) is CaseState.SENT


def test_a_server_that_says_later_is_tried_again_with_growing_pauses(office, sink, approved):
    sink.will(Behaviour.TEMPORARY_AT_RCPT, Behaviour.TEMPORARY_AFTER_DOT, Behaviour.TEMPORARY_AT_MAIL)

    pauses = deliver_until_settled(office, approved)

    assert office.state(approved) is CaseState.SENT
    assert len(sink.mails) == 1
    assert pauses == sorted(pauses)
    assert len(pauses) == 3


def test_a_refusal_for_good_goes_to_a_person(office, sink, approved):
    sink.will(Behaviour.PERMANENT_AT_RCPT)

    office.do(Step.DELIVER, approved)

    assert (office.state(approved), office.case(approved).reason) == (CaseState.SET_ASIDE, "mail-failed")
    assert office.outbox(approved)[0].state is OutboxState.FAILED
    assert sink.mails == ()


@pytest.mark.parametrize("cut", [Behaviour.CUT_AFTER_DOT_KEPT, Behaviour.CUT_AFTER_DOT_LOST])
def test_a_send_cut_after_the_dot_is_repeated_once_with_the_same_bytes(office, sink, approved, cut):
    sink.will(cut)

    deliver_until_settled(office, approved)

    assert office.state(approved) is CaseState.SENT
    assert len({mail.content for mail in sink.mails}) == 1
    assert sink.connections == 2


def test_a_send_cut_after_the_dot_twice_goes_to_a_person(office, sink, approved):
    sink.will(Behaviour.CUT_AFTER_DOT_KEPT, Behaviour.CUT_AFTER_DOT_KEPT)

    deliver_until_settled(office, approved)

    assert (office.state(approved), office.case(approved).reason) == (CaseState.SET_ASIDE, "mail-unknown")
    assert len({mail.content for mail in sink.mails}) == 1
    office.clock.forward(days=3)
    office.do(Step.DELIVER, approved)
    assert sink.connections == 2


@pytest.mark.parametrize("cut", [Behaviour.CUT_AFTER_RCPT, Behaviour.CUT_MID_DATA, Behaviour.CUT_AT_GREETING])
def test_a_connection_lost_before_the_dot_is_no_doubt(office, sink, approved, cut):
    sink.will(cut, cut, cut)

    deliver_until_settled(office, approved)

    assert office.state(approved) is CaseState.SENT
    assert len(sink.mails) == 1


def test_a_worker_that_died_while_sending_is_waited_for_and_then_replaced_once(office, sink, approved):
    with office.services.database.begin() as tx:
        assert outbox.start(tx, office.outbox(approved)[0].id, office.clock(), delivery.LEASE)

    office.do(Step.DELIVER, approved)
    assert sink.connections == 0
    office.clock.forward(seconds=delivery.LEASE.total_seconds())
    office.do(Step.DELIVER, approved)

    assert office.state(approved) is CaseState.SENT
    assert len(sink.mails) == 1


def test_a_crash_between_the_servers_word_and_the_move_is_mended(office, sink, approved, monkeypatch):
    with monkeypatch.context() as crash:
        crash.setattr(delivery, "_settle", None)
        with pytest.raises(TypeError):
            office.do(Step.DELIVER, approved)

    office.do(Step.DELIVER, approved)

    assert office.state(approved) is CaseState.SENT
    assert len(sink.mails) == 1


def test_a_mail_that_nobody_takes_for_days_goes_to_a_person(office, sink, approved):
    sink.will(Behaviour.TEMPORARY_AT_RCPT)
    office.clock.forward(days=3)

    office.do(Step.DELIVER, approved)

    assert office.state(approved) is CaseState.SET_ASIDE


def test_a_person_has_a_stuck_reply_sent_again_under_the_same_message_id(office, sink, approved):
    sink.will(Behaviour.PERMANENT_AFTER_DOT)
    office.do(Step.DELIVER, approved)
    before = office.outbox(approved)[0].mail

    rescue.send_again(office.services, approved, "otto")
    office.do(Step.DELIVER, approved)

    assert office.state(approved) is CaseState.SENT
    assert sink.mails[0].message["Message-ID"] == before.message_id


def test_an_acknowledgement_that_fails_does_not_touch_the_case(office, sink):
    office = office.with_(acknowledge=True)
    case_id = office.drafted()
    sink.will(Behaviour.PERMANENT_AT_RCPT)

    office.do(Step.DELIVER, case_id)

    assert office.state(case_id) is CaseState.DRAFTED
    assert office.outbox(case_id)[0].state is OutboxState.FAILED


def test_a_clock_that_jumps_a_day_sends_nothing_again(office, sink, approved):
    office.do(Step.DELIVER, approved)
    for days in (1, -2, 2):
        office.clock.forward(days=days)
        sweep.sweep(office.services)
        office.do(Step.DELIVER, approved)

    assert len(sink.mails) == 1


def test_pauses_double_up_to_half_an_hour_and_differ_between_mails():
    pauses = [delivery.pause(1, attempt) for attempt in range(1, 40)]

    assert timedelta(seconds=2) <= pauses[0] <= timedelta(seconds=2.5)
    assert max(pauses) <= timedelta(minutes=37.5)
    assert pauses[-1] >= timedelta(minutes=30)
    assert delivery.pause(1, 3) == delivery.pause(1, 3)
    assert delivery.pause(1, 3) != delivery.pause(2, 3)
