"""Amounts that calculators work out, what families may ask of them, and the units that codes stand for.

A range is written as coders write it: ``0.6-1.0``, ``-0.5`` (0.5 or less), ``30.1-``; both ends belong to it. Between two ranges
nothing is left out: an amount is first rounded **up** to the decimals in which the range is written, so that 0.55 cm is one of
``0.6-1.0`` and 2.51 cm one of ``2.6-7.5``; minutes and counts are written without decimals.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from consultant.knowledge.family import UnitRule
from consultant.knowledge.yaml_source import Entry, Word

CALCULATORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "summed-lengths": ("length",),
        "summed-areas": ("area",),
        "excised-diameter": ("diameter",),
        "counted": ("count",),
        "added": ("count",),
        "counted-by-name": ("count",),
        "minutes-bands": ("minutes",),
        "critical-minutes": ("minutes", "half-hours"),
        "per-amount": ("mg", "mcg", "ml", "units"),
        "quarter-hours": ("minutes", "fifteens"),
        "infusions": (
            *("chemo-infusion-first", "chemo-infusion-hours", "chemo-infusion-further", "chemo-push-first", "chemo-push-further"),
            *("infusion-first", "infusion-hours", "infusion-further", "infusion-concurrent"),
            *("push-first", "push-further", "push-repeated", "hydration-first", "hydration-hours", "untimed"),
        ),
        "injections": ("injections", "complex-injections", "hormonal-injections"),
        "skin-biopsies": (
            *("incisional-first", "incisional-further", "punch-first", "punch-further"),
            *("tangential-first", "tangential-further"),
        ),
        "vaccine-components": ("components",),
        "vaccine-counts": ("injected", "swallowed"),
        "spine-levels": ("levels",),
        "staged-removal": ("stages", "extra-blocks"),
        "medical-decisions": ("mdm", "problems", "data", "risk", "total-minutes", "minutes"),
    }
)
"""The calculators that a family may name, and the amounts that each works out."""
RANGE = re.compile(r"(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?")
_DIGITS = 6
"""Amounts alike in so many decimals are the same; sums of decimal fractions are not exact."""


def accepts(written: str, amount: float) -> bool:
    """Whether the amount lies in the range as written; see the module docstring for what lies between two ranges."""
    bounds = RANGE.fullmatch(written)
    if bounds is None:
        return False
    scale = 10 ** max(_decimals(bounds[1] or ""), _decimals(bounds[2] or ""))
    rounded = math.ceil(round(amount * scale, _DIGITS)) / scale
    return (not bounds[1] or float(bounds[1]) <= rounded) and (not bounds[2] or rounded <= float(bounds[2]))


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def units_of(rule: UnitRule, amount: float) -> int:
    """How many units the amount makes: one for each part begun over what the rule leaves out; 0 when nothing is over."""
    return max(0, math.ceil(round((amount - rule.over) / rule.each, _DIGITS)))


def read_calculator(file: Entry) -> str:
    """The calculator that a family names, refused when there is no such; empty when it names none."""
    word = file.word("calculator")
    if word.text and word.text not in CALCULATORS:
        file.refusals.add(word.place, f"there is no calculator {word.text!r}", f"use one of {', '.join(CALCULATORS)}")
        return ""
    return word.text


def read_quantity(entry: Entry, calculator: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The amounts that a condition asks for, each with its ranges."""
    quantity = entry.entry("quantity")
    for name in quantity:
        _refuse_strange(quantity, name, calculator)
        for word in quantity.words(name.text):
            if not _is_range(word.text):
                entry.refusals.add(word.place, f"no amount is in the range {word.text!r}", "write -0.5, 0.6-1.0 or 30.1-")
    return tuple((name.text, quantity.texts(name.text)) for name in quantity)


def read_unit_rule(entry: Entry, calculator: str) -> UnitRule | None:
    """The ``one_unit`` of a code: ``{length: 5, over: 7.5}`` is one unit for each 5 cm begun over 7.5 cm."""
    if "one_unit" not in entry:
        return None
    rule = entry.entry("one_unit")
    names = [name for name in rule if name.text != "over"]
    each = _number(rule, names[0].text) if names else 0.0
    if len(names) != 1 or each <= 0:
        rule.refusals.add(rule.place, "one unit needs one amount", "write {length: 5, over: 7.5}")
        return None
    _refuse_strange(rule, names[0], calculator)
    over = _number(rule, "over") if "over" in rule else 0.0
    return UnitRule(names[0].text, each, over)


def _refuse_strange(entry: Entry, name: Word, calculator: str) -> None:
    known = CALCULATORS.get(calculator, ())
    if name.text not in known:
        mend = f"use {', '.join(known)}" if known else "name a `calculator` for the family"
        entry.refusals.add(name.place, f"nothing works out the amount {name.text!r}", mend)


def _is_range(text: str) -> bool:
    bounds = RANGE.fullmatch(text)
    if bounds is None or not (bounds[1] or bounds[2]):
        return False
    return not (bounds[1] and bounds[2]) or float(bounds[1]) <= float(bounds[2])


def _number(entry: Entry, key: str) -> float:
    word = entry.word(key)
    try:
        return float(word.text)
    except ValueError:
        entry.refusals.add(word.place, f"{word.text!r} is no number", "write a number such as 5 or 7.5")
        return 0.0
