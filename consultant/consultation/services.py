"""What every step of a consultation is handed: the database, the knowledge, our addresses and limits, the bell and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from consultant.consultation.plans import Plans
from consultant.knowledge.lookup import Knowledge
from consultant.mail.dkim_sign import Signer
from consultant.mail.dns import Resolver
from consultant.mail.sender import Outbound
from consultant.model.case import Step
from consultant.store.session import Database


class AdmissionMode(StrEnum):
    """Whose mail is taken as a case."""

    OPEN = "open"
    """Everybody's; senders are taken at their word. For trials, and behind a relay that checks them."""
    REGISTERED = "registered"
    """That of verified senders who are registered."""
    ACCOUNTS = "accounts"
    """That of verified senders: guests within what a guest is given, registered askers and practices within their plans."""
    ALLOWLIST = "allowlist"
    """That of verified senders who, or whose domain, are on the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once by each program of the top floor; shared by all threads of it."""

    database: Database
    knowledge: Knowledge
    outbound: Outbound
    mailbox: str
    """The address that askers write to, and our letters come from."""
    domain: str
    """Domain of our Message-IDs and bounce addresses, and the name that trusted relays write results under."""
    key: bytes
    """Signs Message-IDs, bounce addresses and forms."""
    admission: AdmissionMode
    allowlist: tuple[str, ...]
    """Addresses, or domains with their @."""
    trusted_relays: tuple[str, ...]
    acknowledge: bool
    """Whether an automatic "received" letter is sent."""
    daily_limit: int
    """Most automatic letters to one sender on one day."""
    ring: Callable[[Step, int], None]
    """Announces a step that can be done; never blocks, never raises, may be lost."""
    now: Callable[[], datetime]
    send_delay: timedelta = timedelta()
    """How long an approved letter waits before it is sent, so that an approval can be undone."""
    signer: Signer | None = None
    """Signs our letters by DKIM; None leaves that to the outgoing server."""
    plans: Plans = Plans()  # noqa: RUF009  (frozen)
    """How much may be asked, where consultations are counted."""
    phi_gate: bool = True
    """Whether identifiers of patients are taken out of drafts and letters."""
    resolver: Resolver | None = None
    """Asks the DNS for what verifies a sender; None leaves that to trusted relays and SMTP AUTH."""
