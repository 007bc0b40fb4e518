"""Dates of other care that a mail tells, for rules that count days between two services."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DATE = re.compile(
    r"(?<![\d/])(?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>\d{4}|\d\d)(?![\d/])|(?<!\d)(?P<iso>\d{4}-\d\d-\d\d)(?!\d)"
)
_POSTOPERATIVE_DAY = re.compile(r"\b(?:post-?op(?:erative)?\s+day|pod)\s*#?\s*(?P<days>\d{1,3})\b", re.IGNORECASE)
_CENTURY = 2000
_LONGEST = timedelta(days=366)


def earlier(text: str, on: date) -> tuple[date, ...]:
    """The days before ``on``, a year back at most, that the text names with a year or as a postoperative day, in order."""
    found = {day for match in _DATE.finditer(text) if (day := _day(match)) and on - _LONGEST <= day < on}
    found |= {on - timedelta(days=int(match["days"])) for match in _POSTOPERATIVE_DAY.finditer(text) if match["days"] != "0"}
    return tuple(sorted(found))


def _day(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        year = int(match["year"])
        return date(year + _CENTURY if year < _CENTURY else year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
