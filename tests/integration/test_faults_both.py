"""The faults of processes at full size, on SQLite with the embedded broker and on PostgreSQL with a Valkey over TCP.

`make faults` runs these; smaller ones of the same kind stand in ``test_faults.py`` and run with every change. The numbers are those
of the table in docs/RELIABILITY.md.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from broker_kit import TcpBroker, running
from fault_kit import KILLED_BEFORE_250, accepted, locked, refusal, sending
from service_kit import Service, all_drafted_once, wait_for

from consultant.model.case import CaseState

pytestmark = [pytest.mark.faults, pytest.mark.slow]

RECOVERED_SECONDS = 15.0
AFTER_BROKER_SECONDS = 20.0
SLACK_SECONDS = 10.0
"""Two cores, and other programs on them."""
AWAY_SECONDS = 15.0
DRAIN_SECONDS = 10.0


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def tcp_broker(request, service, tmp_path) -> Iterator[TcpBroker | None]:
    """The broker of its own that the service is given together with PostgreSQL; None with SQLite."""
    if request.param == "sqlite":
        yield None
        return
    service.database_url = request.getfixturevalue("postgres_url")
    with running(tmp_path / "valkey") as broker:
        service.broker_url = broker.url
        yield broker
        if service.process and service.process.poll() is None:
            service.stop()


def test_1_the_listener_is_killed_ten_times_under_300_mails_from_ten_sessions(service, tcp_broker):
    service.start()
    senders = sending(service, 300, 10)
    for killed in range(1, 11):
        wait_for(lambda killed=killed: accepted(senders) >= killed * 25, "some are accepted", seconds=50)
        wait_for(lambda: service.parts("listen"), "the listener is back")
        service.kill("listen")
    for sender in senders:
        sender.join()

    assert accepted(senders) == 300
    assert len(service.cases()) == 300
    assert service.books_balance()


def test_2_a_listener_that_dies_between_commit_and_250_makes_two_deliveries_one_case(service, tmp_path):
    folder = tmp_path / "deaths"
    folder.mkdir()
    (folder / "one").touch()
    service.sabotage(KILLED_BEFORE_250.format(folder=str(folder)))
    service.start()
    (sender,) = sending(service, 3, 1)
    sender.join()

    assert not list(folder.iterdir())
    assert sender.accepted == 3
    assert sender.tries > 3
    all_drafted_once(service, 3, seconds=RECOVERED_SECONDS + SLACK_SECONDS)


def test_3_worker_child_and_whole_group_are_killed_five_times_over_100_tasks(service, tcp_broker):
    service.start()
    service.send_many(list(range(100)))
    for round_ in range(5):
        wait_for(lambda: len(service.parts("cases")) > 1, "the worker is back")
        if round_ % 2:
            service.kill("cases")
        else:
            with suppress(psutil.NoSuchProcess):
                service.parts("cases")[1].kill()

    all_drafted_once(service, 100, seconds=45 + SLACK_SECONDS)


@pytest.mark.parametrize("harm", ["killed", "frozen"])
def test_4_and_5_the_broker_is_away_for_15_seconds_and_mail_is_taken_within_one(service, tcp_broker, harm):
    service.start()
    slowest, end = 0.0, time.monotonic() + AWAY_SECONDS
    for number in range(30):
        harm_broker(service, tcp_broker, harm)
        started = time.monotonic()
        service.send(number)
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(max(0.0, end - time.monotonic()) / (30 - number))
    heal_broker(service, tcp_broker, harm)

    assert slowest < 1
    all_drafted_once(service, 30, seconds=AFTER_BROKER_SECONDS + SLACK_SECONDS)


def brokers(service: Service, broker: TcpBroker | None) -> list[psutil.Process]:
    return service.parts("broker") if broker is None else [psutil.Process(broker.process.pid)]


def harm_broker(service: Service, broker: TcpBroker | None, harm: str) -> None:
    """The embedded broker is started again whenever it dies, so it is killed each time it is met."""
    for process in brokers(service, broker):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL if harm == "killed" else signal.SIGSTOP)


def heal_broker(service: Service, broker: TcpBroker | None, harm: str) -> None:
    if harm == "frozen":
        for process in brokers(service, broker):
            process.send_signal(signal.SIGCONT)
    elif broker is not None:
        broker.kill()
        broker.start()


def test_6_the_broker_is_flushed_half_way(service, tcp_broker):
    service.start()
    for number in range(60):
        service.send(number)
        if number in {15, 30, 45}:
            assert service.ask_broker("FLUSHALL") == b"+OK\r\n"

    all_drafted_once(service, 60, seconds=AFTER_BROKER_SECONDS + SLACK_SECONDS)


def test_7_the_database_is_locked_for_ten_seconds(service, tcp_broker):
    service.start()
    with locked(service):
        end, codes = time.monotonic() + 10, []
        while time.monotonic() < end:
            codes.append(refusal(service, 1))

    assert set(codes) == {451}
    assert service.cases() == ()
    service.send(1)
    all_drafted_once(service, 1, seconds=RECOVERED_SECONDS)


def test_16_fifty_approvals_of_one_draft_at_once_send_one_reply(service, sink, tcp_broker):
    service.start()
    service.send(1)
    all_drafted_once(service, 1, seconds=RECOVERED_SECONDS)
    (case,) = service.cases()
    outcomes: list[str] = []

    def approve() -> None:
        try:
            service.approve(case.id)
        except Exception as error:  # noqa: BLE001  (which error each meets is what is looked at)
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("approved")

    threads = [threading.Thread(target=approve) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("approved") == 1
    # One that waits longer for its turn than a database lets it is told to try again; nothing has happened.
    assert set(outcomes) <= {"approved", "ConflictError", "TemporaryError"}
    wait_for(lambda: service.all_are(CaseState.SENT, 1), "sent")
    assert len(sink.mails) == 1


def test_23_sigterm_five_times_under_load(service, tcp_broker):
    service.start()
    for round_ in range(5):
        senders = sending(service, 20, 2)
        wait_for(lambda senders=senders: accepted(senders) >= 10, "half of them are accepted")
        started = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - started < DRAIN_SECONDS + 1
        assert service.left() == []
        service.start()
        for sender in senders:
            sender.join()
        assert accepted(senders) == 20, f"round {round_}"

    # Each round sends the same twenty mails: they are the same deliveries.
    all_drafted_once(service, 20, seconds=RECOVERED_SECONDS + SLACK_SECONDS)
