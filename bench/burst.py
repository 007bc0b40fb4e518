"""Ten thousand mails from twenty sessions: none lost, one case each; rate and memory as ratios to a null aiosmtpd in the same run.

python bench/burst.py [--mails 10000] [--sessions 20]

Both listeners run in a process of their own, so that the memory is theirs alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
from aiosmtpd.controller import Controller
from intake import MAILBOX, Null, rate

from consultant.consultation.intake import Intake
from consultant.mail.limits import Limits
from consultant.mail.listener import Listener
from consultant.store import cases, reconcile
from consultant.store.session import Database, migrate
from consultant.store.writer import GroupWriter

MIB = 1024 * 1024
LOOK_SECONDS = 0.05


def null_listener(_url: str, port, stop) -> None:
    """The peer: answers 250 and keeps nothing."""
    controller = Controller(Null(), hostname="127.0.0.1", port=free_port())
    controller.start()
    port.value = controller.port
    stop.wait()
    controller.stop()


def our_listener(url: str, port, stop) -> None:
    """Ours: a durable commit and a case before each 250."""
    with Database(url) as database, GroupWriter(database, now=lambda: datetime.now(UTC)) as writer:
        intake = Intake(writer, mailbox=MAILBOX, ring=lambda *_: None)
        listener = Listener(
            deliver=intake.deliver,
            accepts=lambda address: address == MAILBOX,
            limits=Limits(),
            address=("127.0.0.1", 0),
            now=lambda: datetime.now(UTC),
        )
        _, port.value = listener.start()
        stop.wait()
        listener.stop(5)


def free_port() -> int:
    """A port that the library's controller can be given: it does not take 0."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def measured(listen: Callable[..., None], url: str, mails: int, sessions: int) -> tuple[float, float]:
    """Mails a second, and the most memory in MiB, of one listener."""
    port, stop = multiprocessing.Value("i", 0), multiprocessing.Event()
    server = multiprocessing.Process(target=listen, args=(url, port, stop))
    server.start()
    most, done = [0], threading.Event()
    while not port.value:
        done.wait(LOOK_SECONDS)

    def look() -> None:
        while not done.wait(LOOK_SECONDS):
            most[0] = max(most[0], psutil.Process(server.pid).memory_info().rss)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        return rate(port.value, mails, sessions), most[0] / MIB
    finally:
        done.set()
        looker.join()
        stop.set()
        server.join()


def check(url: str, mails: int) -> None:
    """End with a complaint when a mail was lost or doubled."""
    with Database(url) as database, database.reading() as tx:
        balance, made = reconcile.count(tx), sum(cases.counts(tx).values())
    if not balance.holds or (balance.received, made) != (mails, mails):
        sys.exit(f"{mails} mails were accepted, {balance.received} are kept in {made} cases")


def main() -> None:
    """Print rates, memory and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=20)
    given = parser.parse_args()
    multiprocessing.set_start_method("spawn")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'burst.sqlite'}"
        migrate(url)
        null, null_mib = measured(null_listener, url, given.mails, given.sessions)
        ours, our_mib = measured(our_listener, url, given.mails, given.sessions)
        check(url, given.mails // given.sessions * given.sessions)
    print(f"burst       null handler {null:7.0f}/s   ours, durable {ours:7.0f}/s   ratio {ours / null:.2f}   none lost, one case each")
    print(f"            null handler {null_mib:7.0f} MiB ours, durable {our_mib:7.0f} MiB ratio {our_mib / null_mib:.2f}")


if __name__ == "__main__":
    main()
