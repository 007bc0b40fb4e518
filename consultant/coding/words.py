"""The little grammar that findings and audit lines need: dates, lists and quotes as a letter writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_QUOTE_MAX = 90
_STEM = 5
_WORD = re.compile(r"[a-z]{4,}")


def day(when: date) -> str:
    """A date as American coders write it in a letter: ``January 1, 2015``."""
    return f"{when:%B} {when.day}, {when.year}"


def month(year_month: str) -> str:
    """``2028-01`` as ``January 2028``; anything else is given back as it is."""
    try:
        return f"{date.fromisoformat(year_month + '-01'):%B %Y}"
    except ValueError:
        return year_month


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """Words as an English list: ``a``, ``a and b``, ``a, b and c``."""
    *head, tail = list(words) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def verb(words: Iterable[object], one: str, many: str) -> str:
    """The form of a verb that goes with that many subjects."""
    return one if len(list(words)) == 1 else many


def quoted(words: str) -> str:
    """Words of the mail between quotation marks, on one line and no longer than a glance."""
    line = " ".join(words.split()).replace('"', "'")
    return f'"{line}"' if len(line) <= _QUOTE_MAX else f'"{line[: _QUOTE_MAX - 4].rsplit(" ", 1)[0]} ..."'


def clause(text: str) -> str:
    """The text as the second half of a sentence: a small first letter, save in a code or an abbreviation, and no full stop."""
    bare = text.strip().rstrip(".")
    return bare if bare[1:2].isupper() or bare[1:2].isdigit() else f"{bare[:1].lower()}{bare[1:]}"


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    bare = text.strip().rstrip(".")
    return f"{bare[:1].upper()}{bare[1:]}." if bare else ""


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words of a text, so that ``injected`` and ``injection`` are one; short words are left out."""
    return frozenset(word[:_STEM] for word in _WORD.findall(text.lower()))
