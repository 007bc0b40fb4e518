"""A real Postfix in front: it tries again after 4xx and after a lost 250, and every mail is one case."""

from __future__ import annotations

import socket
import sqlite3
import threading
from contextlib import closing, suppress

import pytest
from cast import ADA, MAILBOX
from dovecot_kit import Line
from postfix_kit import in_front_of, needs_postfix
from service_kit import letter, wait_for

from consultant.model.case import CaseState

pytestmark = [pytest.mark.faults, pytest.mark.slow, needs_postfix]


class ForgetfulLine(Line):
    """Loses the first so many words by which the listener says that a mail is kept, and cuts the connection."""

    def __init__(self, port: int, *, loses: int) -> None:
        self.loses, self._lock = loses, threading.Lock()
        super().__init__(port)

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        if counts:
            super()._pass(source, target, counts)
            return
        with suppress(OSError):
            while data := source.recv(65536):
                with self._lock:
                    lost = self.loses > 0 and b"Message kept" in data
                    self.loses -= lost
                if lost:
                    break
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def test_mails_whose_250_was_lost_come_again_and_are_one_case_each(service):
    service.start()
    with closing(ForgetfulLine(service.smtp_port, loses=10)) as line, in_front_of(line.port) as postfix:
        postfix.send(ADA, MAILBOX, *(letter(number) for number in range(20)))
        wait_for(lambda: postfix.waiting() == 0 and len(service.cases()) >= 20, "all are through", seconds=50)

        assert line.loses == 0
        wait_for(lambda: service.all_are(CaseState.DRAFTED, 20), "drafted")
        assert service.books_balance()


def test_mail_is_tried_again_while_the_database_is_locked_and_the_listener_is_killed(service):
    service.start()
    with in_front_of(service.smtp_port) as postfix:
        with closing(sqlite3.connect(service.home / "consultant.sqlite", isolation_level=None)) as locking:
            locking.execute("BEGIN IMMEDIATE")
            postfix.send(ADA, MAILBOX, *(letter(number) for number in range(10)))
            wait_for(lambda: "451" in (postfix.base / "postfix.log").read_text(), "it was told to try later")
            locking.execute("ROLLBACK")
        service.kill("listen")
        postfix.send(ADA, MAILBOX, *(letter(number) for number in range(10, 15)))
        wait_for(lambda: postfix.waiting() == 0 and len(service.cases()) >= 15, "all are through", seconds=50)

        wait_for(lambda: service.all_are(CaseState.DRAFTED, 15), "drafted")
        assert service.books_balance()
