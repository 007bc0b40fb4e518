"""Who may consult us: whether a mail is admitted as a case, joins an open one, is closed, or is quarantined in silence.

Robots, lists and bounces are closed with the name of the reason (RFC 3834); a sender we cannot admit is quarantined and hears
nothing, since the address may be forged. Every outcome has a name; none is guessed from the words of the mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from consultant.consultation.returned import Returned
from consultant.consultation.services import AdmissionMode, Services
from consultant.errors import NotFoundError
from consultant.mail import authenticity, loops, threads
from consultant.model.case import CaseState
from consultant.model.message import Envelope, IncomingMessage
from consultant.store import accounts, cases, events

_ADMITTED = "admitted"
"""Kind of the event that says a case has been admitted; from then on its first mail is not judged again."""
_JOINABLE = frozenset({CaseState.RECEIVED, CaseState.ANALYSED, CaseState.DRAFTED, CaseState.IN_REVIEW, CaseState.SENT})


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of a mail; at most one of the three is set, and none when it is admitted as a case of its own."""

    joins: int | None = None
    """The open case of the same sender that it goes on with."""
    closed: str = ""
    """Why it is closed without an answer."""
    quarantined: str = ""
    """Why a person has to look at it; the sender hears nothing."""


def decide(
    tx: Connection, services: Services, message: IncomingMessage, envelope: Envelope, came_back: Returned | None = None
) -> Decided:
    """What becomes of a mail that no person has let through; ``came_back`` is what it tells of a letter of ours."""
    if came_back is not None:
        return Decided(closed=came_back.reason)
    refusal = loops.refusal(message, envelope, our_addresses=(services.mailbox,), our_domain=services.domain)
    if refusal is not None:
        return Decided(closed=refusal.value)
    if not message.author:
        return Decided(closed="no-author")
    refused = _not_admitted(tx, services, message, envelope)
    return Decided(quarantined=refused) if refused else Decided(joins=_open_case(tx, services, message))


def was_admitted(tx: Connection, case_id: int) -> bool:
    """Whether the case has been admitted before, by us or by a person."""
    return any(event.kind == _ADMITTED for event in events.of_case(tx, case_id))


def note_admitted(tx: Connection, case_id: int, *, by: str, at: datetime) -> None:
    """Write into the history that the case is admitted, unless that stands there."""
    if not was_admitted(tx, case_id):
        events.append(tx, case_id=case_id, at=at, actor=by, kind=_ADMITTED)


def _not_admitted(tx: Connection, services: Services, message: IncomingMessage, envelope: Envelope) -> str:
    """Why the author is not admitted; empty when he is."""
    if services.admission is AdmissionMode.OPEN:
        return ""
    verdict = authenticity.verdict(message, envelope, trusted_relays=services.trusted_relays, authserv_id=services.domain)
    if not verdict.verified:
        return f"not-verified: {verdict.reason.value}"
    if services.admission is AdmissionMode.ALLOWLIST:
        return "" if _is_listed(message.author, services.allowlist) else "not-on-the-allowlist"
    asker = accounts.asker(tx, message.author)
    return "" if asker is not None and not asker.disabled else "not-registered"


def _is_listed(author: str, allowlist: tuple[str, ...]) -> bool:
    address = author.lower()
    listed = {entry.lower() for entry in allowlist}
    return address in listed or f"@{address.rpartition('@')[2]}" in listed


def _open_case(tx: Connection, services: Services, message: IncomingMessage) -> int | None:
    """The open case of the same author that the mail answers, by our signed Message-IDs; the latest letter counts first."""
    answered = (message.in_reply_to, *reversed(message.references))
    for case_id in threads.case_ids_in(answered, services.domain, services.key):
        try:
            case = cases.get(tx, case_id)
        except NotFoundError:
            continue
        if case.sender.lower() == message.author.lower() and case.state in _JOINABLE:
            return case_id
    return None
