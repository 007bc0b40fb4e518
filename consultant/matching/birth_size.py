"""Birth weight and weeks of a newborn as codes of chapter 16; the bands are those of the titles in the tabular list.

Both are coded, the weight first (note at the category); a weight is not coded from it beside what says the baby is small for its
age. Pounds and ounces are turned into grams. Known limit: read only where the mail speaks of a newborn and not of its mother.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from consultant.knowledge.conditions import Conditions
from consultant.matching.pregnancy_weeks import weeks_told
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Confidence, Diagnosis

_TABLE = "birth_rules.json"
_NEWBORN = re.compile(r"\b(?:newborn|neonat\w+|baby|infant|preemie|birth ?weight|NICU)\b", re.IGNORECASE)
_MOTHER = re.compile(r"\b(?:G\d\s?P\d|gravida|mother delivered|patient delivered|pt delivered|prenatal)", re.IGNORECASE)
_GRAMS = re.compile(r"\b(?P<grams>\d,?\d{2,3})\s?(?:g|gm|gms|gr|grams?)\b", re.IGNORECASE)
_KILOGRAMS = re.compile(r"\b(?P<kilograms>\d(?:\.\d+)?)\s?kg\b", re.IGNORECASE)
_POUNDS = re.compile(
    r"\b(?P<pounds>\d{1,2}(?:\.\d+)?)\s?(?:lbs?|pounds?)\.?(?:,?\s?(?:and )?(?P<ounces>\d{1,2}(?:\.\d+)?)\s?(?:oz|ounces?))?",
    re.IGNORECASE,
)
_BAND = re.compile(r"(?P<low>\d+)-(?P<high>\d+) grams|less than (?P<less>\d+) grams")
_GRAMS_IN_POUND, _GRAMS_IN_OUNCE = 453.592, 28.3495
_SMALLEST, _FULL_TERM = 24, 37
_SCORE = 0.9


def with_birth_size(text: str, found: Sequence[Diagnosis], conditions: Conditions) -> tuple[Diagnosis, ...]:
    """The diagnoses with those for a low weight at birth and for a birth before term."""
    table = _table()
    if (
        not _NEWBORN.search(text)
        or _MOTHER.search(text)
        or any(d.code.startswith(words_of(table, "mother", _TABLE)) for d in found)
    ):
        return tuple(found)
    small = any(d.code.startswith(words_of(table, "small", _TABLE)) for d in found)
    told = [] if small else list(_by_weight(text, conditions))
    # The weight stands first: the weeks rest on its words too.
    told += [
        replace(one, evidence=(*(e for weight in told for e in weight.evidence), *one.evidence))
        for one in _by_weeks(text, conditions)
    ]
    stands_for_all = words_of(table, "untold", _TABLE) if told else ()
    kept = [d for d in found if not (stands_for_all and d.code.startswith(stands_for_all))]
    return (*kept, *(one for one in told if all(one.code != d.code for d in kept)))


def _by_weight(text: str, conditions: Conditions) -> Iterator[Diagnosis]:
    told = _weight(text)
    if told is None:
        return
    grams, place = told
    for code in _codes(words_of(_table(), "weights", _TABLE), conditions):
        band = _BAND.search(conditions.title(code))
        if band and (grams < float(band["less"]) if band["less"] else float(band["low"]) <= grams < float(band["high"]) + 1):
            yield _diagnosis(text, place, code, conditions)
            return


def _weight(text: str) -> tuple[float, Span] | None:
    """The first weight told, in grams, and where."""
    if found := _GRAMS.search(text):
        return float(found["grams"].replace(",", "")), Span(*found.span())
    if found := _KILOGRAMS.search(text):
        return float(found["kilograms"]) * 1000, Span(*found.span())
    if found := _POUNDS.search(text):
        grams = float(found["pounds"]) * _GRAMS_IN_POUND + float(found["ounces"] or 0) * _GRAMS_IN_OUNCE
        return grams, Span(*found.span())
    return None


def _by_weeks(text: str, conditions: Conditions) -> list[Diagnosis]:
    told = weeks_told(text)
    if told is None or not _SMALLEST - 4 < int(told["weeks"]) < _FULL_TERM:
        return []
    weeks = re.compile(rf"\b(?:less than {_SMALLEST}|{told['weeks']}) completed weeks")
    wanted = int(told["weeks"])
    for code in _codes(words_of(_table(), "weeks", _TABLE), conditions):
        title = conditions.title(code)
        found = weeks.search(title)
        if found and (f"less than {_SMALLEST}" in found[0]) == (wanted < _SMALLEST - 1):
            return [_diagnosis(text, Span(*told.span()), code, conditions)]
    return []


def _codes(places: Sequence[str], conditions: Conditions) -> Iterator[str]:
    for place in places:
        yield from conditions.below(place)


def _diagnosis(text: str, place: Span, code: str, conditions: Conditions) -> Diagnosis:
    evidence = Evidence.quoting(text, place)
    because = f"“{evidence.text}” is what ICD-10-CM calls “{conditions.title(code)}”."
    return Diagnosis(code, conditions.title(code), Confidence.HIGH, _SCORE, (evidence,), (because,))


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("weights", "weeks", "small", "mother", "untold"), _TABLE)
    return table
