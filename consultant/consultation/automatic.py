"""The letters that go out without a person (RFC 3834): received, refused, held, and what the service is asked of itself.

At most one of each for a case, at most so many a day for a recipient, and marked as automatic. Robots never get one: their mail
was closed before.
"""

from __future__ import annotations

from sqlalchemy import Connection

from consultant import identifiers
from consultant.consultation import quotas, registration
from consultant.consultation.letters import Identity, put_letter
from consultant.consultation.services import Services
from consultant.drafting import letters, service_letters
from consultant.drafting.words import listed
from consultant.errors import PermanentError
from consultant.mail.parse import case_text
from consultant.model.message import IncomingMessage, Letter
from consultant.store import outbox

REFUSED_ALOUD = frozenset({"empty", "attachments-only"})
"""Reasons for which a person is told; for all others silence is the answer."""
_ASKS = "please"
"""Stands in the notes on files that the sender can do something about."""
_HELD = "held"
_HELD_VERSION = 999_999_999
"""A held case may be received later, under the version before the first draft's; no draft comes near this one."""


def acknowledge(tx: Connection, services: Services, case_id: int, message: IncomingMessage) -> bool:
    """Queue the "received" letter, unless that is switched off, was done, or is too much for today."""
    if not services.acknowledge:
        return False
    left = ""
    if services.admission in quotas.COUNTED_MODES:
        paid = quotas.balance(tx, services, message.author)
        left = service_letters.what_is_left(registration.terms(services, paid))
    letter = letters.received(case_id, message.subject, message.author_name, left=left, notices=_notices(services, message))
    return say(tx, services, case_id, message, letter, "received")


def refuse(tx: Connection, services: Services, case_id: int, message: IncomingMessage, reason: str) -> bool:
    """Queue the "refused" letter when this reason is one that a person should hear."""
    spoken = "attachments-only" if reason == "empty" and message.attachments else reason
    if spoken not in REFUSED_ALOUD:
        return False
    return say(tx, services, case_id, message, letters.refused(case_id, spoken, message.author_name), "refused")


def say(tx: Connection, services: Services, case_id: int, message: IncomingMessage, letter: Letter, name: str) -> bool:
    """Queue an automatic letter; False when it was queued before, is too much for today, or cannot be addressed."""
    if outbox.automatic_today(tx, message.author, services.now().date()) >= services.daily_limit:
        return False
    try:
        # Apart from "held", only one of them is ever automatic for a case, so all may bear the version before the first draft's.
        identity = Identity(case_id, _HELD_VERSION if name == _HELD else 0, name)
        return put_letter(tx, services, message, letter, identity, automatic=True)
    except PermanentError:
        # An address that cannot stand in a mail gets no automatic letter; the case goes on, and a person meets the address.
        return False


def _notices(services: Services, message: IncomingMessage) -> tuple[str, ...]:
    """What the sender should do otherwise; nothing of the mail is repeated, not even the name of a file."""
    told = []
    notes = {file.note for file in message.attachments if _ASKS in file.note}
    if notes:
        told.append(f"An attachment {listed(sorted(notes))}.")
    kinds = identifiers.kinds_in("\n\n".join((message.subject, case_text(message)))) if services.phi_gate else ()
    if kinds:
        said = f"Your mail seems to identify a patient ({listed(kind.value for kind in kinds)})."
        told.append(f"{said} Coding needs none of that: please send the minimum necessary.")
    return tuple(told)
