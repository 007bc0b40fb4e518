"""Who may consult us: whether a mail is admitted as a case, joins an open one, is answered at once, waits, or is taken out.

Robots, lists and bounces are closed with the name of the reason (RFC 3834); a sender we cannot admit is quarantined and hears
nothing, since the address may be forged. Only a verified sender hears that a quota is used up, once, and the mail is kept. Every
outcome has a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from consultant.consultation import quotas, registration, requests, standing, thread
from consultant.consultation.quotas import COUNTED_MODES, OVER
from consultant.consultation.returned import Returned
from consultant.consultation.services import AdmissionMode, Services
from consultant.drafting import service_letters
from consultant.mail import authenticity, loops
from consultant.mail.authenticity import Authenticity, Reason
from consultant.model.message import Envelope, IncomingMessage, Letter
from consultant.store import accounts, events, outbox
from consultant.store.accounts import Standing

_ADMITTED = "admitted"
"""Kind of the event that says a case has been admitted; from then on its first mail is not judged again."""
_SELF_SERVICE = frozenset({AdmissionMode.OPEN, AdmissionMode.ACCOUNTS})
"""Where a stranger may register himself by mail."""
_SOONEST = timedelta(seconds=20)
_LATEST = timedelta(minutes=30)
_PATIENCE = timedelta(days=3)
"""How long a mail waits for the DNS before a person looks at it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of a mail; nothing is set when it is admitted as a case of its own."""

    joins: int | None = None
    """The open case of the same sender that it goes on with."""
    closed: str = ""
    """Why it is closed without a consultation."""
    quarantined: str = ""
    """Why a person, or a new month, has to let it go on."""
    later: datetime | None = None
    """When it is judged again, because the DNS gave no answer."""
    says: Letter | None = None
    """The automatic letter that tells the sender."""
    letter_name: str = ""
    linked: thread.Link | None = None
    """The earlier case that it refers to without going on with it."""


def checked(services: Services, message: IncomingMessage, envelope: Envelope, content: bytes) -> Authenticity | None:
    """Whether the author is verified; None where senders are taken at their word. May ask the DNS: hold no transaction."""
    if services.admission is AdmissionMode.OPEN:
        return None
    return authenticity.verdict(
        message,
        envelope,
        trusted_relays=services.trusted_relays,
        authserv_id=services.domain,
        content=content,
        resolver=services.resolver,
    )


def decide(  # noqa: PLR0913  (what is known of a mail)
    tx: Connection,
    services: Services,
    message: IncomingMessage,
    envelope: Envelope,
    came_back: Returned | None = None,
    *,
    case_id: int,
    received: datetime,
    verdict: Authenticity | None = None,
) -> Decided:
    """What becomes of a mail that no person has let through; ``came_back`` is what it tells of a letter of ours."""
    closed = _not_a_persons(services, message, envelope, came_back)
    if closed:
        return Decided(closed=closed)
    account = accounts.account_of(tx, message.author)
    if verdict is not None and verdict.reason is Reason.DNS_TROUBLE and services.now() - received < _PATIENCE:
        return Decided(later=_next_try(received, services.now()))
    refused = _not_admitted(services, message, verdict, account)
    if refused:
        return Decided(quarantined=refused)
    return _asked_of_service(tx, services, message, case_id) or _as_case(tx, services, message, envelope, case_id)


def _not_a_persons(services: Services, message: IncomingMessage, envelope: Envelope, came_back: Returned | None) -> str:
    """Why a mail is closed whoever wrote it; empty when a person did."""
    if came_back is not None:
        return came_back.reason
    refusal = loops.refusal(message, envelope, our_addresses=(services.mailbox,), our_domain=services.domain)
    if refusal is not None:
        return refusal.value
    return "" if message.author else "no-author"


def was_admitted(tx: Connection, case_id: int) -> bool:
    """Whether the case has been admitted before, by us or by a person."""
    return any(event.kind == _ADMITTED for event in events.of_case(tx, case_id))


def note_admitted(tx: Connection, case_id: int, *, by: str, at: datetime) -> None:
    """Write into the history that the case is admitted, unless that stands there."""
    if not was_admitted(tx, case_id):
        events.append(tx, case_id=case_id, at=at, actor=by, kind=_ADMITTED)


def note_verdict(tx: Connection, case_id: int, verdict: Authenticity, at: datetime) -> None:
    """Write into the history who vouches for the author, or why nobody does."""
    detail = {"verified": verdict.verified, "reason": verdict.reason.value} | ({"domain": verdict.domain} if verdict.domain else {})
    events.append(tx, case_id=case_id, at=at, actor="engine", kind="sender-checked", detail=detail)


def _next_try(received: datetime, now: datetime) -> datetime:
    """Soon at first, and the less often the longer it has lasted."""
    return now + min(max((now - received) / 4, _SOONEST), _LATEST)


def _not_admitted(
    services: Services, message: IncomingMessage, verdict: Authenticity | None, account: accounts.Asker | None
) -> str:
    """Why the author is not admitted; empty when he is."""
    if account is not None and account.standing is Standing.BLOCKED:
        return "blocked"
    if verdict is None:
        return ""
    if not verdict.verified:
        return f"not-verified: {verdict.reason.value}"
    if account is not None and account.standing is Standing.ALLOWED:
        return ""
    if services.admission is AdmissionMode.ALLOWLIST:
        return "" if _is_listed(message.author, services.allowlist) else "not-on-the-allowlist"
    is_shut_out = account.disabled if account is not None else services.admission is AdmissionMode.REGISTERED
    return "not-registered" if is_shut_out else ""


def _is_listed(author: str, allowlist: tuple[str, ...]) -> bool:
    address = author.lower()
    listed = {entry.lower() for entry in allowlist}
    return address in listed or f"@{address.rpartition('@')[2]}" in listed


def _asked_of_service(tx: Connection, services: Services, message: IncomingMessage, case_id: int) -> Decided | None:
    """The answer to a mail that asks something of the service itself; None for any other mail."""
    if services.admission in _SELF_SERVICE:
        told = registration.answer(tx, services, message, case_id)
        if told is not None:
            return Decided(closed=told.reason, says=told.letter, letter_name=told.name)
    about = thread.own_case(tx, services, message, ())
    if about is not None and requests.asks_for_status(message):
        letter = service_letters.status(case_id, about.id, standing.in_words(tx, about), message.author_name)
        return Decided(closed=f"status-of-case-{about.id}", says=letter, letter_name="status")
    return None


def _as_case(tx: Connection, services: Services, message: IncomingMessage, envelope: Envelope, case_id: int) -> Decided:
    """A case of its own, if the quota allows, unless the mail goes on with an open one."""
    found = thread.find(tx, services, message, envelope)
    if found.joins is not None:
        return Decided(joins=found.joins)
    if services.admission not in COUNTED_MODES:
        return Decided(linked=found.link)
    paid = quotas.balance(tx, services, message.author)
    if paid.left is None or paid.left > 0:
        return Decided(linked=found.link)
    now = services.now()
    was_told = outbox.named_since(tx, message.author, "held", paid.plan.since(now))
    letter = service_letters.held(case_id, registration.terms(services, paid), paid.plan.renewed(now), message.author_name)
    return Decided(quarantined=f"{OVER}:{paid.plan.name}", says=None if was_told else letter, letter_name="held", linked=found.link)
