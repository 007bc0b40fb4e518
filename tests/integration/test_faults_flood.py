"""Floods: ten thousand mails in a burst, twenty of the largest at once, a thousand connections. The listener stays small and serves."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from contextlib import closing, suppress

import psutil
import pytest
from cast import ADA, MAILBOX
from fault_kit import accepted, sending
from service_kit import Service, letter, wait_for

from consultant.store import reconcile

pytestmark = [pytest.mark.faults, pytest.mark.slow]
MIB = 1024 * 1024


class Peak(threading.Thread):
    """Looks at the memory of a process until told to stop."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__()
        self.process, self.most, self.done = process, 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.05):
            with suppress(psutil.NoSuchProcess):
                self.most = max(self.most, self.process.memory_info().rss)

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.done.set()
        self.join()


def listener_of(service: Service) -> psutil.Process:
    return service.parts("listen")[0]


def pause_the_rest(service: Service) -> None:
    """The burst is about the listener: the workers, which would take hours of the same two cores, wait meanwhile."""
    for part in ("cases", "deliver"):
        for process in service.parts(part):
            process.suspend()


def resume_the_rest(service: Service) -> None:
    for part in ("cases", "deliver"):
        for process in service.parts(part):
            process.resume()


def test_18_ten_thousand_mails_in_a_burst_from_twenty_sessions(service):
    service.start()
    pause_the_rest(service)
    try:
        with Peak(listener_of(service)) as peak:
            started = time.monotonic()
            senders = sending(service, 10_000, 20)
            for sender in senders:
                sender.join()
            took = time.monotonic() - started
        with service.database() as database, database.reading() as tx:
            balance = reconcile.count(tx)
    finally:
        resume_the_rest(service)

    print(f"10,000 mails in {took:.1f} s, {10_000 / took:.0f}/s; listener {peak.most / MIB:.0f} MiB")
    assert accepted(senders) == balance.received == balance.accounted == 10_000
    assert balance.holds
    assert peak.most < 300 * MIB


def test_19_twenty_mails_of_25_megabytes_at_once(service):
    service.start()
    pause_the_rest(service)
    line = b"x" * 70 + b"\r\n"
    large = letter(0) + line * (25 * 1000 * 1000 // len(line))
    codes: list[int] = []

    def send(number: int) -> None:
        content = large.replace(b"<0@", f"<{number}@".encode(), 1)
        with smtplib.SMTP("127.0.0.1", service.smtp_port, timeout=120) as client:
            try:
                client.sendmail(ADA, [MAILBOX], content)
            except smtplib.SMTPResponseException as refused:
                codes.append(refused.smtp_code)
            else:
                codes.append(250)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    with Peak(listener_of(service)) as peak:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    resume_the_rest(service)

    print(f"codes {sorted(set(codes))}; listener {peak.most / MIB:.0f} MiB")
    assert len(codes) == 20
    assert set(codes) <= {250, 451, 452, 552}
    assert len(service.cases()) == codes.count(250) > 0
    assert peak.most < 1000 * MIB


def test_20_a_thousand_connections_and_slow_senders_do_not_keep_a_good_client_out(service):
    service.start()
    held = []
    for number in range(1000):
        with suppress(OSError):
            line = socket.create_connection(("127.0.0.1", service.smtp_port), timeout=5)
            held.append(line)
            if number % 4 == 0:
                line.sendall(b"EHLO slow.example\r\nMAIL FR")
    slowest = 0.0
    for number in range(5):
        slowest = max(slowest, wait_for_good_client(service, number))
    for line in held:
        with closing(line):
            pass

    print(f"{len(held)} connections; a good client was served in {slowest:.2f} s at most")
    assert slowest < 2
    assert len(service.cases()) == 5


def wait_for_good_client(service: Service, number: int) -> float:
    started = time.monotonic()
    wait_for(lambda: sent(service, number), "a good client is served", seconds=10)
    return time.monotonic() - started


def sent(service: Service, number: int) -> bool:
    with suppress(OSError, smtplib.SMTPException):
        service.send(number)
        return True
    return False
