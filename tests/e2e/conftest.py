"""The ``consultant`` command as a person runs it: a process, its exit code, what it prints."""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cast import ADA, CARL, CORA, MAILBOX, OTTO
from smtp_sink import SmtpSink

PATIENCE = 120
Value = TypeVar("Value")
PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def consultant(home):
    """Run one command; ``env`` adds variables, ``given`` is its standard input."""

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
    """A whole service that runs, and the world outside it."""

    home: Path
    smtp: tuple[str, int]
    desk: str
    sink: SmtpSink
    consultant: Callable[..., subprocess.CompletedProcess[str]]

    def send(self, content: bytes, *, sender: str = ADA) -> None:
        """Hand a mail to the listener, as a mail server would."""
        with smtplib.SMTP(*self.smtp, timeout=PATIENCE) as client:
            client.sendmail(sender, [MAILBOX], content)

    def cases(self) -> list[dict[str, Any]]:
        """What ``consultant cases --json`` lists."""
        return json.loads(self.consultant("cases", "--json").stdout)

    def case_in(self, state: str, *, count: int = 1) -> dict[str, Any]:
        """The newest case in this state, as soon as there are so many."""
        return wait_for(lambda: (found := [c for c in self.cases() if c["state"] == state])[count - 1 :] and found)[0]

    def replies(self, count: int) -> list[EmailMessage]:
        """The approved letters that the outgoing server has, as soon as there are so many."""

        def approved() -> list[EmailMessage]:
            return [mail.message for mail in self.sink.mails if mail.message["Auto-Submitted"] == "no"]

        return wait_for(lambda: (found := approved())[count - 1 :] and found)


def wait_for(condition: Callable[[], Value], *, seconds: float = 30) -> Value:
    """What the condition gives, as soon as it is true."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.05)
    return value


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def service(consultant, home, sink) -> Iterator[Running]:
    """``consultant up`` on free ports, with Cora as consultant and Otto as ops."""
    log = home.with_name("up.log")
    command = ["up", "--home", str(home), "--smtp", "127.0.0.1:0", "--desk", "127.0.0.1:0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "consultant.cli", *command, "--outbound", f"smtp://{sink.host}:{sink.port}"],
            stdout=output,
            stderr=output,
        )
    try:
        run_file = home / "run.json"
        wait_for(lambda: run_file.exists() or process.poll() is not None, seconds=PATIENCE)
        assert run_file.exists(), log.read_text()
        run = json.loads(run_file.read_text())
        host, _, port = run["smtp"].rpartition(":")
        for name, role in ((CORA, "consultant"), (CARL, "consultant"), (OTTO, "ops")):
            assert consultant("user", "add", name, "--role", role, given=f"{PASSWORD}\n").returncode == 0
        yield Running(home, (host, int(port)), run["desk"], sink, consultant)
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
