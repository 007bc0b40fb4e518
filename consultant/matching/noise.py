"""Mail that is nothing for us, known by its words: out-of-office notes, bounces, newsletters, receipts, robots, empty mail.

The signs stand in noise_rules.json. A mail that asks for codes is never ignored for its footer: it takes a subject that says so, or
two signs more than usual.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from consultant.matching.tables import read_table, refuse_unknown, words_of

_TABLE = "noise_rules.json"
_EMPTY, _COURTESY = "empty", "courtesy"
_SUBJECT = re.compile(r"\Asubject: *(.*)\n?", re.IGNORECASE)
_LABELS = re.compile(r"^(?:subject|re|fw|fwd) *:", re.IGNORECASE)
_NOT_WORD = re.compile(r"[^a-z0-9' ]+")
_THANKS = frozenset({"thanks", "thank", "thx", "ty", "appreciate", "appreciated"})
_BEYOND_DOUBT = 2
_READ = 20_000
"""Signs of noise stand in the first part of a mail."""


@dataclass(frozen=True, slots=True)
class _Kind:
    reason: str
    needed: int
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    kinds: tuple[_Kind, ...]
    asks: tuple[str, ...]
    courtesies: frozenset[str]
    small_talk: frozenset[str]
    """The words of thanks and farewell."""


def noise_reason(text: str) -> str | None:
    """Why the mail is ignored (``empty``, ``out-of-office``, ``bounce``, ``newsletter`` …), or None for real mail."""
    lowered = text[:_READ].lower()
    if _is_empty(lowered):
        return _EMPTY
    if _is_courtesy(lowered):
        return _COURTESY
    match = _SUBJECT.match(lowered)
    subject = match[1] if match else ""
    asks = any(ask in lowered for ask in _rules().asks)
    for kind in _rules().kinds:
        seen = sum(sign in lowered for sign in kind.signs)
        by_subject = any(subject.startswith(sign) for sign in kind.signs)
        if seen >= kind.needed and (not asks or by_subject or seen >= kind.needed + _BEYOND_DOUBT):
            return kind.reason
    return None


def _is_empty(lowered: str) -> bool:
    for line in lowered.splitlines():
        words = " ".join(_NOT_WORD.sub(" ", _LABELS.sub("", line.strip())).split())
        if words and words not in _rules().courtesies:
            return False
    return True


def _is_courtesy(lowered: str) -> bool:
    """Whether the mail thanks and says nothing else ("Great, thanks so much!"); its subject is that of the mail before."""
    body = _SUBJECT.sub("", lowered).replace("\u2019", "'")
    words = _NOT_WORD.sub(" ", body).split()
    return "?" not in body and bool(_THANKS & {*words}) and {*words} <= _rules().small_talk


@cache
def _rules() -> _Rules:
    table = read_table(_TABLE)
    refuse_unknown(table, ("kinds", "asks", "courtesies", "small_talk"), _TABLE)
    for number, row in enumerate(table["kinds"], 1):
        refuse_unknown(row, ("reason", "needed", "signs"), f"{_TABLE}: kind {number}")
    return _Rules(
        kinds=tuple(_Kind(row["reason"], int(row["needed"]), words_of(row, "signs", _TABLE)) for row in table["kinds"]),
        asks=words_of(table, "asks", _TABLE),
        courtesies=frozenset(words_of(table, "courtesies", _TABLE)),
        small_talk=frozenset(words_of(table, "small_talk", _TABLE)),
    )
