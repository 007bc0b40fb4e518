"""Registering by mail: who asks gets a letter with a signed token; who sends it back from the same address is registered.

Nothing is kept between the two mails: the token is good for its address and for two weeks. It is read from the subject first, which
a plain reply brings back by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from consultant.consultation import quotas, requests
from consultant.consultation.plans import GUEST, REGISTERED
from consultant.consultation.quotas import Balance
from consultant.consultation.services import Services
from consultant.drafting import service_letters
from consultant.drafting.service_letters import Terms
from consultant.mail import threads
from consultant.model.message import IncomingMessage, Letter
from consultant.store import accounts, events

_GOOD_FOR_DAYS = 14
_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """The letter that answers, its name, and why the mail is closed."""

    reason: str
    letter: Letter
    name: str


def answer(tx: Connection, services: Services, message: IncomingMessage, case_id: int) -> Told | None:
    """What to say to a mail that asks to register, or confirms it; None for any other mail."""
    day = _confirmed(services, message)
    asks = day is None and requests.wants_to_register(message)
    if day is None and not asks:
        return None
    account = accounts.account_of(tx, message.author)
    if account is not None and account.disabled:
        # Whom a person has shut out does not come back in by mail.
        return None
    if account is None and day is not None and _today(services.now()) - day <= _GOOD_FOR_DAYS:
        accounts.add_asker(tx, message.author)
        events.append(tx, case_id=case_id, at=services.now(), actor="engine", kind="registered")
        account = accounts.account_of(tx, message.author)
    if account is not None:
        paid = quotas.balance(tx, services, message.author)
        return Told("registered", service_letters.registered(case_id, terms(services, paid), message.author_name), "registered")
    token = threads.registration_token(message.author, _today(services.now()), services.key)
    letter = service_letters.registration(case_id, token, _GOOD_FOR_DAYS, services.plans.registered, message.author_name)
    return Told("registration-asked", letter, "registration")


def terms(services: Services, paid: Balance) -> Terms:
    """What the letters say of a sender's plan."""
    return Terms(
        is_guest=paid.plan.name == GUEST,
        is_monthly=paid.plan.is_monthly,
        limit=paid.plan.consultations,
        left=paid.left,
        when_registered=services.plans.registered if paid.plan.name in {GUEST, REGISTERED} else 0,
    )


def _confirmed(services: Services, message: IncomingMessage) -> int | None:
    """The day of the token that the mail brings back; None when it brings none that was made for its author."""
    for text in (message.subject, message.text, message.quoted):
        day = threads.registration_day(text, message.author, services.key)
        if day is not None:
            return day
    return None


def _today(now: datetime) -> int:
    return (now.astimezone(UTC).date() - _FIRST_DAY).days
