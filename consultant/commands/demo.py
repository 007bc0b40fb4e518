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
from rich.text import Text

from consultant import resources, settings
from consultant.commands import mailing
from consultant.consultation import review
from consultant.consultation.services import Services
from consultant.errors import WorkError
from consultant.mail.limits import Limits
from consultant.mail.listener import Listener
from consultant.model.case import Case, CaseState
from consultant.model.draft import Draft
from consultant.model.message import RawMail
from consultant.store import cases, drafts, reconcile

CONSULTANT = "demo"
_PATIENCE_SECONDS = 60
_STOP_SECONDS = 15
_GLANCE_SECONDS = 0.05
_SETTLED = frozenset({CaseState.DRAFTED, CaseState.CLOSED, CaseState.QUARANTINED, CaseState.SET_ASIDE})


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
    from consultant.commands.opened import the_knowledge
    from consultant.opening import open_services

    console = Console(highlight=False)
    # Built now, with its own progress bar, when it is not there yet.
    the_knowledge().close()
    with (
        tempfile.TemporaryDirectory(prefix="consultant-demo-") as name,
        _sink() as (sink, outbound),
        console.status("…") as status,
    ):
        chosen = settings.load(home=Path(name), outbound=outbound)
        status.update("Starting listener, workers, sweep and desk …")
        with _service(chosen) as run, open_services(chosen) as services:
            console.print(f"Service up: SMTP {run['smtp']}, desk {run['desk']}")
            status.update("Sending the example mails, reading, analysing, drafting …")
            _send_examples(console, services, run["smtp"])
            drafted = _show_drafts(console, services)
            status.update("Approving as the demo consultant, waiting for the replies …")
            for case in drafted:
                _approve(services, case)
            _wait_for(lambda: len(_in_state(services, CaseState.SENT)) == len(drafted), "the replies did not go out")
            _show_replies(console, sink)
            with services.database.reading() as tx:
                books = reconcile.count(tx)
    if not books.holds:
        raise WorkError("the books do not balance")
    console.print(
        f"[green]Done.[/] {books.received} mails in, {len(sink.replies)} replies out, 1 refusal by name. The books balance."
    )


def _send_examples(console: Console, services: Services, listener: str) -> None:
    files = sorted(resources.examples().glob("*.eml"))
    mailing.send(files, to=listener)
    _wait_for(lambda: sum(case.state in _SETTLED for case in _all(services)) == len(files), "the cases were not drafted")
    console.print(f"{len(files)} mails read.")


def _show_drafts(console: Console, services: Services) -> tuple[Case, ...]:
    for case in reversed(_all(services)):
        if case.state is not CaseState.DRAFTED:
            console.print(f"case {case.id}: no answer, {case.state}: [bold]{case.reason}[/] ({case.subject!r})")
            continue
        title = f"case {case.id}: draft for {case.sender}"
        console.print(Panel(Text(_draft(services, case).letter.text), title=title, title_align="left", border_style="cyan"))
    return _in_state(services, CaseState.DRAFTED)


def _approve(services: Services, case: Case) -> None:
    review.approve(services, case.id, CONSULTANT, _draft(services, case).hash)


def _draft(services: Services, case: Case) -> Draft:
    with services.database.reading() as tx:
        draft = drafts.latest(tx, case.id)
    if draft is None:
        raise WorkError(f"case {case.id} has no draft")
    return draft


def _all(services: Services) -> tuple[Case, ...]:
    with services.database.reading() as tx:
        return cases.listing(tx)


def _in_state(services: Services, state: CaseState) -> tuple[Case, ...]:
    return tuple(case for case in _all(services) if case.state is state)


def _show_replies(console: Console, sink: Sink) -> None:
    for mail in sink.replies:
        body = mail.get_body(("plain",))
        head = "\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To"))
        lines = body.get_content().strip().splitlines() if body else []
        text = Text("\n".join([head, "", *lines[:6], "…"]))
        console.print(Panel(text, title="delivered reply", title_align="left", border_style="green"))


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
def _service(chosen: settings.Settings) -> Iterator[dict[str, Any]]:
    home = chosen.home
    options = {"home": home, "smtp": "127.0.0.1:0", "desk": "127.0.0.1:0", "outbound": chosen.outbound.get_secret_value()}
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    with (home / "up.log").open("wb") as log:
        command = [sys.executable, "-m", "consultant.cli", "up", *arguments]
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  (our own program)
    try:
        _wait_for(lambda: (home / "run.json").exists() or process.poll() is not None, "the service did not start")
        if process.poll() is not None:
            raise WorkError((home / "up.log").read_text().strip().splitlines()[-1])
        yield json.loads((home / "run.json").read_text())
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _wait_for(condition: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise WorkError(f"{complaint} within {_PATIENCE_SECONDS} s")
        time.sleep(_GLANCE_SECONDS)
