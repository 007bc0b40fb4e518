"""`consultant up` from outside: what it says, what it answers, how it ends."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request

import psutil
import pytest
from cast import ADA
from service_kit import UNSETTLED, wait_for

from consultant.model.case import CaseState

DRAFTED_SECONDS = 2.0


def test_a_mail_is_drafted_within_two_seconds_and_sent_when_approved(service, sink):
    service.start()

    service.send(1)
    took = wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")
    service.approve(service.cases()[0].id)
    (mail,) = sink.wait_for(1)
    wait_for(lambda: service.all_are(CaseState.SENT, 1), "sent")

    assert took < DRAFTED_SECONDS
    assert mail.recipients == (ADA,)
    assert service.books_balance()


def test_run_json_says_where_everything_is_and_goes_away(service):
    service.start()

    run = service.run
    assert run["pid"] == service.process.pid
    assert page(f"{run['desk']}/readyz") == "ready\n"
    assert service.stop() == 0
    assert not service.run_file.exists()
    assert service.left() == []


def test_a_second_service_on_the_same_home_is_refused_in_one_line(service):
    service.start()

    command = [sys.executable, "-m", "consultant.cli", "up", "--home", str(service.home), "--smtp", "127.0.0.1:0"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.count("\n") == 1
    assert f"process {service.process.pid}" in second.stderr
    assert service.run_file.exists()


def page(address: str) -> str:
    """The page at an address of the service; empty while nobody answers there."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (our own address)
            return answer.read().decode()
    except OSError:
        return ""


def refused(service, *options: str) -> str:
    command = [sys.executable, "-m", "consultant.cli", "up", "--home", str(service.home), "--desk", "127.0.0.1:0", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    return next(line for line in done.stderr.splitlines() if line.startswith("consultant: "))


def test_a_port_in_use_is_one_clear_line_and_nothing_stays(service):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused(service, "--smtp", f"127.0.0.1:{port}")

    assert f"cannot listen on 127.0.0.1:{port}" in line
    assert not service.run_file.exists()
    assert [p for p in psutil.process_iter(["cmdline"]) if str(service.home) in " ".join(p.info["cmdline"] or [])] == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CONSULTANT_DATABASE_URL", "postgresql+psycopg://nobody:secret@127.0.0.1:9/none", "the database cannot be reached"),
        ("CONSULTANT_BROKER_URL", "redis://:secret@127.0.0.1:9/0", "the broker cannot be reached"),
    ],
)
def test_a_database_or_broker_that_is_away_is_one_clear_line(service, monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)

    line = refused(service, "--smtp", "127.0.0.1:0")

    assert words in line
    assert "secret" not in line


def test_flower_shows_task_names_and_numbers_only(service):
    service.start("--flower", "127.0.0.1:0")
    service.send(1)
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 1), "drafted")

    flower = service.run["flower"]
    wait_for(lambda: page(f"{flower}/"), "flower answers")
    assert ADA not in page(f"{flower}/tasks")
    assert "heel" not in page(f"{flower}/tasks")


def test_no_word_of_a_mail_is_in_log_broker_or_command_lines(service):
    service.start()
    canary = "Zebediah Quux, MRN 99887766"
    service.send(1, text=canary + ". " + "Heel ultrasound, which code? {}")
    service.send(2, text="", sender="canary.sender@lakeside.example")
    wait_for(lambda: UNSETTLED.isdisjoint(service.states()), "drafted or closed")
    service.approve(next(case.id for case in service.cases() if case.state is CaseState.DRAFTED))
    wait_for(lambda: CaseState.SENT in service.states(), "sent")
    commands = " ".join(" ".join(process.cmdline()) for pid in service.seen if (process := psutil.Process(pid)).is_running())
    service.stop()

    kept = service.log.read_text() + commands
    for file in (service.home / "broker").rglob("*"):
        kept += file.read_text(errors="replace") if file.is_file() else ""
    for secret in ("Zebediah", "99887766", "canary.sender", "lakeside"):
        assert secret not in kept


@pytest.mark.faults
def test_sigterm_under_load_loses_nothing_and_drains_in_time(service):
    service.start()
    for round_ in range(3):
        service.send_many(list(range(round_ * 20, round_ * 20 + 20)))
        assert service.stop() == 0
        assert service.left() == []
        service.start()

    wait_for(lambda: service.all_are(CaseState.DRAFTED, 60), "all are drafted")
    assert service.drafts_of_each() == [1] * 60
    assert service.books_balance()
