"""Faults of disk and clock: a disk that is full, one that cannot be written, and clocks that are a day wrong."""

from __future__ import annotations

import resource

import psutil
import pytest
from fault_kit import ANOTHER_TIME, FULL_DISK, refusal
from service_kit import Service, all_drafted_once, wait_for

from consultant.model.case import CaseState

pytestmark = pytest.mark.faults

RECOVERED_SECONDS = 25.0
DAY = 86_400


def refused_until_healed(service: Service) -> None:
    """While the harm lasts every mail is refused for now, and nothing of it is kept."""
    assert {refusal(service, number) for number in range(5)} == {451}
    assert service.cases() == ()


def test_8_a_full_disk_gives_451_no_partial_rows_and_recovers(service, tmp_path):
    full = tmp_path / "full"
    service.sabotage(FULL_DISK.format(file=str(full)))
    service.start()
    full.touch()
    # What SQLite has of free pages may still take the first few; what it takes, it keeps.
    wait_for(lambda: refusal(service, 1000 + len(service.cases())) == 451, "the disk is full")
    before = len(service.cases())
    assert {refusal(service, number) for number in range(5)} == {451}
    assert len(service.cases()) == before
    assert service.books_balance()

    full.unlink()
    service.send(1)
    all_drafted_once(service, before + 1, seconds=RECOVERED_SECONDS)


def test_8_a_disk_that_cannot_be_written_gives_451_and_recovers(service):
    service.start()
    (listener, *_) = service.parts("listen")
    # No file of this process may grow: the kernel refuses the write in the middle of a commit.
    listener.rlimit(psutil.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    refused_until_healed(service)

    listener.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    service.send(1)
    all_drafted_once(service, 1, seconds=RECOVERED_SECONDS)


def test_17_a_clock_that_is_a_day_ahead_or_behind_sends_nothing_twice(service, sink, tmp_path):
    shift = tmp_path / "shift"
    shift.write_text("0")
    service.sabotage(ANOTHER_TIME.format(file=str(shift)))
    service.start()
    service.send_many([1, 2, 3])
    all_drafted_once(service, 3, seconds=RECOVERED_SECONDS)
    for case in service.cases()[:2]:
        service.approve(case.id)
    wait_for(lambda: len(sink.mails) == 2, "two are sent")

    for sent, seconds in enumerate((DAY, -DAY, 0), start=3):
        shift.write_text(str(seconds))
        # That a new case goes all the way shows that workers and sweep have looked at the others too.
        service.send(sent + 10)
        wait_for(lambda: CaseState.DRAFTED in service.states() and CaseState.RECEIVED not in service.states(), "drafted")
        newest = max(case.id for case in service.cases())
        service.approve(newest)
        wait_for(lambda sent=sent: len(sink.mails) == sent, "the new reply is sent")

    assert len({mail.message["Message-ID"] for mail in sink.mails}) == len(sink.mails) == 5
    assert sorted(mail.attempts for mail in service.outbox()) == [1] * 5
    assert service.books_balance()
