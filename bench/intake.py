"""How fast mail is accepted and durably kept, as a ratio to aiosmtpd with a handler that keeps nothing, in the same run.

python bench/intake.py [--mails 2000] [--sessions 20]
"""

from __future__ import annotations

import argparse
import multiprocessing
import smtplib
import socket
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller

from consultant.mail.limits import Limits
from consultant.mail.listener import Listener
from consultant.store.session import Database, migrate
from consultant.store.writer import GroupWriter

MAILBOX = "consult@consultant.example"
MAIL = "From: ada@lakeside.example\r\nTo: {to}\r\nSubject: case {number}\r\n\r\n{body}\r\n"
BODY = "\r\n".join(["DXA of the lumbar spine and both hips, age-related osteoporosis."] * 75)


class Null:
    """Answers 250 and keeps nothing."""

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: ARG002, D102, N802  (named by the library)
        return "250 kept nothing"


def send(port: int, first: int, mails: int) -> None:
    """Send mails over one connection."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        for number in range(first, first + mails):
            client.sendmail("ada@lakeside.example", [MAILBOX], MAIL.format(to=MAILBOX, number=number, body=BODY))


def flood(port: int, mails: int, sessions: int, seconds) -> None:
    """Send all mails over so many connections at once; runs in a process of its own and reports how long it took."""
    each = mails // sessions
    threads = [threading.Thread(target=send, args=(port, index * each, each)) for index in range(sessions)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds.value = time.perf_counter() - start


def rate(port: int, mails: int, sessions: int) -> float:
    """Mails a second that the server on this port accepts."""
    seconds = multiprocessing.Value("d", 0.0)
    client = multiprocessing.Process(target=flood, args=(port, mails, sessions, seconds))
    client.start()
    client.join()
    if client.exitcode:
        sys.exit("the client failed")
    return mails / seconds.value


def null_rate(mails: int, sessions: int) -> float:
    """The peer: aiosmtpd with a null handler."""
    # The library's controller cannot be given port 0, so a free one is looked up before.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Null(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        return rate(port, mails, sessions)
    finally:
        controller.stop()


def our_rate(mails: int, sessions: int) -> float:
    """Our listener on SQLite with synchronous=FULL and group commit."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        migrate(url)
        database = Database(url)
        writer = GroupWriter(database, now=lambda: datetime.now(UTC))
        listener = Listener(
            deliver=lambda raw: writer.submit(raw, raw.envelope.forward_paths),
            accepts=lambda address: address == MAILBOX,
            limits=Limits(),
            address=("127.0.0.1", 0),
            now=lambda: datetime.now(UTC),
        )
        _, port = listener.start()
        try:
            return rate(port, mails, sessions)
        finally:
            listener.stop(5)
            writer.close()
            database.close()


def main() -> None:
    """Print both rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--sessions", type=int, default=20)
    given = parser.parse_args()
    null = null_rate(given.mails, given.sessions)
    ours = our_rate(given.mails, given.sessions)
    print(f"intake      null handler {null:7.0f}/s   ours, durable {ours:7.0f}/s   ratio {ours / null:.2f}")


if __name__ == "__main__":
    main()
