"""What the numbers beside a drug mean: a dose, what a container holds, a strength, a rate, or what was discarded.

The words stand in dose_rules.json. "Five 100 mg vials" and "two vials of 50 mg" hold 500 and 100 mg; "40 mg each knee" is given
twice, "4 mg x 2" too. A rate or a strength ("5 mg/kg", "40 mg/mL") is no dose. Known limit: of a strength and a volume no dose
is worked out unless nothing else is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from consultant.matching.calculators.word_patterns import any_of, number_of, number_pattern
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Quantity

_TABLE = "dose_rules.json"
_KEYS = ("containers", "container_kinds", "wasted", "around_wasted", "rates", "not_given", "each", "pairs", "total")
_AROUND = 60
_PAIR = 2


class DoseRole(StrEnum):
    """What a number beside a drug is."""

    GIVEN = "given"
    TOTAL = "total"
    HELD = "held"
    STRENGTH = "strength"
    DISCARDED = "discarded"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Dose:
    """One number with what it is, and how often it counts."""

    quantity: Quantity
    role: DoseRole
    times: float = 1.0


@dataclass(frozen=True, slots=True)
class _Signs:
    rate: re.Pattern[str]
    strength: re.Pattern[str]
    wasted_after: re.Pattern[str]
    wasted_before: re.Pattern[str]
    not_given: re.Pattern[str]
    held: re.Pattern[str]
    held_before: re.Pattern[str]
    number_before: re.Pattern[str]
    each: re.Pattern[str]
    times: re.Pattern[str]
    total_before: re.Pattern[str]
    total_after: re.Pattern[str]


def doses(quantities: Iterable[Quantity], text: str) -> list[Dose]:
    """Each quantity with what it means, in order of place."""
    return [_dose(quantity, text) for quantity in sorted(set(quantities), key=lambda q: q.span)]


def _dose(quantity: Quantity, text: str) -> Dose:
    signs = _signs()
    before = text[max(0, quantity.span.start - _AROUND) : quantity.span.start]
    after = text[quantity.span.end : quantity.span.end + _AROUND]
    if signs.strength.match(after):
        return Dose(quantity, DoseRole.STRENGTH)
    if signs.rate.match(after) or signs.not_given.match(after):
        return Dose(quantity, DoseRole.OTHER)
    if signs.wasted_after.match(after) or signs.wasted_before.search(before):
        return Dose(quantity, DoseRole.DISCARDED)
    held_before = signs.held_before.search(before)
    if held_before or signs.held.match(after):
        number = held_before or signs.number_before.search(before)
        return Dose(quantity, DoseRole.HELD, number_of(number["number"]) if number else 1.0)
    role = DoseRole.TOTAL if signs.total_before.search(before) or signs.total_after.match(after) else DoseRole.GIVEN
    times = signs.times.match(after)
    return Dose(quantity, role, float(times["times"]) if times else float(_PAIR if signs.each.match(after) else 1))


@cache
def _signs() -> _Signs:
    table = read_table(_TABLE)
    refuse_unknown(table, _KEYS, _TABLE)
    words = {key: any_of(words_of(table, key, _TABLE)) for key in _KEYS}
    kinds, containers, around = words["container_kinds"], words["containers"], words["around_wasted"]
    route = r"(?:\s+(?:im|iv|sq|sc|subq))?"
    forms = {
        "rate": rf"^\s*(?:/|per\s+)\s*(?:{words['rates']})\b",
        "strength": r"^\s*(?:/|per\s+)\s*(?:ml|cc)\b",
        "wasted_after": rf"^[\s,(-]*(?:(?:{around})\s+)*(?:{words['wasted']})\b(?![\s:=]*\d)",
        "wasted_before": rf"\b(?:{words['wasted']})[\s:=,(]+(?:(?:{around})\s+)*$",
        "not_given": rf"^[\s,]*(?:{words['not_given']})(?![\w.])",
        "held": rf"^[\s-]*(?:(?:{kinds})[\s-]+)*(?:{containers})\b",
        "held_before": rf"\b(?P<number>{number_pattern()})\s+(?:(?:{kinds})[\s-]+)*(?:{containers})\s+(?:of|at|x)\s+$",
        "number_before": rf"\b(?P<number>{number_pattern()})\s+(?:x\s+)?(?:(?:{kinds})[\s-]+)*$",
        "each": rf"^{route}[\s,]+(?:{words['each']})\s+(?:{words['pairs']})\b",
        "times": rf"^{route}\s*x\s?(?P<times>[1-9])\b(?!\s*(?:days?|weeks?|months?|hours?|cm))",
        "total_before": rf"\b(?:{words['total']})(?:\s+[a-z]+)?[\s:=]+$",
        "total_after": rf"^\s+(?:{words['total']})\b",
    }
    return _Signs(**{name: re.compile(form, re.IGNORECASE) for name, form in forms.items()})
