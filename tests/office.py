"""Services over a real database and the real knowledge, a clock that stands still, and a bell that writes down who rang."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from shutil import copy

import pytest
from case_texts import HEEL
from cast import ADA, DOMAIN, MAILBOX, NOON

from consultant.consultation import analysis, delivery, reply
from consultant.consultation.services import AdmissionMode, Services
from consultant.mail.parse import parse
from consultant.mail.sender import Outbound
from consultant.model.case import Case, CaseState, Step
from consultant.model.draft import Draft
from consultant.model.message import Envelope, IncomingMessage, RawMail
from consultant.store import cases, drafts, messages, outbox
from consultant.store.session import Database, migrate

_NOWHERE = Outbound.parse("smtp://127.0.0.1:9")
_STEPS = {Step.ANALYSE: analysis.analyse_case, Step.REPLY: reply.draft_reply, Step.DELIVER: delivery.deliver_case}


class Clock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Office:
    """The service under test: mail goes in, steps are done by name, and what is kept can be looked at."""

    services: Services
    clock: Clock
    rung: list[tuple[Step, int]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def receive(self, content: bytes, *, reverse_path: str = ADA, to: str = MAILBOX, peer: str = "192.0.2.9") -> int:
        """Keep a mail as the listener does; returns its case."""
        raw = RawMail(content, Envelope(reverse_path, (to,), peer), self.clock())
        with self.services.database.begin() as tx:
            return messages.keep(tx, raw, to).case_id

    def letter(self, text: str = HEEL, *, sender: str = ADA, subject: str = "heel ultrasound", **headers: str) -> bytes:
        """A mail of a person."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Ada Coder <{sender}>", MAILBOX, subject
        mail["Message-ID"] = f"<{next(self.numbers)}@lakeside.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail.as_bytes()

    def do(self, step: Step, case_id: int, *, owner: str = "worker-1") -> None:
        """Do one step of a case, as a worker does."""
        _STEPS[step](self.services, case_id, owner=owner)

    def drafted(self, content: bytes | None = None) -> int:
        """A case that waits for a consultant."""
        case_id = self.receive(content or self.letter())
        self.do(Step.ANALYSE, case_id)
        self.do(Step.REPLY, case_id)
        assert self.case(case_id).state is CaseState.DRAFTED
        return case_id

    def case(self, case_id: int) -> Case:
        with self.services.database.reading() as tx:
            return cases.get(tx, case_id)

    def state(self, case_id: int) -> CaseState:
        return self.case(case_id).state

    def drafts(self, case_id: int) -> tuple[Draft, ...]:
        with self.services.database.reading() as tx:
            return drafts.all_of(tx, case_id)

    def outbox(self, case_id: int) -> tuple[outbox.OutboxMail, ...]:
        with self.services.database.reading() as tx:
            return outbox.of_case(tx, case_id)

    def parsed(self, content: str) -> IncomingMessage:
        """What the parser makes of a mail."""
        return parse(content.encode())

    def with_(self, **changed: object) -> Office:
        """The same office with other services."""
        return replace(self, services=replace(self.services, **changed))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("database") / "empty.sqlite"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def office(empty_database, tmp_path, knowledge) -> Iterator[Office]:
    file = copy(empty_database, tmp_path / "consultant.sqlite")
    clock, rung = Clock(), []
    with Database(f"sqlite:///{file}") as database:
        services = Services(
            database=database,
            knowledge=knowledge,
            outbound=_NOWHERE,
            mailbox=MAILBOX,
            domain=DOMAIN,
            key=b"k" * 32,
            admission=AdmissionMode.OPEN,
            allowlist=(),
            trusted_relays=(),
            acknowledge=True,
            daily_limit=10,
            ring=lambda step, case_id: rung.append((step, case_id)),
            now=clock,
        )
        yield Office(services, clock, rung)
