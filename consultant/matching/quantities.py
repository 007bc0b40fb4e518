"""Numbers with units, and times from a clock: "1.2 cm", "7 x 6 cm", "1,200 mg", "half an hour", "two views", "09:40 - 11:50".

Units are normalised (quantity_rules.json); a product of lengths gives each length, a range of clock times its minutes (clock.py),
and of a range of numbers ("15-20 minutes") the lower one is taken, which is the one that is certain. Counted things may be told by
adjectives first ("8 thick mycotic toenails"). "x3" and "times three" count; any other number without a unit is no quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from consultant.matching.clock import clock_minutes
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Quantity, Span

_TABLE = "quantity_rules.json"
_TIMES = re.compile(
    r"(?<![\w.])(?<!\d )(?<!cm )(?<!mm )(?:[xX] ?|times )(?P<times>\d{1,3})(?![\w%/]|\.\d)"
    r"(?! ?(?:cm|mm|x\b|days?|weeks?|wks?|months?|years?|yrs?|hours?|hrs?|min))"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2} \d/\d{1,2}|\d/\d{1,2}|\d{0,2} ?[½¼¾⅓⅔⅛]|\d{1,7}(?:\.\d{1,4})?|\.\d{1,3}"
_SIGNS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}
_COUNT = "count"


@dataclass(frozen=True, slots=True)
class _Units:
    pattern: re.Pattern[str]
    counted: re.Pattern[str]
    unit_of: dict[str, str]
    numbers: dict[str, float]


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of ``text`` in order of place."""
    measures = tuple(_measures(text))
    counted = (q for q in _counted(text) if not any(q.span.overlaps(other.span) for other in measures))
    return tuple(sorted((*measures, *counted, *clock_minutes(text), *_times(text)), key=lambda q: q.span))


def _measures(text: str) -> Iterator[Quantity]:
    units = _units()
    for match in units.pattern.finditer(text):
        unit = units.unit_of[" ".join(match["unit"].lower().split())]
        factor = units.numbers[match["factor"].lower()] if match["factor"] else 1.0
        for group in ("first", "second", "number"):
            if match[group]:
                start = match.start(group)
                yield Quantity(Span(start, match.end()), _value(match[group], units.numbers) * factor, unit)


def _counted(text: str) -> Iterator[Quantity]:
    units = _units()
    for match in units.counted.finditer(text):
        yield Quantity(Span(*match.span()), _value(match["number"], units.numbers), _COUNT)


def _times(text: str) -> Iterator[Quantity]:
    for match in _TIMES.finditer(text):
        yield Quantity(Span(*match.span()), float(match["times"]), _COUNT)


def _value(number: str, words: Mapping[str, float]) -> float:
    told = " ".join(number.lower().split())
    if told in words:
        return words[told]
    for sign, fraction in _SIGNS.items():
        told = told.replace(sign, f" {fraction}")
    return float(sum(Fraction(part.replace(",", "")) for part in told.split() if not part.endswith("/0")))


@cache
def _units() -> _Units:
    table = read_table(_TABLE)
    refuse_unknown(table, ("units", "numbers", "factors", "between", "not_between"), _TABLE)
    unit_of = {word: row["unit"] for row in table["units"] for word in words_of(row, "words", _TABLE)}
    numbers = {word: float(value) for word, value in (table["numbers"] | table["factors"]).items()}
    units, names, factors = _any(unit_of), _any(table["numbers"]), _any(table["factors"])
    counted = _any(word for word, unit in unit_of.items() if unit == _COUNT)
    between = "|".join((_any(words_of(table, "between", _TABLE)), "of"))
    stop = _any({*words_of(table, "not_between", _TABLE), *unit_of, *table["numbers"], *table["factors"]})
    # Nearly no place of a text begins a number, which one look at its character tells.
    begins = rf"(?=(?i:[\d. {''.join(_SIGNS)}{''.join(sorted({word[0] for word in table['numbers']}))}]))"
    pattern = re.compile(
        rf"(?<![\w.$/,-]){begins}"
        rf"(?:(?P<first>{_DIGITS}) ?(?:cm|mm)? ?(?:[xX]|by) ?(?:(?P<second>{_DIGITS}) ?(?:cm|mm)? ?(?:[xX]|by) ?)?)?"
        rf"(?P<number>{_DIGITS}|(?i:{names}))(?: ?(?:-|to) ?(?:{_DIGITS})(?=[ -]?[a-zA-Z]))?(?: (?P<factor>(?i:{factors})))?"
        rf"(?: (?i:{between}))?[ -]?(?P<unit>(?i:{units}))(?![\w%])"
    )
    adjectives = rf"(?:(?!(?i:{stop})\b)[A-Za-z][A-Za-z-]+ ){{1,3}}"
    return _Units(
        pattern,
        re.compile(rf"(?<![\w.$/,#-]){begins}(?P<number>\d{{1,3}}|(?i:{names})) {adjectives}(?i:{counted})(?![\w%])"),
        unit_of,
        numbers,
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
