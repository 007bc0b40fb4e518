"""The automatic letters about the service itself: registration, what is left of a plan, mail that waits, how a case stands.

They say nothing of what a case is about. Sentences are made here, once; the templates only lay them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consultant.drafting.render import render
from consultant.drafting.words import day, first_name
from consultant.model.message import Letter

REGISTER = "To register, send us a mail with the single word REGISTER as its subject."


@dataclass(frozen=True, slots=True)
class Terms:
    """A sender's plan as a letter speaks of it."""

    is_guest: bool
    is_monthly: bool
    limit: int | None
    """None without a limit."""
    left: int | None
    when_registered: int
    """Consultations a month of a registered asker."""


def what_is_left(terms: Terms) -> str:
    """How many consultations are left, and how a guest gets more; empty without a limit."""
    if terms.left is None or terms.limit is None:
        return ""
    if terms.is_guest:
        left = (
            f"As a guest you have {_consultations(terms.left)} left" if terms.left else "This was your last consultation as a guest"
        )
        return f"{left}. Registered askers have {terms.when_registered} a month. {REGISTER}"
    return f"Your plan has {_consultations(terms.left)} left of {terms.limit}{_period(terms)}."


def held(case_id: int, terms: Terms, renewed: datetime | None, asker_name: str = "") -> Letter:
    """The mail is kept, and waits for the quota."""
    return _notice("held", case_id, asker_name, _because(terms), _goes_on(terms, renewed))


def registration(case_id: int, token: str, days: int, consultations: int, asker_name: str = "") -> Letter:
    """The confirmation that an asker sends back to be registered."""
    first = "Somebody, most likely you, asked us to register this address for coding consultations."
    second = (
        f"To confirm, reply to this letter within {days} days and leave its subject as it is. You then have "
        f"{_consultations(consultations)} a month. If it was not you, do nothing: no address is registered without this reply."
    )
    return _notice("registration", case_id, asker_name, first, second, token=token)


def registered(case_id: int, terms: Terms, asker_name: str = "") -> Letter:
    """The address is registered, and what that gives."""
    second = "Send each case as a mail of its own, without the patient's name and numbers."
    limit = "" if terms.limit is None else f" with {_consultations(terms.limit)}{_period(terms)}"
    return _notice("registered", case_id, asker_name, f"This address is registered{limit}. {what_is_left(terms)}".strip(), second)


def status(case_id: int, about: int, stands: str, asker_name: str = "") -> Letter:
    """How a case stands. ``stands`` is the end of a sentence."""
    second = "To add something to it, reply to this mail; please leave out the patient's name and numbers."
    return _notice("status", case_id, asker_name, f"You asked about case {about}: {stands}.", second, about=about)


def _because(terms: Terms) -> str:
    if terms.is_guest:
        return "We have your mail and keep it, but the consultations that a guest may ask for are used up."
    return f"We have your mail and keep it, but your plan's {_consultations(terms.limit or 0)}{_period(terms)} are used up."


def _goes_on(terms: Terms, renewed: datetime | None) -> str:
    if terms.is_guest:
        return (
            f"It will be taken up as soon as you are registered, with {_consultations(terms.when_registered)} a month. {REGISTER}"
        )
    when = f"on {day(renewed)}" if renewed else "when your plan allows it"
    return f"It will be taken up {when}, without a further mail from you; sooner if your plan is changed."


def _period(terms: Terms) -> str:
    return " a month" if terms.is_monthly else ""


def _consultations(number: int) -> str:
    return f"{number} consultation{'' if number == 1 else 's'}"


def _notice(name: str, case_id: int, asker_name: str, *paragraphs: str, **more: object) -> Letter:
    return render(name, {"case_id": case_id, "name": first_name(asker_name), "paragraphs": paragraphs, **more})
