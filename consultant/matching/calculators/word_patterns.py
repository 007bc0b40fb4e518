"""Patterns made of the words of data tables, and numbers that are written as digits or as words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from consultant.matching.tables import read_table

_NUMBERS = "quantity_rules.json"


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; one that never matches when there is none."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def number_pattern() -> str:
    """A pattern for a whole number, as digits or as one word."""
    return rf"\d{{1,4}}|{any_of(_numbers())}"


def number_of(written: str) -> float:
    """The number that was written as digits or as a word."""
    word = " ".join(written.lower().split())
    return _numbers()[word] if word in _numbers() else float(word)


@cache
def _numbers() -> dict[str, float]:
    return {word: float(value) for word, value in read_table(_NUMBERS)["numbers"].items()}
