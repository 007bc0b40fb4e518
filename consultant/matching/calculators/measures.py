"""Measures of one act: its lengths in centimetres with what each is a measure of, told by the words beside it.

The words stand in amount_rules.json: ``before`` and ``after`` a number, and those that may stand between (``leading``,
``trailing``). Numbers of one product ("1.2 x 0.8 cm") are one measure with several sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import CareEvent, Quantity, Span

_TABLE = "amount_rules.json"
_IN_CM = {"cm": 1.0, "mm": 0.1, "inch": 2.54}
_AROUND = 60
"""So many characters around a number are looked at."""


class Role(StrEnum):
    """What a length is a measure of."""

    SIZE = "size"
    MARGIN = "margin"
    DEPTH = "depth"
    EXCISED = "excised"
    CLOSURE = "closure"
    LESION = "lesion"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its sides in centimetres, the longest first."""

    sides: tuple[float, ...]
    span: Span
    role: Role


@dataclass(frozen=True, slots=True)
class Amount:
    """What a calculator worked out, the places it rests on, and how, in a few words ("1.2 + 2 x 0.3 cm")."""

    value: float
    spans: tuple[Span, ...]
    told: str


@dataclass(frozen=True, slots=True)
class _Signs:
    role: Role
    before: re.Pattern[str]
    after: re.Pattern[str]


def measures_of(events: Iterable[CareEvent], text: str) -> list[Measure]:
    """The lengths that are bound to the acts, in order of place."""
    lengths = sorted({q for event in events for q in event.quantities if q.unit in _IN_CM}, key=lambda q: q.span)
    products: list[list[Quantity]] = []
    for one in lengths:
        # The numbers of a product end at one place, that of their common unit.
        if products and products[-1][0].span.end == one.span.end:
            products[-1].append(one)
        else:
            products.append([one])
    return [_measure(product, products, number, text) for number, product in enumerate(products)]


def _measure(product: Sequence[Quantity], products: Sequence[Sequence[Quantity]], number: int, text: str) -> Measure:
    span = Span(product[0].span.start, product[0].span.end)
    start = max(products[number - 1][0].span.end if number else 0, span.start - _AROUND)
    end = min(products[number + 1][0].span.start if number + 1 < len(products) else len(text), span.end + _AROUND)
    sides = sorted((round(one.value * _IN_CM[one.unit], 4) for one in product), reverse=True)
    return Measure(tuple(sides), span, _role(text[start : span.start], text[span.end : end]))


def _role(before: str, after: str) -> Role:
    for signs in _signs():
        if signs.after.match(after) or signs.before.search(before):
            return signs.role
    return Role.SIZE


@cache
def _signs() -> tuple[_Signs, ...]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("leading", "trailing", "roles"), _TABLE)
    leading, trailing = (_any(words_of(table, key, _TABLE)) for key in ("leading", "trailing"))
    found = []
    for number, row in enumerate(table["roles"], 1):
        place = f"{_TABLE}: role {number}"
        refuse_unknown(row, ("role", "before", "after"), place)
        before, after = (_any(words_of(row, key, place)) for key in ("before", "after"))
        found.append(
            _Signs(
                Role(row["role"]),
                re.compile(rf"\b(?:{before})\b(?:[\s:=,~(-]+(?:{leading})\b)*[\s:=~(-]*$", re.IGNORECASE),
                re.compile(rf"^[\s)-]*(?:(?:{trailing})\b\s*)*(?:{after})\b", re.IGNORECASE),
            )
        )
    return tuple(found)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def written(value: float) -> str:
    """The number as one writes it: without needless decimals."""
    return f"{round(value, 2):.12g}"
