"""Robots that answer robots: two services of ours, each the other's asker, and a vacation responder. It stops after one letter."""

from __future__ import annotations

import smtplib
import threading
from email.message import EmailMessage
from itertools import count

import pytest
from cast import ADA, MAILBOX
from dovecot_kit import free_port
from service_kit import PATIENCE, Service, letter, wait_for
from smtp_sink import SmtpSink, SunkMail

from consultant.model.case import CaseState

pytestmark = [pytest.mark.faults, pytest.mark.slow]
OTHER = "consult@other.example"
QUIET_SECONDS = 4.0
"""The sweep looks every three seconds: what has not happened by then does not happen by itself."""


@pytest.fixture
def pair(tmp_path):
    """Two services; the outgoing server of each is the listener of the other."""
    ports = [free_port(), free_port()]
    made = []
    for name, domain, port, other in (("one", "consultant.example", *ports), ("two", "other.example", *reversed(ports))):
        (tmp_path / name).mkdir()
        service = Service(tmp_path / name, f"smtp://127.0.0.1:{other}", {"CONSULTANT_DOMAIN": domain})
        service.smtp_port = port
        made.append(service)
    for service in made:
        service.start()
    yield made
    for service in made:
        service.stop()
        wait_for(lambda service=service: not service.left(), "no process is left behind", seconds=5)


def send(port: int, sender: str, to: str, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail(sender, [to], content)


def settled(*services: Service) -> bool:
    return all(
        case.state not in {CaseState.RECEIVED, CaseState.ANALYSED, CaseState.APPROVED}
        for service in services
        for case in service.cases()
    )


def test_two_services_that_ask_each_other_stop_after_one_letter_each(pair, monkeypatch):
    one, two = pair
    send(one.smtp_port, OTHER, MAILBOX, letter(1, sender=OTHER))
    wait_for(lambda: any(case.state is CaseState.DRAFTED for case in one.cases()), "drafted")
    # The first letter of the first service is automatic: the other closes it, and says nothing.
    wait_for(lambda: [case.state for case in two.cases()] == [CaseState.CLOSED], "closed")
    (drafted,) = [case for case in one.cases() if case.state is CaseState.DRAFTED]

    monkeypatch.setenv("CONSULTANT_DOMAIN", "consultant.example")
    one.approve(drafted.id)
    wait_for(lambda: len(two.cases()) == 2 and settled(one, two), "the reply is a mail of a person")
    threading.Event().wait(QUIET_SECONDS)

    assert settled(one, two)
    assert sorted(mail.letter_name for mail in one.outbox()) == ["received", "reply"]
    assert len([mail for mail in two.outbox() if mail.mail.reverse_path == ""]) <= 1
    assert len(one.cases()) + len(two.cases()) <= 4
    assert one.books_balance()
    assert two.books_balance()


class Vacation(SmtpSink):
    """Answers every mail at once, as a person's mail program does on vacation; every second answer, against all rules, unmarked."""

    def __init__(self, *, target: int) -> None:
        super().__init__()
        self.target, self.numbers = target, count()

    def keep(self, mail: SunkMail) -> None:
        super().keep(mail)
        threading.Thread(target=self._answer, args=(mail, next(self.numbers))).start()

    def _answer(self, mail: SunkMail, number: int) -> None:
        note = EmailMessage()
        note["From"], note["To"], note["Subject"] = ADA, MAILBOX, f"Automatic reply: {mail.message['Subject']}"
        note["Message-ID"] = f"<away-{number}@lakeside.example>"
        note["In-Reply-To"] = mail.message["Message-ID"]
        if number % 2:
            note["Auto-Submitted"] = "auto-replied"
        note.set_content("I am away until Monday.")
        to = mail.reverse_path.strip("<>") or MAILBOX
        send(self.target, "" if number % 2 else ADA, to, note.as_bytes().replace(b"\n", b"\r\n"))


def test_a_vacation_responder_gets_one_automatic_letter_and_the_reply_and_no_more(tmp_path):
    port = free_port()
    with Vacation(target=port) as away:
        service = Service(tmp_path, f"smtp://{away.host}:{away.port}")
        service.smtp_port = port
        service.start()
        service.send(1)
        away.wait_for(1, seconds=PATIENCE)
        wait_for(lambda: len(service.cases()) == 2 and settled(service), "the note is closed")
        (drafted,) = [case for case in service.cases() if case.state is CaseState.DRAFTED]
        service.approve(drafted.id)
        away.wait_for(2, seconds=PATIENCE)
        wait_for(lambda: len(service.cases()) == 3 and settled(service), "the second note is closed")
        threading.Event().wait(QUIET_SECONDS)

        assert len(away.mails) == 2
        assert [case.state for case in service.cases()] == [CaseState.CLOSED, CaseState.CLOSED, CaseState.SENT]
        assert {case.reason for case in service.cases() if case.reason} == {f"out-of-office-of-case-{drafted.id}"}
        assert service.books_balance()
        service.stop()
        wait_for(lambda: not service.left(), "no process is left behind", seconds=5)
