"""Reading edition and effective date out of the names of official files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_QUARTER = re.compile(r"(?<!\d)(20\d\d)[-_ ]?Q([1-4])(?!\d)", re.IGNORECASE)
_US = re.compile(r"(?<!\d)(\d\d)-(\d\d)-(20\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)(?:-(\d\d))?(?!\d)")
_MONTH = re.compile(rf"(?<!\d)(20\d\d)[-_ ]?({'|'.join(_MONTHS)})[A-Z]*(?![A-Z])", re.IGNORECASE)
_FISCAL = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_APRIL = re.compile(r"April", re.IGNORECASE)


def day_in(names: Iterable[str]) -> date | None:
    """The first day that one of the file names tells: a quarter, a date, a month."""
    return next((day for name in names if (day := _day(name))), None)


def quarter(day: date) -> str:
    """How a quarterly edition is called: ``2026 Q2``."""
    return f"{day.year} Q{(day.month - 1) // 3 + 1}"


def month(day: date) -> str:
    """How a monthly edition is called: ``2025-10``."""
    return f"{day.year}-{day.month:02}"


def month_number(name: str) -> int | None:
    """The number of a month from its English name or the first three letters of it."""
    return next((place for place, known in enumerate(_MONTHS, start=1) if name.upper().startswith(known)), None)


def icd10cm_day(names: Iterable[str]) -> date | None:
    """The day from which a release of ICD-10-CM is in force: the October before its fiscal year, or April in it."""
    for name in names:
        if found := _FISCAL.search(name):
            year = int(found[1])
            return date(year, 4, 1) if _APRIL.search(name) else date(year - 1, 10, 1)
    return None


def _day(name: str) -> date | None:
    try:
        if found := _QUARTER.search(name):
            return date(int(found[1]), int(found[2]) * 3 - 2, 1)
        if found := _US.search(name):
            return date(int(found[3]), int(found[1]), int(found[2]))
        if found := _ISO.search(name):
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        if found := _MONTH.search(name):
            return date(int(found[1]), month_number(found[2]) or 1, 1)
    except ValueError:
        return None
    return None
