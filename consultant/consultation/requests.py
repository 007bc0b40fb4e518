"""Mails that ask something of the service itself: to register, to confirm it, or how a case stands.

Such a mail says little else: every one of its words must be one that such requests are made of, so that "status post arthroscopy"
or a case under the subject "Registration" stays a case. Known limit: English only.
"""

from __future__ import annotations

import re

from consultant.model.message import IncomingMessage

_WORD = re.compile(r"[a-z][a-z'\u2019-]*|\d+|[^\W\d_]+")
_PREFIX = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg|tr|sv|antw)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE)
_OUR_SUBJECT = re.compile(r"\bcase \d+\b", re.IGNORECASE)
_MOST_WORDS = 25
_SHORT = 3
"""Words of a subject such as "please register me"."""
_SMALL = frozenset(
    [
        "a",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "ask",
        "asked",
        "at",
        "back",
        "be",
        "been",
        "best",
        "by",
        "can",
        "checking",
        "check",
        "cheers",
        "could",
        "dear",
        "did",
        "do",
        "does",
        "following",
        "for",
        "from",
        "get",
        "give",
        "go",
        "going",
        "good",
        "have",
        "hello",
        "hey",
        "hi",
        "how",
        "i",
        "i'd",
        "i'm",
        "if",
        "in",
        "is",
        "it",
        "it's",
        "its",
        "just",
        "kind",
        "know",
        "let",
        "like",
        "long",
        "may",
        "me",
        "morning",
        "afternoon",
        "much",
        "my",
        "of",
        "ok",
        "on",
        "one",
        "our",
        "out",
        "please",
        "regards",
        "sincerely",
        "so",
        "still",
        "team",
        "tell",
        "thank",
        "thanks",
        "that",
        "the",
        "there",
        "this",
        "to",
        "today",
        "up",
        "us",
        "wanted",
        "was",
        "we",
        "were",
        "what",
        "what's",
        "when",
        "when's",
        "where",
        "where's",
        "which",
        "will",
        "with",
        "wondering",
        "would",
        "you",
        "your",
        "again",
    ]
)
_REGISTERS = frozenset({"register", "registered", "registration", "registering", "signup", "subscribe", "enroll", "enrol"})
_REGISTER_WORDS = _REGISTERS | frozenset(
    "account address service sign create open consultation consultations email e-mail mail".split()  # noqa: SIM905  (reads better)
)
_STATUS = frozenset({"status", "update", "updates", "news", "eta", "progress", "yet", "happening", "stand", "stands", "answer"})
_STATUS_WORDS = _STATUS | frozenset(
    [
        "ago",
        "answered",
        "anything",
        "case",
        "cases",
        "current",
        "day",
        "days",
        "due",
        "e-mail",
        "email",
        "expect",
        "expected",
        "hear",
        "heard",
        "inquiry",
        "last",
        "latest",
        "look",
        "looked",
        "looking",
        "mail",
        "new",
        "no",
        "number",
        "question",
        "received",
        "reply",
        "request",
        "response",
        "send",
        "sent",
        "something",
        "soon",
        "week",
        "weeks",
    ]
)


def wants_to_register(message: IncomingMessage) -> bool:
    """Whether the mail asks to be registered and nothing else."""
    subject, text = _words(_PREFIX.sub("", message.subject)), _own_words(message)
    if message.attachments or not _are(text, _REGISTER_WORDS):
        return False
    # A long subject is about something; the subject of a letter of ours is not the asker's.
    by_subject = len(subject) <= _SHORT and not _OUR_SUBJECT.search(message.subject) and not _REGISTERS.isdisjoint(subject)
    return by_subject or not _REGISTERS.isdisjoint(text)


def asks_for_status(message: IncomingMessage) -> bool:
    """Whether a mail that answers one of our letters only asks how the case stands."""
    text = _own_words(message)
    if not text:
        return not message.attachments and _says_status(_words(_PREFIX.sub("", message.subject)))
    return not message.attachments and _says_status(text)


def _says_status(words: list[str]) -> bool:
    return bool(_STATUS & {*words}) and _are(words, _STATUS_WORDS)


def _are(words: list[str], known: frozenset[str]) -> bool:
    # A number may name the case; more than one is not only that.
    numbers = [word for word in words if word.isdecimal()]
    rest = [word for word in words if not word.isdecimal() and word not in _SMALL and word not in known]
    return len(words) <= _MOST_WORDS and len(numbers) <= 1 and not rest


def _own_words(message: IncomingMessage) -> list[str]:
    names = {*_words(message.author_name)}
    return [word for word in _words(message.text) if word not in names]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\u2019", "'")[:2000])
