"""How fast the desk answers over a queue of many cases: pages, a case, its editor, and codes found while one types.

python bench/desk.py [--cases 100000] [--rounds 15]

Each figure is the middle and the slowest of the rounds, in milliseconds of the whole request inside the application, without
network. As a measure of the machine, the same requests are made of ``/healthz``, which does nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from statistics import median

from sqlalchemy import insert, text
from starlette.testclient import TestClient

from consultant.consultation import review
from consultant.consultation.analysis import analyse_case
from consultant.consultation.reply import draft_reply
from consultant.consultation.services import AdmissionMode, Services
from consultant.desk.app import create_app
from consultant.desk.passwords import hash_password
from consultant.knowledge import build
from consultant.knowledge.lookup import Knowledge
from consultant.mail.sender import Outbound
from consultant.model.case import CaseState
from consultant.model.message import Envelope, RawMail
from consultant.store import accounts, cases, messages
from consultant.store.session import Database, migrate
from consultant.store.tables import case_code
from consultant.store.tables import cases as case_table

MAILBOX = "consult@consultant.example"
PASSWORD = "correct horse battery"  # noqa: S105  (of a desk that lives for a minute)
NOTE = "Right knee arthroscopy with partial medial meniscectomy, complex tear of the medial meniscus. Medicare, ASC."
STATES = (CaseState.SENT,) * 7 + (CaseState.DRAFTED,) * 2 + (CaseState.CLOSED,)
CODES = ("29881", "45385", "76977", "12002", "66984", "77080", "99213", "27447")
_AT_ONCE = 5000


@dataclass(frozen=True)
class Figure:
    """One request, and how long it may take; None for what has no bound."""

    name: str
    address: str
    bound_ms: float | None


def services_on(database: Database) -> Services:
    file = build.cached_file()
    build.ensure(file)
    return Services(
        database=database,
        knowledge=Knowledge.open(file),
        outbound=Outbound.parse("smtp://127.0.0.1:9"),
        mailbox=MAILBOX,
        domain="consultant.example",
        key=b"k" * 32,
        admission=AdmissionMode.OPEN,
        allowlist=(),
        trusted_relays=(),
        acknowledge=False,
        daily_limit=10,
        ring=lambda _step, _case: None,
        now=lambda: datetime.now(UTC),
    )


def fill(database: Database, many: int) -> None:
    """So many cases in a year: most of them sent, each with a code."""
    begun = datetime.now(UTC) - timedelta(days=365)
    for first in range(0, many, _AT_ONCE):
        numbers = range(first, min(many, first + _AT_ONCE))
        rows = [
            {
                "id": number + 1,
                "state": STATES[number % len(STATES)],
                "sender": f"coder{number % 997}@practice{number % 311}.example",
                "subject": f"question {number * 7919 % many} about {CODES[number % len(CODES)]}",
                "received": begun + timedelta(seconds=number * 300),
                "changed": begun + timedelta(seconds=number * 300 + 60),
            }
            for number in numbers
        ]
        own = [{"code": CODES[n % len(CODES)], "case_id": n + 1, "family": "f", "by_engine": True, "stands": True} for n in numbers]
        with database.begin() as tx:
            tx.execute(insert(case_table), rows)
            tx.execute(insert(case_code), own)
    with database.begin() as tx:
        tx.execute(text("ANALYZE"))


def one_case(services: Services) -> int:
    """A case that Cora has open, with everything that a case has."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ada <ada@lakeside.example>", MAILBOX, "knee"
    mail.set_content(NOTE)
    with services.database.begin() as tx:
        raw = RawMail(mail.as_bytes(), Envelope("ada@lakeside.example", (MAILBOX,), "192.0.2.9"), services.now())
        case_id = messages.keep(tx, raw, MAILBOX).case_id
        accounts.add_user(tx, "cora", accounts.Role.CONSULTANT, hash_password(PASSWORD))
    analyse_case(services, case_id, owner="worker")
    draft_reply(services, case_id, owner="worker")
    review.open_case(services, case_id, "cora")
    return case_id


def figures(case_id: int, third_page: str) -> tuple[Figure, ...]:
    return (
        Figure("nothing (healthz)", "/healthz", None),
        Figure("queue, first page", "/", 100),
        Figure("queue, third page", third_page, 100),
        Figure("queue, sent", "/?state=sent", 100),
        Figure("queue, one asker", "/?state=any&from=coder7@practice7.example", 100),
        Figure("queue, one code", "/?state=drafted&code=29881", 100),
        Figure("search, found", "/?q=question+4242", 100),
        Figure("search, nothing found", "/?q=zzzz", 100),
        Figure("case page", f"/cases/{case_id}", 50),
        Figure("history", f"/cases/{case_id}/history", 50),
        Figure("find: 298", "/find?q=298&kind=service", 20),
        Figure("find: knee arth", "/find?q=knee+arth&kind=service", 20),
        Figure("find: osteopor", "/find?q=osteopor&kind=diagnosis", 20),
    )


def timed(client: TestClient, figure: Figure, rounds: int) -> tuple[float, float, float]:
    """First, middle and slowest time, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        answer = client.get(figure.address)
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (figure.name, answer.status_code)  # noqa: S101  (a figure of a failure is none)
    return times[0], median(times), max(times)


def following(client: TestClient, address: str) -> str:
    page = client.get(address).text
    return page.split('data-key="n"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/desk.sqlite"
        migrate(url)
        with Database(url) as database:
            fill(database, given.cases)
            services = services_on(database)
            case_id = one_case(services)
            with database.reading() as tx:
                counted = sum(cases.counts(tx).values())
            client = TestClient(create_app(services, secure_cookies=False), base_url="http://desk.example")
            client.post("/login", data={"name": "cora", "password": PASSWORD})
            third = following(client, following(client, "/"))
            print(f"{counted} cases; milliseconds: first, middle, slowest of {given.rounds}")
            for figure in figures(case_id, third):
                first, middle, slowest = timed(client, figure, given.rounds)
                verdict = "" if figure.bound_ms is None else "ok" if middle <= figure.bound_ms else f"over {figure.bound_ms:.0f}"
                print(f"{figure.name:24} {first:8.1f} {middle:8.1f} {slowest:8.1f}  {verdict}")


if __name__ == "__main__":
    main()
