"""What tests of faults need besides a service: clients that do not give up, a lock on the database, faults of a part's inside."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cast import ADA, MAILBOX
from service_kit import Service, letter
from sqlalchemy import NullPool, create_engine, text

_PATIENCE = 58.0

# Ends the listener between the commit of a mail and its 250, once for each file in the folder.
KILLED_BEFORE_250 = """
import os, pathlib
import consultant.store.writer as writer

left = pathlib.Path({folder!r})

class DyingFuture(writer.Future):
    def set_result(self, result):
        for one in left.iterdir():
            one.unlink()
            os.kill(os.getpid(), 9)
        super().set_result(result)

writer.Future = DyingFuture
"""

# The whole service believes in another time: that of the file, in seconds from the true one.
ANOTHER_TIME = """
import pathlib
from datetime import timedelta
import consultant.opening as opening

honest, shift = opening.now, pathlib.Path({file!r})

def now():
    return honest() + timedelta(seconds=float(shift.read_text()))

opening.now = now
"""

# SQLite may not grow the database while the file is there, and says of itself that the disk is full.
FULL_DISK = """
import pathlib
from sqlalchemy import event
import consultant.store.engines as engines

made, full = engines.create_engine, pathlib.Path({file!r})

def create_engine(*arguments, **options):
    engine = made(*arguments, **options)

    @event.listens_for(engine, "begin")
    def bound(connection):
        if full.exists():
            connection.info["bound"] = True
            connection.exec_driver_sql("PRAGMA max_page_count=1")
        elif connection.info.pop("bound", False):
            connection.exec_driver_sql("PRAGMA max_page_count=1073741823")

    return engine

engines.create_engine = create_engine
"""


class Sender(threading.Thread):
    """Sends mails over one session, and over a new one until each has its 250, as a mail server does."""

    def __init__(self, service: Service, numbers: range) -> None:
        super().__init__()
        self.service, self.waiting, self.accepted, self.tries = service, list(numbers), 0, 0

    def run(self) -> None:
        end = time.monotonic() + _PATIENCE
        while self.waiting and time.monotonic() < end:
            try:
                self._session()
            except (OSError, smtplib.SMTPException):
                time.sleep(0.1)

    def _session(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.service.smtp_port, timeout=20) as client:
            while self.waiting:
                self.tries += 1
                client.sendmail(ADA, [MAILBOX], letter(self.waiting[-1]))
                self.waiting.pop()
                self.accepted += 1


def sending(service: Service, mails: int, sessions: int) -> list[Sender]:
    """Clients that send so many mails in so many sessions at once."""
    each = mails // sessions
    senders = [Sender(service, range(number * each, number * each + each)) for number in range(sessions)]
    for sender in senders:
        sender.start()
    return senders


def accepted(senders: list[Sender]) -> int:
    """How many mails have their 250."""
    return sum(sender.accepted for sender in senders)


def refusal(service: Service, number: int) -> int:
    """The code with which a mail is refused; 250 when it is taken."""
    with smtplib.SMTP("127.0.0.1", service.smtp_port, timeout=30) as client:
        try:
            client.sendmail(ADA, [MAILBOX], letter(number))
        except smtplib.SMTPDataError as refused:
            return refused.smtp_code
        return 250


@contextmanager
def locked(service: Service) -> Iterator[None]:
    """Hold the one lock that every writer needs."""
    url = service.database_url or f"sqlite:///{service.home / 'consultant.sqlite'}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            connection.execute(text("BEGIN"))
            connection.execute(text("SELECT id FROM chain_head FOR UPDATE"))
        yield
        connection.execute(text("ROLLBACK"))
    engine.dispose()
