"""Numbers that ICD-10-CM tells codes apart by, in the words of its titles: weeks of pregnancy and time without consciousness."""

from __future__ import annotations

import re
from functools import lru_cache

from consultant.knowledge.condition_words import words_of_line
from consultant.matching.pregnancy_weeks import trimester

_UNCONSCIOUS = re.compile(
    r"\b(?:LOC|loss of consciousness|unconscious)\b[^.\d\n]{0,30}(?P<number>\d{1,3})\s?(?P<unit>min\w*|hours?|hrs?|sec\w*)",
    re.IGNORECASE,
)
_BANDS = (
    (30, "30 minutes or less"),
    (59, "31 minutes to 59 minutes"),
    (359, "1 hour to 5 hours 59 minutes"),
    (1440, "6 hours to 24 hours"),
    (10**9, "greater than 24 hours"),
)


@lru_cache(maxsize=64)
def numbers_in_words(text: str) -> frozenset[str]:
    """The canonical words that the numbers of the text stand for."""
    told = _UNCONSCIOUS.search(text)
    return trimester(text) | (frozenset(words_of_line(_band(told))) if told else frozenset())


def _band(told: re.Match[str]) -> str:
    unit = told["unit"].lower()
    minutes = int(told["number"]) * (60 if unit.startswith("h") else 1) if not unit.startswith("s") else 1
    return f"loss of consciousness {next(words for most, words in _BANDS if minutes <= most)}"
