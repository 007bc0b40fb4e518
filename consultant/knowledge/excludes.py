"""Reading the codes out of notes of ICD-10-CM: ``osteoporosis (M80-M81)``, ``(M80.-)``, ``(E08-E13 with .44)``.

The tabular list writes for people. What is read here: single codes, open codes (``M80.-``, ``J09.X-``), ranges, lists of these with
commas or *and*, and the qualifiers ``with .44``, ``with final characters -23`` and ``with 7th character B``. One category, QA0, has
a letter in its second place. Codes stand in brackets; without brackets only codes with a dot or a hyphen count, since ``B12`` is a
vitamin there. Known limit: a qualifier in other words ("with open fracture 7th character") covers nothing, so that no conflict is
claimed on a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_CODE = r"(?:[A-Z]\d|QA)[0-9A-Z](?:\.[0-9A-Z]{0,4})?(?![0-9A-Za-z])"
_TOKEN = re.compile(rf"(?<![0-9A-Za-z.])({_CODE})(\.?-(?!\s*(?:[A-Z]\d|QA)))?(?:\s*-\s*({_CODE})(?:\.?-)?)?")
_BRACKETS = re.compile(r"\(([^()]*)(?:\)|$)")
_STARTS_WITH_CODE = re.compile(rf"\s*{_CODE}")
_ORDINALS = {"fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7}
_ORDINAL = "|".join(_ORDINALS)
_WITH = re.compile(r"\bwith\b")
_TAIL = re.compile(r"with \.([0-9A-Z]+)(?:-\.([0-9A-Z]+))?-?\s*")
_FINAL = re.compile(r"with final characters? -([0-9A-Z]+)\s*")
_NTH = re.compile(rf"with ({_ORDINAL})[ -](?:to (?:{_ORDINAL}) )?characters? \.?([0-9A-Z]+)\s*")
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes from ``low`` to ``high``, both included with all that is below them; written without dots.

    Of these, only codes that ``tail`` (first characters after the category, from and to), ``final`` (last characters) and ``nth``
    (position from 1, characters from there) fit, where given.
    """

    low: str
    high: str
    tail: tuple[str, str] = ("", "")
    final: str = ""
    nth: tuple[int, str] = (1, "")

    def covers(self, code: str) -> bool:
        """Whether ``code``, with or without its dot, is one of these."""
        flat = code.replace(".", "")
        if flat[: len(self.low)] < self.low or flat[: len(self.high)] > self.high:
            return False
        rest, (low, high), (position, characters) = flat[_CATEGORY:], self.tail, self.nth
        return (
            low <= rest[: len(low)]
            and rest[: len(high)] <= high
            and (not self.final or flat[_CATEGORY:].endswith(self.final))
            and flat[position - 1 :].startswith(characters)
        )


@lru_cache(maxsize=4096)
def codes_in(note: str) -> tuple[CodeRange, ...]:
    """The codes that a note names, in order; none when its words are not understood."""
    bracketed = [part for part in _BRACKETS.findall(note) if _STARTS_WITH_CODE.match(part)]
    ranges = [found for part in bracketed for found in _ranges(part)]
    bare = _TOKEN.finditer(_BRACKETS.sub(" ", note))
    return (*ranges, *(_range(token) for token in bare if "." in token[1] or token[2] or token[3]))


def covers(note: str, code: str) -> bool:
    """Whether one of the codes that ``note`` names is ``code`` or above it."""
    return any(found.covers(code) for found in codes_in(note))


def _ranges(part: str) -> list[CodeRange]:
    cut = _WITH.search(part)
    plain = [_range(token) for token in _TOKEN.finditer(part[: cut.start()] if cut else part)]
    if cut is None:
        return plain
    words = part[cut.start() :]
    if tail := _TAIL.fullmatch(words):
        return [CodeRange(found.low, found.high, tail=(tail[1], tail[2] or tail[1])) for found in plain]
    if final := _FINAL.fullmatch(words):
        return [CodeRange(found.low, found.high, final=final[1]) for found in plain]
    if nth := _NTH.fullmatch(words):
        return [CodeRange(found.low, found.high, nth=(_ORDINALS[nth[1]], nth[2])) for found in plain]
    return []


def _range(token: re.Match[str]) -> CodeRange:
    low = token[1].replace(".", "")
    return CodeRange(low, (token[3] or token[1]).replace(".", "") if token[3] else low)
