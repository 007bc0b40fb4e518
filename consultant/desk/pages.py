"""Rendering of pages: Jinja with everything escaped, undefined names refused, and the words for states and times."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from consultant.desk.addresses import code_url, modifier_url, place_url
from consultant.desk.auth import SignedIn
from consultant.model.case import CaseState
from consultant.model.review import Override
from consultant.resources import templates

STATE_WORDS = {
    CaseState.RECEIVED: "received",
    CaseState.ANALYSED: "analysed",
    CaseState.DRAFTED: "ready for review",
    CaseState.IN_REVIEW: "in review",
    CaseState.APPROVED: "approved, going out",
    CaseState.SENT: "sent",
    CaseState.SET_ASIDE: "set aside",
    CaseState.QUARANTINED: "quarantined",
    CaseState.CLOSED: "closed",
}
OVERRIDE_WORDS = {
    Override.MISREAD: "the engine misread the mail",
    Override.MISSED: "the engine missed what the mail says",
    Override.UNDOCUMENTED: "the documentation does not support it",
    Override.RULE: "a coding rule or guideline says otherwise",
    Override.PAYER: "this payer wants it otherwise",
    Override.DETAIL: "only modifiers, units, pointers or order",
    Override.WORDING: "only the wording",
}
EVENT_WORDS = {
    "received": "mail received",
    "joined": "mail joined the case",
    "admitted": "sender admitted",
    "analysed": "analysed",
    "drafted": "letter drafted",
    "revised": "claim revised",
    "reworded": "letter reworded",
    "decided": "decided",
    "moved": "moved",
    "read": "read",
    "exported": "copied out",
    "priority": "priority set",
    "attempt-failed": "attempt failed",
    "mail-queued": "letter queued",
    "mail-tried": "letter tried",
    "mail-sent": "letter sent",
    "mail-withdrawn": "letter withdrawn before it left",
    "mail-delayed": "letter delayed",
    "mail-failed": "letter refused",
    "mail-unknown": "outcome of the letter unknown",
    "mail-released": "letter released again",
    "purged": "words removed",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(since: datetime, now: datetime) -> str:
    """How long ago, as people say it: ``4 min``, ``3 h``, ``2 d``."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    return f"{seconds // _HOUR} h" if seconds < _DAY else f"{seconds // _DAY} d"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates("desk")),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["state_words"] = STATE_WORDS.__getitem__
    environment.globals.update(age=age, code_url=code_url, modifier_url=modifier_url, place_url=place_url)
    environment.filters["event_words"] = lambda kind: EVENT_WORDS.get(kind, kind.replace("-", " "))
    return environment


def page(name: str, *, person: SignedIn | None, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  (template values)
    """The page of that name, for that person."""
    return HTMLResponse(_environment().get_template(name).render(person=person, **values), status_code=status)
