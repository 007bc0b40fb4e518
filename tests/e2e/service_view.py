"""The whole service as a process, and what one test sees of it; for the tests of this folder."""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from cast import MAILBOX
from smtp_sink import SmtpSink, SunkMail

PATIENCE = 120
Value = TypeVar("Value")
PASSWORD = "correct horse battery"


def command_on(home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The ``consultant`` command with this home; ``env`` adds variables, ``given`` is its standard input."""

    def run(*arguments: str, given: str | bytes = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSULTANT_")}
        text = given if isinstance(given, str) else given.decode("latin-1")
        return subprocess.run(
            [sys.executable, "-m", "consultant.cli", *arguments],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
            env=clean | {"CONSULTANT_HOME": str(home)} | (env or {}),
        )

    return run


@dataclass(frozen=True)
class Running:
    """A whole service that runs for many tests, and the world outside it."""

    smtp: tuple[str, int]
    desk: str
    sink: SmtpSink
    consultant: Callable[..., subprocess.CompletedProcess[str]]

    def cases(self) -> list[dict[str, Any]]:
        """What ``consultant cases --json`` lists."""
        return json.loads(self.consultant("cases", "--json").stdout)

    def books(self) -> dict[str, Any]:
        """What ``consultant reconcile --json`` proves."""
        done = self.consultant("reconcile", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@dataclass(frozen=True)
class View:
    """What one test sees of the service: the letters to its own asker, and the cases that came after it began."""

    running: Running
    asker: str
    last_case_before: int

    @property
    def desk(self) -> str:
        return self.running.desk

    def consultant(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command on the home of the service."""
        return self.running.consultant(*arguments, given=given)

    def send(self, content: bytes, *, sender: str = "") -> None:
        """Hand a mail to the listener, as a mail server would."""
        with smtplib.SMTP(*self.running.smtp, timeout=PATIENCE) as client:
            client.sendmail(sender or self.asker, [MAILBOX], content)

    def cases(self) -> list[dict[str, Any]]:
        """The cases of this test, newest first."""
        return [case for case in self.running.cases() if case["id"] > self.last_case_before]

    def case_in(self, state: str, *, count: int = 1) -> dict[str, Any]:
        """The newest case in this state, as soon as there are so many."""
        return wait_for(lambda: (found := [c for c in self.cases() if c["state"] == state])[count - 1 :] and found)[0]

    def letters(self) -> list[SunkMail]:
        """What the outgoing server has for our asker: automatic letters and approved ones."""
        return [mail for mail in self.running.sink.mails if mail.recipients == (self.asker,)]

    def replies(self, count: int) -> list[EmailMessage]:
        """The approved letters to our asker, as soon as there are so many."""

        def approved() -> list[EmailMessage]:
            return [mail.message for mail in self.letters() if mail.message["Auto-Submitted"] == "no"]

        return wait_for(lambda: (found := approved())[count - 1 :] and found)


def wait_for(condition: Callable[[], Value], *, seconds: float = 30) -> Value:
    """What the condition gives, as soon as it is true."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.05)
    return value


@contextmanager
def started(home: Path, outbound: str) -> Iterator[dict[str, str]]:
    """A service that accepts mail, and its run.json; afterwards it has drained and ended well."""
    log = home.with_name("up.log")
    command = ["up", "--home", str(home), "--smtp", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--outbound", outbound]
    env = os.environ | {"CONSULTANT_SEND_DELAY_SECONDS": "4"}
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", "consultant.cli", *command], stdout=output, stderr=output, env=env)
    try:
        run_file = home / "run.json"
        wait_for(lambda: run_file.exists() or process.poll() is not None, seconds=PATIENCE)
        assert run_file.exists(), log.read_text()
        yield json.loads(run_file.read_text())
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
