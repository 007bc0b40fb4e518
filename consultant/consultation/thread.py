"""Threads: which case a mail goes on with, and which it only refers to.

A mail goes on with a case when a signed mark of ours names it (a Message-ID it answers, or the token in the address it went to),
its sender is the asker of that case, and the case is open. Sent to a closed case, by another sender, or under a new subject after
the answer, it is a case of its own, linked to the earlier one; the link is for the consultant and tells the sender nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from consultant.consultation.services import Services
from consultant.errors import NotFoundError
from consultant.mail import threads
from consultant.model.case import Case, CaseState
from consultant.model.draft import DraftKind
from consultant.model.message import Envelope, IncomingMessage
from consultant.store import cases, drafts

_JOINABLE = frozenset({CaseState.RECEIVED, CaseState.ANALYSED, CaseState.DRAFTED, CaseState.IN_REVIEW, CaseState.SENT})
_PREFIXES = re.compile(r"^(?:\s*(?:\[[^\]]{1,40}\]|[^\W\d_]{1,8}\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]))+\s*")
_CASE_NUMBER = re.compile(r"\bcase \d+\b")
_OUR_WORDS = frozenset(["case", "your", "coding", "question", "we", "have", "mail"])
"""Words of our own subjects, of which a mail program may leave some off."""
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Link:
    """An earlier case, and why a mail does not go on with it: ``closed``, ``other-sender``, ``other-subject``."""

    case_id: int
    because: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail refers to."""

    joins: int | None = None
    link: Link | None = None


def find(tx: Connection, services: Services, message: IncomingMessage, envelope: Envelope) -> Found:
    """The case that a mail goes on with, or else the nearest that it refers to; the latest letter counts first."""
    link = None
    for case in _named(tx, services, message, envelope.forward_paths):
        because = _not_joined(tx, case, message)
        if not because:
            return Found(joins=case.id)
        link = link or Link(case.id, because)
    return Found(link=link)


def own_case(tx: Connection, services: Services, message: IncomingMessage, forward_paths: tuple[str, ...]) -> Case | None:
    """The case of the same sender that a mail refers to, in whatever state it stands."""
    return next((case for case in _named(tx, services, message, forward_paths) if _is_of(case, message)), None)


def _named(tx: Connection, services: Services, message: IncomingMessage, forward_paths: tuple[str, ...]) -> list[Case]:
    answered = (message.in_reply_to, *reversed(message.references))
    named = list(threads.case_ids_in(answered, services.domain, services.key))
    addressed = threads.case_in_addresses(forward_paths, services.mailbox, services.key)
    found = []
    for case_id in dict.fromkeys([*([addressed] if addressed is not None else []), *named]):
        try:
            found.append(cases.get(tx, case_id))
        except NotFoundError:
            continue
    # A letter about a case is a small case of its own, closed at once: what it was about stands behind it.
    return [case for case in found if not case.reason.startswith("status-of-case-")]


def _not_joined(tx: Connection, case: Case, message: IncomingMessage) -> str:
    if not _is_of(case, message):
        return "other-sender"
    if case.state not in _JOINABLE:
        return "closed"
    return "other-subject" if case.state is CaseState.SENT and _is_new_matter(tx, case, message) else ""


def _is_of(case: Case, message: IncomingMessage) -> bool:
    return bool(message.author) and case.sender.lower() == message.author.lower()


def _is_new_matter(tx: Connection, case: Case, message: IncomingMessage) -> bool:
    """Whether the mail comes under a new subject after an answer; to a question of ours every reply is an answer."""
    subject = _plain(message.subject)
    if {*subject.split()} <= _OUR_WORDS or subject == _plain(case.subject) or _CASE_NUMBER.search(subject):
        return False
    newest = drafts.latest(tx, case.id)
    return newest is None or newest.kind is not DraftKind.QUESTION


def _plain(subject: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", _PREFIXES.sub("", subject)).lower().split())
