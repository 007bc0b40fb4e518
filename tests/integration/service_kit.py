"""The real service in real processes, for tests that send it mail, kill its parts and look at what is left."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from cast import ADA, CORA, MAILBOX

from consultant import opening, settings
from consultant.broker import socket_of
from consultant.consultation import review
from consultant.model.case import Case, CaseState
from consultant.store import cases, drafts, outbox, reconcile
from consultant.store.session import Database

UNSETTLED = frozenset({CaseState.RECEIVED, CaseState.ANALYSED})
TEXT = "Bone density of the heel by ultrasound for a Medicare patient, number {}. Which code?"
PATIENCE = 40.0


def wait_for(condition: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> float:
    """Wait until the condition holds; returns the seconds that took. Fails when it does not."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - started


@dataclass
class Service:
    """One `consultant up`, and what it keeps. It is started and stopped by the test."""

    home: Path
    outbound: str
    variables: dict[str, str] = field(default_factory=dict)
    database_url: str = ""
    broker_url: str = ""
    process: subprocess.Popen[bytes] | None = None
    seen: set[int] = field(default_factory=set)
    smtp_port: int = 0

    def start(self, *options: str) -> None:
        """Start it and wait until it accepts mail; again on the same port after the first time."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSULTANT_")}
        command = ["up", "--home", str(self.home), "--smtp", f"127.0.0.1:{self.smtp_port}", "--desk", "127.0.0.1:0"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "consultant.cli", *command, "--outbound", self.outbound, *options],
                env=clean | self.variables | self.places(),
                stdout=log,
                stderr=log,
            )
        wait_for(lambda: self.run_file.exists() or self.process.poll() is not None, "run.json")
        assert self.process.poll() is None, self.log.read_text()
        self.smtp_port = int(self.run["smtp"].rpartition(":")[2])
        self.note_children()

    def places(self) -> dict[str, str]:
        """Where database and broker are, when they are not the embedded ones."""
        given = {"CONSULTANT_DATABASE_URL": self.database_url, "CONSULTANT_BROKER_URL": self.broker_url}
        return {name: value for name, value in given.items() if value}

    def sabotage(self, program: str) -> None:
        """Have every Python process of the service run this at its start: a fault that nobody can order from outside."""
        folder = self.home.with_name("sabotage")
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(program)
        self.variables["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))

    @property
    def log(self) -> Path:
        return self.home / "up.log"

    @property
    def run_file(self) -> Path:
        return self.home / "run.json"

    @property
    def run(self) -> dict[str, str]:
        return json.loads(self.run_file.read_text())

    def note_children(self) -> None:
        """Remember every process of the service, so that the end of the test can tell which are left."""
        self.seen |= {child.pid for child in psutil.Process(self.process.pid).children(recursive=True)}

    def parts(self, part: str) -> list[psutil.Process]:
        """The processes of one part: the one that the service started first, then its own children."""
        mine = psutil.Process(self.process.pid).children()
        for process in mine:
            # A part that was killed a moment ago has no command line any more.
            with suppress(psutil.NoSuchProcess):
                if (process.cmdline() or [""])[-1] == part or (part == "broker" and "valkey" in process.name()):
                    return [process, *process.children()]
        return []

    def kill(self, part: str) -> None:
        """Kill a part as no program can prevent, with its children."""
        for process in reversed(self.parts(part)):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def kill_all(self) -> None:
        """Kill the whole service at once."""
        self.note_children()
        self.process.kill()
        self.process.wait()
        self.run_file.unlink(missing_ok=True)
        wait_for(lambda: not self.left(), "the parts die with the service")

    def stop(self) -> int:
        """Stop it as an operator does; returns the exit code."""
        self.note_children()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def left(self) -> list[psutil.Process]:
        """Processes of the service that still run."""
        alive = []
        for pid in self.seen:
            try:
                process = psutil.Process(pid)
                if process.status() != psutil.STATUS_ZOMBIE:
                    alive.append(process)
            except psutil.NoSuchProcess:
                continue
        return alive

    def send(self, number: int = 0, *, text: str = TEXT, sender: str = ADA) -> None:
        """Hand one mail to the listener; returns once it said 250."""
        self.send_many([number], text=text, sender=sender)

    def send_many(self, numbers: list[int], *, text: str = TEXT, sender: str = ADA) -> None:
        """Hand mails to the listener, one after the other in one session."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as client:
            for number in numbers:
                client.sendmail(sender, [MAILBOX], letter(number, text=text, sender=sender))

    def database(self) -> closing[Database]:
        return closing(Database(self.database_url or f"sqlite:///{self.home / 'consultant.sqlite'}"))

    def cases(self) -> tuple[Case, ...]:
        with self.database() as database, database.reading() as tx:
            return cases.listing(tx)

    def states(self) -> list[CaseState]:
        return sorted(case.state for case in self.cases())

    def all_are(self, state: CaseState, count: int) -> bool:
        return self.states() == [state] * count

    def approve(self, case_id: int) -> None:
        """Approve the newest draft of a case, from another process as far as the service can tell."""
        with opening.open_services(self.settings()) as services:
            with services.database.reading() as tx:
                draft = drafts.latest(tx, case_id)
            review.approve(services, case_id, CORA, draft.hash)

    def settings(self) -> settings.Settings:
        given = {"database_url": self.database_url or None, "broker_url": self.broker_url or None}
        return settings.load(home=self.home, outbound=self.outbound, smtp="127.0.0.1:0", **given)

    def drafts_of_each(self) -> list[int]:
        """How many drafts each case has."""
        with self.database() as database, database.reading() as tx:
            return [len(drafts.all_of(tx, case.id)) for case in cases.listing(tx)]

    def outbox(self) -> list[outbox.OutboxMail]:
        with self.database() as database, database.reading() as tx:
            return [mail for case in cases.listing(tx) for mail in outbox.of_case(tx, case.id)]

    def books_balance(self) -> bool:
        with self.database() as database, database.reading() as tx:
            return reconcile.count(tx).holds

    def ask_broker(self, command: str) -> bytes:
        with self._broker_line() as connection:
            connection.sendall(command.encode() + b"\r\n")
            return connection.recv(100_000)

    def _broker_line(self) -> socket.socket:
        if self.broker_url:
            address = urlsplit(self.broker_url)
            return socket.create_connection((address.hostname, address.port), timeout=5)
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(socket_of(self.home)))
        return line


def send_until_accepted(service: Service, number: int, *, seconds: float = 40.0) -> None:
    """Send as a mail server does: again and again until somebody says 250."""
    end = time.monotonic() + seconds
    while True:
        try:
            service.send(number)
        except (OSError, smtplib.SMTPException):
            assert time.monotonic() < end, "the listener is not back"
            time.sleep(0.1)
        else:
            return


def all_drafted_once(service: Service, count: int, *, seconds: float) -> float:
    """Wait until there are so many cases, each with one draft, and the books balance; the seconds that took."""
    took = wait_for(lambda: service.all_are(CaseState.DRAFTED, count), f"{count} cases are drafted", seconds=seconds)
    assert service.drafts_of_each() == [1] * count
    assert service.books_balance()
    return took


def letter(number: int, *, text: str = TEXT, sender: str = ADA) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, f"heel ultrasound {number}"
    mail["Message-ID"] = f"<{number}@lakeside.example>"
    mail.set_content(text.format(number))
    return mail.as_bytes().replace(b"\n", b"\r\n")
