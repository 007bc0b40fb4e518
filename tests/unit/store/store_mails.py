"""Mails and letters that the tests of the store speak of."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from consultant.model.case import CaseState
from consultant.model.message import Envelope, Letter, OutgoingMail, RawMail
from consultant.store import cases, messages
from tests.cast import ADA, CORA, DOMAIN, MAILBOX, NOON

LETTER = Letter("Case 1: your question", "29881 it is.", "<p>29881 it is.</p>")


def raw_mail(words: str = "Which code for a meniscectomy?", *, sender: str = ADA, received: datetime = NOON) -> RawMail:
    content = f"From: {sender}\r\nSubject: A knee\r\n\r\n{words}\r\n".encode()
    return RawMail(content, Envelope(sender, (MAILBOX,), "192.0.2.7"), received)


def reply(number: int = 1, *, recipient: str = ADA) -> OutgoingMail:
    return OutgoingMail(
        f"<case.{number}.1.x@{DOMAIN}>", f"bounce+{number}@{DOMAIN}", recipient, b"Subject: Case\r\n\r\nAn answer.\r\n"
    )


def acknowledgement(number: int = 1, *, recipient: str = ADA) -> OutgoingMail:
    return OutgoingMail(f"<received.{number}@{DOMAIN}>", "", recipient, b"Subject: Received\r\n\r\nWe have it.\r\n")


def a_case(tx: Connection, words: str = "Which code?", *, sender: str = ADA, received: datetime = NOON) -> int:
    return messages.keep(tx, raw_mail(words, sender=sender, received=received), MAILBOX).case_id


_WAY = (CaseState.RECEIVED, CaseState.ANALYSED, CaseState.DRAFTED, CaseState.IN_REVIEW, CaseState.APPROVED, CaseState.SENT)


def walk(tx: Connection, case_id: int, to: CaseState) -> None:
    """Move a received case along the usual way as far as ``to``."""
    for left, reached in pairwise(_WAY[: _WAY.index(to) + 1]):
        cases.move(tx, case_id, to=reached, at=NOON, actor=CORA, expect=left)
