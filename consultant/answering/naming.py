"""What a question names besides codes: modifiers, places of service, and the day it asks about.

A bare number of two digits is a modifier only in the company of words that say so ("25 on 99213", "59 vs XS", "put 59 on it");
days, ages, doses and places are none. Letters count when they stand in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import date

from consultant.answering.tables import question_words

_TWO = re.compile(r"(?<![\w.])(?:[0-9]{2}|[A-Z][A-Z0-9]|[0-9][A-Z])(?![\w]|\.\d)")
_CALLED = re.compile(r"\bmod(?:ifier)?s?\b\.?\s*[-:#]?\s*(?:\w{2}\s*(?:,|/|&|and|or|vs\.?)\s*)*$", re.IGNORECASE)
_LISTED = re.compile(r"(?:,|/|&|\band\b|\bor\b|\bvs\.?|\bversus\b)\s*$", re.IGNORECASE)
_GOES_ON = re.compile(r"^\s*(?:,|/|&|and\b|or\b|vs\.?|versus\b)\s*(?:modifier\s+)?([0-9A-Z]{2})\b", re.IGNORECASE)
_ON_CODE = re.compile(r"\b(?:\d{4}[0-9A-Z]|[A-V]\d{4})\s?-$")
_ON = re.compile(r"^\s+(?:on|to|for)\s+(?:the\s+)?(?:\d{4}[0-9A-Z]|[A-V]\d{4}|e/?m|visit|it)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:pos|places? of service)\b\s*[:#-]?\s*(?:code\s+)?((?:\d{1,2}(?:\s*(?:,|/|&|and|or|vs\.?|versus)\s*(?:pos\s*)?)?)+)",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b")
_YEAR = re.compile(r"\b(?:in|of|for|during|since|from|back in|year|by|dos)\s+(?:year\s+)?((?:19|20)\d\d)\b(?!-)", re.IGNORECASE)
_MIDDLE = (7, 1)
"""The day that stands for a year."""
_LOOK_BACK = 40


def modifiers_in(text: str, known: Container[str]) -> tuple[str, ...]:
    """The modifiers that a text names, each once, in order."""
    return tuple(dict.fromkeys(_modifiers(text, known)))


def _modifiers(text: str, known: Container[str]) -> Iterator[str]:
    last_end = -1
    for match in _TWO.finditer(text):
        word = match[0]
        before, after = text[max(0, match.start() - _LOOK_BACK) : match.start()], text[match.end() :]
        listed = (
            last_end >= 0 and bool(_LISTED.search(text[last_end : match.start()])) and match.start() - last_end <= len(" versus ")
        )
        if word in known and _is_modifier(word, before, after, known, listed=listed):
            last_end = match.end()
            yield word


def _is_modifier(word: str, before: str, after: str, known: Container[str], *, listed: bool) -> bool:
    table = question_words()
    if table.modifier_never_after.search(after) or (table.modifier_never_before.search(before) and not _ON_CODE.search(before)):
        return False
    follows = _GOES_ON.match(after)
    in_company = (
        listed or bool(_CALLED.search(before)) or bool(_ON_CODE.search(before)) or (follows is not None and follows[1] in known)
    )
    if not word.isdigit():
        return in_company or word in table.modifiers_alone
    alone = bool(table.modifier_before.search(before) and table.modifier_after.search(after)) or bool(_ON.match(after))
    return in_company or alone


def places_in(text: str, known: Container[str]) -> tuple[str, ...]:
    """The places of service that a text names, each once, in order."""
    runs = (match[1] for match in _PLACE.finditer(text))
    numbers = (number.zfill(2) for run in runs for number in re.findall(r"\d{1,2}", run))
    return tuple(dict.fromkeys(number for number in numbers if number in known))


def day_in(text: str, otherwise: date) -> date:
    """The day that a question asks about: a date, the middle of a year, or the one given."""
    if found := _ISO.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), otherwise)
    if found := _SLASHED.search(text):
        return _day(int(found[3]), int(found[1]), int(found[2]), otherwise)
    found = _YEAR.search(text)
    return _day(int(found[1]), *_MIDDLE, otherwise) if found else otherwise


def _day(year: int, month: int, day: int, otherwise: date) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return otherwise
