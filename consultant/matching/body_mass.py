"""The body mass index of an adult as its status code, beside a diagnosis of weight that the mail gives.

ICD-10-CM guideline I.B.14: the index may come from any clinician's note, and is coded only beside an associated diagnosis (obesity,
overweight, malnutrition). The bands are those of the titles in the tabular list. Known limit: children are told by percentiles,
which are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from consultant.knowledge.conditions import Conditions
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Confidence, Diagnosis

_TABLE = "body_mass_rules.json"
_TOLD = re.compile(r"\b(?:BMI|body mass index)\b[^\d\n]{0,20}(?P<value>\d{2}(?:\.\d{1,2})?)(?![\d%])", re.IGNORECASE)
_BAND = re.compile(r"(?P<low>\d+(?:\.\d)?)(?:-(?P<high>\d+(?:\.\d)?)| or (?P<open>greater|less)), adult")
_ADULT = 20
_SCORE = 0.9


def body_mass(text: str, found: Sequence[Diagnosis], age: str, conditions: Conditions) -> tuple[Diagnosis, ...]:
    """The status code for the body mass index that the text gives, once; nothing without a diagnosis that it belongs to."""
    told = _TOLD.search(text)
    is_child = age.isdecimal() and int(age) < _ADULT
    if told is None or is_child or not any(d.code.startswith(_weight()) for d in found):
        return ()
    value = float(told["value"])
    code = next((code for code, title in _billable(_table()["category"], conditions) if _holds(title, value)), "")
    if not code or any(d.code == code for d in found):
        return ()
    evidence = Evidence.quoting(text, Span(*told.span()))
    because = f"“{evidence.text}” is in the band of {code}, coded beside the diagnosis of weight."
    return (Diagnosis(code, conditions.title(code), Confidence.HIGH, _SCORE, (evidence,), (because,)),)


def _weight() -> tuple[str, ...]:
    return words_of(_table(), "beside", _TABLE)


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("category", "beside"), _TABLE)
    return table


def _billable(code: str, conditions: Conditions) -> Iterator[tuple[str, str]]:
    below = conditions.below(code)
    if not below:
        yield code, conditions.title(code)
    for child in below:
        yield from _billable(child, conditions)


def _holds(title: str, value: float) -> bool:
    """Whether the band in a title holds the value; bands are told to one place, so values are rounded down to it."""
    band = _BAND.search(title)
    if band is None:
        return False
    low, rounded = float(band["low"]), int(value * 10) / 10
    if band["open"]:
        return rounded >= low if band["open"] == "greater" else rounded <= low
    return low <= rounded <= float(band["high"])
