"""Numbers with units, and times from a clock: "1.2 cm", "7 x 6 cm", "two views", "40 mg", "09:40 - 11:50".

Units are normalised (quantity_rules.json); a product of lengths gives each length, and a range of clock times gives its minutes.
"x3" counts; any other number without a unit is no quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Quantity, Span

_TABLE = "quantity_rules.json"
_CLOCK = re.compile(
    r"(?<![\d:])(?P<h1>[01]?\d|2[0-3]):(?P<m1>[0-5]\d)\s*(?:[ap]m)?\s*(?:-|to|stop|until|til)\s*(?P<h2>[01]?\d|2[0-3]):(?P<m2>[0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?<![\w.])(?<!\d )(?<!cm )(?<!mm )[xX] ?(?P<times>\d{1,3})(?![\w.%/])"
    r"(?! ?(?:cm|mm|x\b|days?|weeks?|wks?|months?|years?|yrs?|hours?|hrs?))"
)
_HALF_DAY, _HOUR = 720, 60


@dataclass(frozen=True, slots=True)
class _Units:
    pattern: re.Pattern[str]
    unit_of: dict[str, str]
    numbers: dict[str, float]


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of ``text`` in order of place."""
    return tuple(sorted((*_measures(text), *_durations(text), *_times(text)), key=lambda q: q.span))


def _measures(text: str) -> Iterator[Quantity]:
    units = _units()
    for match in units.pattern.finditer(text):
        unit = units.unit_of[" ".join(match["unit"].lower().split())]
        for group in ("first", "second", "number"):
            if match[group]:
                start = match.start(group)
                yield Quantity(Span(start, match.end()), _value(match[group], units.numbers), unit)


def _times(text: str) -> Iterator[Quantity]:
    for match in _TIMES.finditer(text):
        yield Quantity(Span(*match.span()), float(match["times"]), "count")


def _durations(text: str) -> Iterator[Quantity]:
    for match in _CLOCK.finditer(text):
        start = int(match["h1"]) * _HOUR + int(match["m1"])
        minutes = int(match["h2"]) * _HOUR + int(match["m2"]) - start
        # "11:40 - 1:10" runs over noon on a twelve-hour clock.
        minutes += _HALF_DAY if minutes < 0 else 0
        if minutes > 0:
            yield Quantity(Span(*match.span()), float(minutes), "min")


def _value(number: str, words: dict[str, float]) -> float:
    return words[number.lower()] if number.lower() in words else float(number.replace(",", ""))


@cache
def _units() -> _Units:
    table = read_table(_TABLE)
    refuse_unknown(table, ("units", "numbers"), _TABLE)
    unit_of = {word: row["unit"] for row in table["units"] for word in words_of(row, "words", _TABLE)}
    numbers = {word: float(value) for word, value in table["numbers"].items()}
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,6}(?:\.\d{1,4})?|\.\d{1,3}"
    units = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(unit_of, key=len, reverse=True))
    names = "|".join(numbers)
    pattern = re.compile(
        rf"(?<![\w.$/-])(?:(?P<first>{digits}) ?(?:cm|mm)? ?[xX] ?(?:(?P<second>{digits}) ?(?:cm|mm)? ?[xX] ?)?)?"
        rf"(?P<number>{digits}|(?i:{names}))[ -]?(?P<unit>(?i:{units}))(?![\w%])"
    )
    return _Units(pattern, unit_of, numbers)
