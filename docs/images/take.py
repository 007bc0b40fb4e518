"""Take the screenshots of this folder: a desk on a database of its own, with the example mails, in Debian's Chromium.

python docs/images/take.py [--out FOLDER]
"""

from __future__ import annotations

import argparse
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from consultant.consultation import analysis, reply, review
from consultant.consultation.services import AdmissionMode, Services
from consultant.desk.app import create_app
from consultant.desk.passwords import hash_password
from consultant.knowledge import build
from consultant.knowledge.lookup import Knowledge
from consultant.mail.sender import Outbound
from consultant.model.case import CaseState, Priority
from consultant.model.message import Envelope, RawMail
from consultant.store import accounts, cases, drafts, messages
from consultant.store.session import Database, migrate

MAILBOX = "consult@consultant.example"
PASSWORD = "correct horse battery"  # noqa: S105  (of a desk that lives for a minute)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NOTES = (
    (
        "Knee scope, which menisci?",
        """Medicare patient, 67. Right knee arthroscopy with partial medial meniscectomy for a complex tear
of the medial meniscus. Chondroplasty of the patella as well. ASC. What do we bill?""",
    ),
    (
        "Colonoscopy codes",
        """54-year-old, screening colonoscopy. One polyp in the sigmoid removed by snare, another in the cecum by cold
biopsy forceps. Commercial payer. My biller has 45385 and 45380.""",
    ),
    (
        "Bone density, heel",
        """Ultrasound bone density of the left heel in the office, osteoporosis screening, postmenopausal woman of 66,
Medicare.""",
    ),
    (
        "Laceration repair",
        """Simple repair of a 3.1 cm laceration of the left forearm and a 2.0 cm laceration of the right hand, emergency
department, fell on glass.""",
    ),
    (
        "Cataract OD",
        """Phacoemulsification with intraocular lens, right eye, age-related nuclear cataract. Ambulatory surgery center,
Medicare.""",
    ),
)
ASKERS = ("ada@lakeside.example", "ben@hillclinic.example", "chris@northbay.example")
CROWD = 5
"""So often each note comes in, to make a day's queue."""


@dataclass
class Clock:
    """A time that the pictures may set."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


def services_on(database: Database, clock: Clock) -> Services:
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
        now=clock,
        send_delay=timedelta(minutes=5),
    )


def fill(services: Services, clock: Clock) -> None:
    """A day's mail: some answered before, some waiting, some in other hands."""
    with services.database.begin() as tx:
        for name in ("cora", "carl"):
            accounts.add_user(tx, name, accounts.Role.CONSULTANT, hash_password(PASSWORD))
    numbers = []
    for place in range(CROWD * len(NOTES)):
        numbers.append(keep(services, mail(place), ASKERS[place % len(ASKERS)], clock))
        analysis.analyse_case(services, numbers[-1], owner="worker")
        reply.draft_reply(services, numbers[-1], owner="worker")
        clock.time += timedelta(minutes=11)
    waiting = [number for number in numbers if state(services, number) is CaseState.DRAFTED]
    for number in waiting[:5]:
        with services.database.reading() as tx:
            draft = drafts.latest(tx, number)
        review.approve(services, number, "cora", draft.hash)
        with services.database.begin() as tx:
            cases.move(tx, number, to=CaseState.SENT, at=clock(), actor="engine", expect=CaseState.APPROVED)
    review.open_case(services, waiting[5], "carl")
    with services.database.begin() as tx:
        cases.set_priority(tx, waiting[-2], Priority.URGENT, actor="carl", at=clock())


def mail(place: int) -> bytes:
    subject, text = NOTES[place % len(NOTES)]
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Ada Coder <{ASKERS[place % len(ASKERS)]}>", MAILBOX, subject
    made["Message-ID"] = f"<{place}@lakeside.example>"
    made.set_content(text)
    return made.as_bytes()


def keep(services: Services, content: bytes, sender: str, clock: Clock) -> int:
    raw = RawMail(content, Envelope(sender, (MAILBOX,), "192.0.2.9"), clock())
    with services.database.begin() as tx:
        return messages.keep(tx, raw, MAILBOX).case_id


def state(services: Services, number: int) -> CaseState:
    with services.database.reading() as tx:
        return cases.get(tx, number).state


@contextmanager
def desk() -> Iterator[str]:
    """The address of a desk with a day's mail."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/desk.sqlite"
        migrate(url)
        clock = Clock(datetime.now(UTC) - timedelta(hours=5))
        with Database(url) as database, socket.create_server(("127.0.0.1", 0)) as listening:
            services = services_on(database, clock)
            fill(services, clock)
            clock.time = datetime.now(UTC)
            app = create_app(services, secure_cookies=False)
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=2))
            app.state.is_stopping = lambda: server.should_exit
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            server.should_exit = True
            thread.join()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("#name", "cora")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("table.queue")


def shot(page: Page, file: Path) -> None:
    """A picture in few colours: it is text on paper, and stays small."""
    taken = Image.open(BytesIO(page.screenshot()))
    taken.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


def take(page: Page, address: str, out: Path, name: str) -> None:
    """The queue and a case under work, as this page shows them."""
    sign_in(page, address)
    shot(page, out / f"queue{name}.png")
    page.get_by_role("link", name="Knee scope").first.click()
    page.wait_for_selector(".case-head")
    if page.locator('button[data-key="o"]').count():
        page.locator('button[data-key="o"]').click()
        page.wait_for_selector("#claim")
    shot(page, out / f"case{name}.png")
    page.fill("#modifiers-0", "RT 59")
    page.press("#modifiers-0", "Tab")
    page.wait_for_selector(".actions .keep button")
    page.fill("#code-new", "")
    page.type("#code-new", "knee synov")
    page.wait_for_selector("#found li")
    shot(page, out / f"edit{name}.png")


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    laptop, phone = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
    with desk() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, size, scheme in (("", laptop, "light"), ("-dark", laptop, "dark"), ("-phone", phone, "light")):
            page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
            take(page, address, out, name)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
