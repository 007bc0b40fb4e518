"""Weeks of pregnancy: the trimester in the words of ICD-10-CM, and the code of the completed weeks beside codes of chapter 15.

The trimesters are counted as the head of chapter 15 does: less than 14 weeks, 14 to less than 28, 28 and more. The weeks are not
coded beside abortive outcomes or what happens after the birth, and are coded as not told where the mail says that nobody wrote
them down (guideline I.C.21.c.11). Known limit: weeks written as words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from consultant.knowledge.conditions import Conditions
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Confidence, Diagnosis

_TABLE = "pregnancy_rules.json"
_WEEKS = re.compile(
    r"\b(?P<weeks>\d{1,2})(?:\s*(?:\+\s*)?\d/7)?[ -]?(?:w\d?d?|wks?|weeks?)\b"
    r"(?!\s*(?:ago|post|pp\b|old|later|after|prior|s/p|of (?:age|life)|apart|visit))",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:weeks?|gestational age|gestation)\b[^.\n]{0,25}\b(?:not|un)\s?"
    r"(?:documented|known|stated|written|specified|given|told|recorded)"
    r"|\bunknown (?:weeks|gestation\w*)",
    re.IGNORECASE,
)
_TRIMESTERS = ((14, "first"), (28, "second"), (99, "third"))
_EARLIEST, _LATEST = 8, 42
_YOUNGEST, _OLDEST = 4, 44
_SCORE = 0.9


def weeks_told(text: str) -> re.Match[str] | None:
    """Where the text tells the weeks of pregnancy."""
    return next((m for m in _WEEKS.finditer(text) if _YOUNGEST <= int(m["weeks"]) <= _OLDEST), None)


def trimester(text: str) -> frozenset[str]:
    """The words of ICD-10-CM for the trimester that the weeks are in; nothing when they are not told."""
    told = weeks_told(text)
    if told is None:
        return frozenset()
    return frozenset({next(word for end, word in _TRIMESTERS if int(told["weeks"]) < end), "trimester"})


def with_weeks(text: str, found: Sequence[Diagnosis], conditions: Conditions) -> tuple[Diagnosis, ...]:
    """The diagnoses with the code of the weeks, where there is one that it stands beside and none yet."""
    table = _table()
    unfit, category = words_of(table, "not_beside", _TABLE), str(table["category"])
    has_one = any(d.code.startswith(category) for d in found)
    not_told = _UNKNOWN.search(text)
    beside = words_of(table, "beside", _TABLE)
    fitting = [d for d in found if d.code.startswith(beside) and (not_told or not d.code.startswith(unfit))]
    told = not_told or weeks_told(text)
    if has_one or told is None or not fitting:
        return tuple(found)
    code = f"{category}.{_characters('' if not_told else told['weeks'])}"
    evidence = Evidence.quoting(text, Span(*told.span()))
    because = f"“{evidence.text}” is coded beside the codes of pregnancy."
    return (*found, Diagnosis(code, conditions.title(code), Confidence.HIGH, _SCORE, (evidence,), (because,)))


def _characters(weeks: str) -> str:
    """The last characters of the code: two digits for 8 to 42 weeks, one code for less and one for more."""
    table = _table()
    if not weeks:
        return str(table["not_told"])
    number = int(weeks)
    return str(table["less"] if number < _EARLIEST else table["more"] if number > _LATEST else f"{number:02d}")


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("category", "beside", "not_beside", "not_told", "less", "more"), _TABLE)
    return table
