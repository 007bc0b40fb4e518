"""Reading single cells. Each function raises RowError, saying what was expected and never what stood there."""

from __future__ import annotations

import re
from datetime import date, timedelta

from consultant.knowledge.importers.sheet import RowError
from consultant.knowledge.official_kinds import NEVER, as_number

_CODE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}", re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{0,9}(?:\.\d{1,9})?", re.ASCII)
_NUMBERS = {
    re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII): (1, 2, 3),
    re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", re.ASCII): (1, 2, 3),
    re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?: .*)?", re.ASCII): (3, 1, 2),
}
_DAY_OF_YEAR = re.compile(r"(\d{4})(\d{3})", re.ASCII)
_NOTHING = frozenset({"", "*"})
_DIGITS_MAX = 9


def code(text: str) -> str:
    """A CPT or HCPCS code."""
    if not _CODE.fullmatch(text):
        why = "the code is not five characters as of CPT or HCPCS"
        raise RowError(why)
    return text


def modifier(text: str) -> str:
    """A modifier, or nothing."""
    if text and not _MODIFIER.fullmatch(text):
        why = "the modifier is not two letters or digits"
        raise RowError(why)
    return text


def number(text: str, what: str) -> int:
    """A whole number that is not negative."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        why = f"the {what} is not a number"
        raise RowError(why)
    return int(text)


def first_digit(text: str, what: str, allowed: str) -> int:
    """The digit with which a cell begins, one of ``allowed``."""
    if not text or text[0] not in allowed:
        why = f"the {what} does not begin with one of {', '.join(allowed)}"
        raise RowError(why)
    return int(text[0])


def decimal(text: str, what: str) -> str:
    """A decimal number as written, without separators of thousands; or nothing."""
    plain = text.replace(",", "")
    if not _DECIMAL.fullmatch(plain) or plain == "-":
        why = f"the {what} is not a decimal number"
        raise RowError(why)
    return plain


def indicator(text: str, what: str, longest: int) -> str:
    """A short indicator as written."""
    if len(text) > longest:
        why = f"the {what} is longer than {longest} characters"
        raise RowError(why)
    return text


def day(text: str, what: str) -> int:
    """A day as YYYYMMDD, from YYYYMMDD, YYYY-MM-DD, MM/DD/YYYY or YYYYDDD; 0 for nothing."""
    if text in _NOTHING:
        return 0
    found = _day(text)
    if found is None:
        why = f"the {what} is not a date"
        raise RowError(why)
    return as_number(found)


def ended(text: str, what: str) -> int:
    """The first day after the last day given, as YYYYMMDD; the day that never comes for nothing or 9999-12-31."""
    if text in _NOTHING:
        return NEVER
    found = _day(text)
    if found is None:
        why = f"the {what} is not a date"
        raise RowError(why)
    return NEVER if found == date.max else as_number(found + timedelta(days=1))


def _day(text: str) -> date | None:
    try:
        for pattern, (year, month, place) in _NUMBERS.items():
            if found := pattern.fullmatch(text):
                return date(int(found[year]), int(found[month]), int(found[place]))
        if found := _DAY_OF_YEAR.fullmatch(text):
            first = date(int(found[1]), 1, 1)
            counted = first + timedelta(days=int(found[2]) - 1)
            return counted if counted.year == first.year else None
    except (ValueError, OverflowError):
        return None
    return None
