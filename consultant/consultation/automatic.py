"""The two letters that go out without a person: received, and refused (RFC 3834).

At most one of each for a case, at most so many a day for a recipient, and marked as automatic. Robots never get one: their mail
was closed before.
"""

from __future__ import annotations

from sqlalchemy import Connection

from consultant.consultation.letters import Identity, put_letter
from consultant.consultation.services import Services
from consultant.drafting import letters
from consultant.errors import PermanentError
from consultant.model.message import IncomingMessage, Letter
from consultant.store import outbox

REFUSED_ALOUD = frozenset({"empty", "attachments-only"})
"""Reasons for which a person is told; for all others silence is the answer."""


def acknowledge(tx: Connection, services: Services, case_id: int, message: IncomingMessage) -> bool:
    """Queue the "received" letter, unless that is switched off, was done, or is too much for today."""
    if not services.acknowledge:
        return False
    return _put(tx, services, case_id, message, letters.received(case_id, message.subject, message.author_name), "received")


def refuse(tx: Connection, services: Services, case_id: int, message: IncomingMessage, reason: str) -> bool:
    """Queue the "refused" letter when this reason is one that a person should hear."""
    spoken = "attachments-only" if reason == "empty" and message.attachments else reason
    if spoken not in REFUSED_ALOUD:
        return False
    return _put(tx, services, case_id, message, letters.refused(case_id, spoken, message.author_name), "refused")


def _put(tx: Connection, services: Services, case_id: int, message: IncomingMessage, letter: Letter, name: str) -> bool:
    if outbox.automatic_today(tx, message.author, services.now().date()) >= services.daily_limit:
        return False
    try:
        # Only one of the two is ever automatic for a case, so both may bear the version before the first draft's.
        return put_letter(tx, services, message, letter, Identity(case_id, 0, name), automatic=True)
    except PermanentError:
        # An address that cannot stand in a mail gets no automatic letter; the case goes on, and a person meets the address.
        return False
