"""The question for the side, added where the codes still in question are for one side and the mail tells none.

Matching asks what its families know to ask. That a code is for one of two sides, the fee schedule tells: bilateral indicator 1. The
same question is asked of nobody who has told a side, or is asked for one already.
"""

from __future__ import annotations

import re
from dataclasses import replace

from consultant.coding.claim import unique
from consultant.coding.figures import Indicator, indicator
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.coding import Question

ABOUT = "side"
_ONE_OF_TWO = "1"
_ASK = "Which side was it: right, left, or both?"
_TOLD = re.compile(
    r"\b(?:right|left|bilat\w*|both\s+(?!\?)\w+|rt|lt|[rl](?=\s+(?:knee|hip|shoulder|eye|ear|wrist|ankle|hand|foot|breast|ureter|kidney|inguinal)))\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:side|lateral\w*|right|left)\b", re.IGNORECASE)


def with_sides(reading: Reading, knowledge: Knowledge) -> Reading:
    """The reading, with the question for the side where it is open and decides a modifier."""
    if reading.disposition is not Disposition.ASK or reading.kind is CaseKind.QUESTION:
        return reading
    asked = tuple(_named(one) for one in reading.questions)
    reading = replace(reading, questions=asked)
    if _TOLD.search(reading.text) or any(_ASKED.search(one.about) for one in asked):
        return reading
    codes = unique(code for question in reading.questions for code in question.decides)
    sided = tuple(code for code in codes if _is_sided(code, reading, knowledge))
    if not sided:
        return reading
    return replace(reading, questions=(*reading.questions, Question(ABOUT, _ASK, sided)))


def _named(question: Question) -> Question:
    """The question, named after the side too when its words ask for it among other things."""
    if not _ASKED.search(question.question) or _ASKED.search(question.about):
        return question
    return replace(question, about=f"{question.about}, {ABOUT}")


def _is_sided(code: str, reading: Reading, knowledge: Knowledge) -> bool:
    found = indicator(code, Indicator.BILATERAL, reading.date_of_service, knowledge)
    return found is not None and found.value == _ONE_OF_TWO
