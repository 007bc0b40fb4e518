"""``consultant demo``: the main job once, from end to end, on the embedded default.

It starts the real service on free loopback ports in a temporary folder, sends the example mails over SMTP, shows each drafted
answer, approves it as the demo consultant, receives the replies on a local SMTP sink, shows them, and stops everything.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel

from consultant import resources, settings
from consultant.errors import WorkError
from consultant.mail.limits import Limits
from consultant.mail.listener import Listener
from consultant.model.message import RawMail

CONSULTANT = "demo"
_PATIENCE_SECONDS = 60
_STOP_SECONDS = 15
_SETTLED = {"drafted", "closed", "quarantined", "set_aside"}


class Sink:
    """Keeps the mail it is given; the whole world outside, as far as the demo goes."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []

    def deliver(self, raw: RawMail) -> Future[None]:
        """Keep the mail."""
        self.received.append(message_from_bytes(raw.content, policy=default))
        kept: Future[None] = Future()
        kept.set_result(None)
        return kept

    @property
    def replies(self) -> list[EmailMessage]:
        """The mails that a person approved: not the automatic ones."""
        return [mail for mail in self.received if mail.get("Auto-Submitted", "no") == "no"]


def demo() -> None:
    """Run the main job once, from example mails to delivered replies, and stop."""
    from consultant.programs import open_knowledge

    console = Console(highlight=False)
    # Built now, with its own progress bar, when it is not there yet.
    open_knowledge(settings.load())
    with (
        tempfile.TemporaryDirectory(prefix="consultant-demo-") as folder,
        _sink() as (sink, outbound),
        console.status("") as status,
    ):
        home = Path(folder)
        status.update("Starting listener, worker, sweeper and desk …")
        with _service(home, outbound) as run:
            _show_run(console, home, run, status.update)
            expected = _show_drafts(console, home, status.update)
            status.update("Approving as the demo consultant …")
            for case in expected:
                _consultant("review", str(case["id"]), "approve", "--as", CONSULTANT, "--home", folder)
            status.update("Waiting for the replies …")
            _wait_for(lambda: len(sink.replies) >= len(expected), "the replies did not arrive")
            _wait_for(lambda: len(_cases(home, "sent")) >= len(expected), "the cases are not marked as sent")
            _show_replies(console, sink)
            books = json.loads(_consultant("reconcile", "--json", "--home", folder))
    console.print(
        f"[green]Done.[/] {books['received']} mails in, {len(expected)} replies out, 1 refusal by name. The books balance."
    )


def _show_run(console: Console, home: Path, run: dict[str, Any], say: Callable[[str], None]) -> None:
    console.print(f"Service up: SMTP {run['smtp']}, desk {run['desk']}")
    _consultant("user", "add", CONSULTANT, "--role", "consultant", "--home", str(home), given="a demo password\n")
    files = sorted(resources.examples().glob("*.eml"))
    say(f"Sending {len(files)} example mails …")
    console.print(_consultant("send", *map(str, files), "--to", run["smtp"]).rstrip(), style="dim")
    say("Reading, analysing, drafting …")
    _wait_for(lambda: sum(case["state"] in _SETTLED for case in _cases(home)) == len(files), "the cases were not drafted")


def _show_drafts(console: Console, home: Path, say: Callable[[str], None]) -> list[dict[str, Any]]:
    say("Reading the drafts …")
    drafted = []
    for case in reversed(_cases(home)):
        if case["state"] == "drafted":
            drafted.append(case)
            whole = json.loads(_consultant("case", str(case["id"]), "--json", "--home", str(home)))
            title = f"case {case['id']}: draft for {case['sender']}"
            console.print(Panel(whole["drafts"][-1]["text"], title=title, title_align="left", border_style="cyan"), markup=False)
        else:
            console.print(f"case {case['id']}: no answer, {case['state']}: [bold]{case['reason']}[/] ({case['subject']!r})")
    return drafted


def _show_replies(console: Console, sink: Sink) -> None:
    for mail in sink.replies:
        body = mail.get_body(("plain",))
        head = "\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To"))
        lines = body.get_content().strip().splitlines() if body else []
        text = "\n".join([head, "", *lines[:6], "…"])
        console.print(Panel(text, title="delivered reply", title_align="left", border_style="green"), markup=False)


@contextmanager
def _sink() -> Iterator[tuple[Sink, str]]:
    sink = Sink()
    listener = Listener(
        deliver=sink.deliver,
        accepts=lambda _address: True,
        limits=Limits(),
        address=("127.0.0.1", 0),
        now=lambda: datetime.now(UTC),
    )
    host, port = listener.start()
    try:
        yield sink, f"smtp://{host}:{port}"
    finally:
        listener.stop(drain_seconds=1)


@contextmanager
def _service(home: Path, outbound: str) -> Iterator[dict[str, Any]]:
    command = ["up", "--home", str(home), "--smtp", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--outbound", outbound]
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(_command(*command), stdout=log, stderr=log)  # noqa: S603  (our own program)
    try:
        _wait_for(lambda: (home / "run.json").exists() or process.poll() is not None, "the service did not start")
        if process.poll() is not None:
            raise WorkError((home / "up.log").read_text().strip().splitlines()[-1])
        yield json.loads((home / "run.json").read_text())
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _cases(home: Path, state: str | None = None) -> list[dict[str, Any]]:
    only = ["--state", state] if state else []
    found: list[dict[str, Any]] = json.loads(_consultant("cases", "--json", *only, "--home", str(home)))
    return found


def _consultant(*arguments: str, given: str = "") -> str:
    """Run one command as a person would, and return what it printed."""
    done = subprocess.run(_command(*arguments), input=given, capture_output=True, text=True, check=False)  # noqa: S603  (our own program)
    if done.returncode:
        raise WorkError(done.stderr.strip() or f"consultant {arguments[0]} failed")
    return done.stdout


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "consultant.cli", *arguments]


def _wait_for(condition: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            msg = f"{complaint} within {_PATIENCE_SECONDS} s"
            raise WorkError(msg)
        time.sleep(0.1)
