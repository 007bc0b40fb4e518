"""Past years, months and dates beside a cue: "ESWL in 2019", "DXA was done in June", "spine fusion 2011"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from consultant.matching.context_rules import context_rules
from consultant.model.clinical import Span

_YEAR = re.compile(r"(?<![\d/.$#-])((?:19|20)\d\d)(?![\d/%-]|\.\d)")
_WORD_BEFORE = re.compile(r"([A-Za-z]+)[ ,(]*$")


@dataclass(frozen=True, slots=True)
class PastTime:
    """A time before the service. A month alone is weak: mails tell of last month's service too."""

    span: Span
    weak: bool


def past_times(text: str, span: Span, received: date) -> Iterator[PastTime]:
    """Years and months in the statement at ``span`` that lie before those of ``received``, save beginnings ("since 2019")."""
    for match in _YEAR.finditer(text, span.start, span.end):
        if int(match[1]) < received.year and not _is_beginning(text, span.start, match.start()):
            yield PastTime(Span(*match.span()), weak=False)
    for match in _months().finditer(text, span.start, span.end):
        number = _number_of(match["month"])
        if number != received.month and not _is_beginning(text, span.start, match.start()):
            yield PastTime(Span(*match.span()), weak=True)


def _is_beginning(text: str, start: int, place: int) -> bool:
    before = _WORD_BEFORE.search(text, max(start, place - 24), place)
    words = before[1].lower() if before else ""
    if words in ("in", "on", "of", "about", "around"):
        before = _WORD_BEFORE.search(text, max(start, place - 36), before.start() if before else place)
        words = before[1].lower() if before else words
    return words in context_rules().since


@cache
def _months() -> re.Pattern[str]:
    names = "|".join(f"{name[:3].title()}(?:{name[3:]}|t)?\\.?" if name != "may" else "May" for name in context_rules().months)
    return re.compile(rf"\b(?:in|last|back in|since|from|early|late|mid) (?P<month>{names})\b(?! \d{{1,2}}\b)")


def _number_of(name: str) -> int:
    start = name[:3].lower()
    return next(number for number, month in enumerate(context_rules().months, 1) if month.startswith(start))
