"""Faults: real processes are killed, frozen and flushed, and nothing is lost or done twice."""

from __future__ import annotations

import os
import smtplib
import sqlite3
import threading
import time
from contextlib import suppress

import psutil
import pytest
from cast import ADA, MAILBOX
from service_kit import all_drafted_once, letter, send_until_accepted, wait_for
from smtp_sink import Behaviour

from consultant.model.case import CaseState

pytestmark = pytest.mark.faults

RECOVERED_SECONDS = 15.0
SLACK_SECONDS = 10.0
"""Two cores, and other programs on them."""


@pytest.fixture
def service(service):
    """A service that runs."""
    service.start()
    return service


def test_the_listener_is_killed_right_after_250_again_and_again(service):
    for number in range(12):
        send_until_accepted(service, number)
        if number % 3 == 0:
            service.kill("listen")

    all_drafted_once(service, 12, seconds=RECOVERED_SECONDS + SLACK_SECONDS)


def test_the_whole_service_is_killed_right_after_250(service):
    service.send_many([1, 2, 3])
    service.kill_all()

    service.start()

    all_drafted_once(service, 3, seconds=RECOVERED_SECONDS + SLACK_SECONDS)


def test_worker_children_and_the_whole_worker_are_killed_in_the_middle(service):
    service.send_many(list(range(60)))
    for round_ in range(4):
        time.sleep(0.15)
        workers = service.parts("cases")
        if round_ % 2:
            service.kill("cases")
            wait_for(lambda: service.parts("cases"), "the worker is back")
        elif len(workers) > 1:
            with suppress(psutil.NoSuchProcess):
                workers[1].kill()

    all_drafted_once(service, 60, seconds=RECOVERED_SECONDS + 2 * SLACK_SECONDS)


def test_the_broker_is_flushed_again_and_again(service):
    for number in range(30):
        service.send(number)
        if number % 5 == 0:
            assert service.ask_broker("FLUSHALL") == b"+OK\r\n"

    all_drafted_once(service, 30, seconds=RECOVERED_SECONDS + SLACK_SECONDS)


def test_the_broker_is_killed_and_mail_is_still_taken_within_a_second(service):
    service.kill("broker")

    started = time.monotonic()
    service.send_many([1, 2, 3])
    assert time.monotonic() - started < 1

    all_drafted_once(service, 3, seconds=20 + SLACK_SECONDS)


def test_the_broker_is_frozen_and_mail_is_still_taken_within_a_second(service):
    (broker,) = service.parts("broker")
    broker.suspend()
    try:
        started = time.monotonic()
        service.send_many([1, 2, 3])
        assert time.monotonic() - started < 1
        time.sleep(8)
    finally:
        broker.resume()

    all_drafted_once(service, 3, seconds=20 + SLACK_SECONDS)


def test_a_locked_database_gives_451_and_no_false_250(service):
    with sqlite3.connect(service.home / "consultant.sqlite", isolation_level=None) as locking:
        locking.execute("BEGIN IMMEDIATE")
        with smtplib.SMTP("127.0.0.1", service.smtp_port, timeout=30) as client, pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(ADA, [MAILBOX], letter(1))
        locking.execute("ROLLBACK")
    locking.close()

    assert refused.value.smtp_code == 451
    service.send(1)
    all_drafted_once(service, 1, seconds=RECOVERED_SECONDS)


def test_the_service_dies_with_all_its_parts_when_it_is_killed(service):
    service.kill_all()

    assert service.left() == []


def test_a_reply_survives_a_server_that_says_later_three_times(service, sink):
    service.send(1)
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")
    sink.will(*[Behaviour.TEMPORARY_AT_RCPT] * 3)

    service.approve(service.cases()[0].id)

    wait_for(lambda: service.all_are(CaseState.SENT, 1), "sent", seconds=50)
    assert len(sink.mails) == 1


def test_a_worker_killed_while_it_sends_is_replaced_within_seconds(service, sink):
    service.send(1)
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")
    sink.will(Behaviour.HANG_AFTER_RCPT)
    service.approve(service.cases()[0].id)
    wait_for(lambda: sink.connections == 1, "the server keeps the worker waiting")

    service.kill("deliver")

    wait_for(lambda: service.all_are(CaseState.SENT, 1), "sent", seconds=20)
    assert len(sink.mails) == 1


def test_a_reply_cut_after_the_dot_goes_out_under_one_message_id(service, sink):
    service.send(1)
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")
    sink.will(Behaviour.CUT_AFTER_DOT_KEPT)

    service.approve(service.cases()[0].id)

    wait_for(lambda: service.all_are(CaseState.SENT, 1), "sent")
    assert len({mail.content for mail in sink.mails}) == 1


def test_a_refused_reply_goes_to_a_person_and_a_hanging_server_holds_up_no_case(service, sink):
    service.send_many([1, 2])
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 2), "drafted")
    first, second = service.cases()
    sink.will(Behaviour.PERMANENT_AT_RCPT)
    service.approve(first.id)
    wait_for(lambda: CaseState.SET_ASIDE in service.states(), "set aside")

    sink.will(Behaviour.HANG_AT_GREETING)
    service.approve(second.id)
    service.send(3)

    wait_for(lambda: CaseState.DRAFTED in service.states(), "the third case is drafted", seconds=5)


def test_approvals_from_many_sides_send_one_reply(service, sink):
    service.send(1)
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")
    case_id = service.cases()[0].id
    outcomes: list[str] = []

    def approve() -> None:
        try:
            service.approve(case_id)
        except Exception as error:  # noqa: BLE001  (which error each meets is what is looked at)
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("approved")

    threads = [threading.Thread(target=approve) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(set(outcomes)) == ["ConflictError", "approved"]
    assert outcomes.count("approved") == 1
    wait_for(lambda: service.all_are(CaseState.SENT, 1), "sent")
    assert len(sink.mails) == 1


def test_a_service_that_cannot_write_its_memory_of_bells_starts_without_it(service):
    service.send(1)
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")
    service.stop()
    for file in (service.home / "broker" / "appendonlydir").iterdir():
        file.write_bytes(os.urandom(100))

    service.start()
    service.send(2)

    all_drafted_once(service, 2, seconds=RECOVERED_SECONDS)
