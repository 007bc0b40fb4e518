"""The words by which questions are understood: data beside this module, so that language is mended without touching code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from consultant.errors import KnowledgeError

_TABLE = "question_words.json"
_KEYS = (
    *("question_starts", "question_signs", "rule_questions", "patterns", "synonyms", "stop"),
    *("modifiers_alone", "modifier_before", "modifier_after", "modifier_never_before", "modifier_never_after"),
)


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The table, compiled."""

    starts: frozenset[str]
    """First words of a sentence that asks."""
    signs: re.Pattern[str]
    rules: re.Pattern[str]
    """What makes a question one for a rule, also inside a case."""
    patterns: dict[str, re.Pattern[str]]
    """By what is asked: how questions say it."""
    synonyms: dict[str, str]
    stop: frozenset[str]
    modifiers_alone: frozenset[str]
    """Modifiers of letters that are nothing else, and need no word beside them."""
    modifier_before: re.Pattern[str]
    modifier_after: re.Pattern[str]
    modifier_never_before: re.Pattern[str]
    modifier_never_after: re.Pattern[str]


@cache
def question_words() -> QuestionWords:
    """The table. Raises KnowledgeError when it is damaged."""
    text = resources.files(__package__).joinpath(_TABLE).read_text(encoding="utf-8")
    try:
        table = json.loads(text)
    except json.JSONDecodeError as error:
        msg = f"{_TABLE}:{error.lineno}: not JSON ({error.msg}); mend the table"
        raise KnowledgeError(msg) from error
    if not isinstance(table, dict) or set(table) != set(_KEYS):
        msg = f"{_TABLE}: the table must have exactly the keys {', '.join(_KEYS)}"
        raise KnowledgeError(msg)
    return QuestionWords(
        starts=frozenset(table["question_starts"]),
        signs=_any(table["question_signs"]),
        rules=_any(table["rule_questions"]),
        patterns={name: _any(ways) for name, ways in table["patterns"].items()},
        synonyms=table["synonyms"],
        stop=frozenset(table["stop"]),
        modifiers_alone=frozenset(table["modifiers_alone"]),
        **{key: _one(table[key]) for key in _KEYS if key.startswith("modifier_")},
    )


def _any(ways: list[str]) -> re.Pattern[str]:
    return _one("|".join(f"(?:{way})" for way in ways))


def _one(pattern: Any) -> re.Pattern[str]:  # noqa: ANN401  (what JSON holds at this key)
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, TypeError) as error:
        msg = f"{_TABLE}: {pattern!r} is no pattern ({error}); mend the table"
        raise KnowledgeError(msg) from error
