"""How much of the body is burned, by the percentages that the mail gives.

ICD-10-CM guideline I.C.19.d.6: the fourth character tells the whole extent, the fifth how much of it is of the third degree. The
whole is what is told as such, else the sum of the degrees beyond the first. Known limit: percentages of body parts by the rule of
nines are not worked out from the sites.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from consultant.knowledge.conditions import Conditions
from consultant.matching.tables import read_table, refuse_unknown
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Confidence, Diagnosis

_TABLE = "burn_rules.json"
_BURN = re.compile(r"\b(?:burn\w*|scald\w*|TBSA|corrosi\w+|thermal injur\w+)\b", re.IGNORECASE)
_CHEMICAL = re.compile(r"\b(?:chemical burns?|corrosi\w+|acid burns?|alkali burns?)\b", re.IGNORECASE)
_PERCENT = r"(?P<percent>\d{1,3}(?:\.\d+)?)\s?%"
_WHOLE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:TBSA|BSA|total(?: body surface(?: area)?)?|body surface(?: area)?)\b[^\d%.,;\n]{{0,25}}{_PERCENT}",
        rf"{_PERCENT}\s*(?:of (?:the |his |her )?)?(?:total )?(?:TBSA|BSA|body)",
    )
)
_THIRD = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:third|3rd|full)[ -](?:degree|thickness)\b[^\d%.;\n]{{0,25}}?[:,]?\s*{_PERCENT}",
        rf"{_PERCENT}\s*(?:is |are |of (?:it |which |them )?(?:is |are )?|being |were |was )?"
        r"(?:third|3rd|full)[ -](?:degree|thickness)",
    )
)
_SECOND = tuple(re.compile(pattern.pattern.replace("third|3rd|full", "second|2nd|partial"), re.IGNORECASE) for pattern in _THIRD)
_MOST = 100
_BANDS = 10
_SCORE = 0.9


def burn_extent(text: str, found: Sequence[Diagnosis], conditions: Conditions) -> tuple[Diagnosis, ...]:
    """The code for the extent, where percentages are told and no such code is there yet."""
    table = _table()
    category = str(table["corrosions" if _CHEMICAL.search(text) else "burns"])
    if not _BURN.search(text) or any(d.code.startswith((table["burns"], table["corrosions"])) for d in found):
        return ()
    third, whole = _first(_THIRD, text), _first(_WHOLE, text)
    second = _first(_SECOND, text)
    parts = [float(one["percent"]) for one in (second, third) if one]
    total = float(whole["percent"]) if whole else sum(parts)
    told = whole or third or second
    if told is None or not 0 < total <= _MOST:
        return ()
    code = _code(category, total, float(third["percent"]) if third else 0, conditions)
    evidence = Evidence.quoting(text, Span(*told.span()))
    because = f"{total:g}% of the body is burned, {third['percent'] if third else 0}% of it in the third degree."
    return (Diagnosis(code, conditions.title(code), Confidence.HIGH, _SCORE, (evidence,), (because,)),)


def _first(patterns: Sequence[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _code(category: str, total: float, third: float, conditions: Conditions) -> str:
    """The bands of ten percent stand in order below the category, and those of the third degree below each."""
    whole = conditions.below(category)[min(int(total), _MOST - 1) // _BANDS]
    deep = conditions.below(whole)
    return deep[min(int(third) // _BANDS, len(deep) - 1)] if deep else whole


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("burns", "corrosions"), _TABLE)
    return table
