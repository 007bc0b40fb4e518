"""The codes that the asker names, with their modifiers and units: what was billed, planned or asked about.

A code is known by its shape and, where the shape also fits other things (zip codes, vertebrae, vitamins), by the company it keeps
and by the knowledge base. Phone numbers, amounts, years, record numbers and addresses are no codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from consultant.matching.knowing import Knowing
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import ProposedCode, System

_CODE = re.compile(
    r"(?<![\w.$@])(?<!\D\d\d\d-)(?:(?P<cpt>\d{5}|\d{4}[TtFfUu]|00\d\d[AaMm])"
    r"|(?P<hcpcs>[A-Va-v]\d{4})"
    r"|(?P<icd>[A-Za-z]\d[0-9A-Za-z](?:\.[0-9A-Za-z]{1,4}|[0-9A-Za-z]{1,4})?))(?![\w@]|\.\w|,\d{3}\b)"
)
_AFTER_SLASH = re.compile(r"(?<=[0-9A-Za-z])/(?=[0-9A-Za-z])")
_MODIFIERS = re.compile(
    r"(?:-|\s+-\s*(?=\d)|,?\s+(?:with\s+|w/\s*)?mod(?:ifier)?s?\.?\s+)(?P<one>\d\d|[A-Z][A-Z0-9])(?!\w|\.\d)", re.IGNORECASE
)
_LETTERS = re.compile(
    r"[ ](?P<one>RT|LT|TC|G[PONAYZ]|J[ZW]|PT|Q[XSKWZ]|X[SEPU]|KX|E[1-4]|F[A1-9]|T[A1-9]|LC|LD|RC|RI|LM)(?!\w|\.\d)"
)
_UNITS = re.compile(
    r"\s*(?:[xX*]\s*(?P<times>\d{1,4})|\(?(?P<count>\d{1,4})\s*(?:units?|u)\b\)?|[xX]\s*(?P<word>one|two|three|four))(?!\w|\.\d)"
)
_USUAL_LETTERS = frozenset("ABCDEGHJKLMPQRSTVgjq")
"""First letters of HCPCS Level II; in lower case only those that coders type so."""
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4}
_NEVER_AFTER = re.compile(
    r"\b(?:zip(?:\s*code)?|phone|tel|fax|cell|mrn|acct|account|invoice|ticket|npi|member\s*id|policy|box|"
    r"(?:claim|case|chart|record|order)\s*(?:no\.?|number|#))[\s:.#]*$|\$\s*$|\(\d{3}\)\s*$",
    re.IGNORECASE,
)
_SELDOM_AFTER = re.compile(r"\b(?:id|member|order|suite|ste|room|apt|call|ext|no\.|auth)[\s:.#]*$|#\s*$", re.IGNORECASE)
_STATE_BEFORE = re.compile(r"[a-z],\s*[A-Z]{2}\s+$")
_NOT_CODE_AFTER = re.compile(
    r"\s*(?:(?:\w+\s+){0,2}(?:street|avenue|road|drive|lane|blvd)|st|ave|rd|dollars|usd|units?\s+of|iu|patients|miles)\b|-\d{3,4}\b|\s?%",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:icd|dx|diagnos\w*|code[sd]?|with|and|or|plus|cpt|billed|claim|draft|report|use)\b|[,/+&]|\d[.\d]*", re.IGNORECASE
)
_LOOK_BACK = 28


@dataclass(frozen=True, slots=True)
class _Reading:
    """One look at a place that may be a code."""

    code: str
    system: System


def find_proposed(text: str, knowledge: Knowing, authored: Callable[[str], bool]) -> tuple[ProposedCode, ...]:
    """The codes named in ``text``, in order. ``authored`` tells whether a family of the knowledge base holds a code.

    A code named twice stands once, with what was said of it; the same code with other modifiers or units is another line.
    """
    found = list(_proposed(text, knowledge, authored))
    fuller = {p.code for p in found if p.modifiers or p.units is not None}
    kept: dict[tuple[str, tuple[str, ...], int | None], ProposedCode] = {}
    for p in found:
        if p.modifiers or p.units is not None or p.code not in fuller:
            kept.setdefault((p.code, p.modifiers, p.units), p)
    return tuple(kept.values())


def _proposed(text: str, knowledge: Knowing, authored: Callable[[str], bool]) -> Iterator[ProposedCode]:
    # A slash between two codes is a comma; of the same length, so that places stay true.
    flat = _AFTER_SLASH.sub(" ", text)
    for match in _CODE.finditer(flat):
        reading = _read(match, text, knowledge, authored)
        if reading is None:
            continue
        modifiers, place = _modifiers(flat, match.end()) if reading.system is not System.ICD10CM else ((), match.end())
        units, place = _units(flat, place) if reading.system is not System.ICD10CM else (None, place)
        yield ProposedCode(reading.code, reading.system, Evidence.quoting(text, Span(match.start(), place)), modifiers, units)


def _read(match: re.Match[str], text: str, knowledge: Knowing, authored: Callable[[str], bool]) -> _Reading | None:
    word = match[0].upper()
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    if _NOT_CODE_AFTER.match(text, match.end()) or _NEVER_AFTER.search(before):
        return None
    if match["cpt"]:
        known = authored(word) or not word.isdigit()
        return None if not known and _is_other_number(word, before) else _Reading(word, System.CPT)
    if match["hcpcs"] and (authored(word) or not knowledge.billable(_dotted(word))):
        return _Reading(word, System.HCPCS) if authored(word) or match[0][0] in _USUAL_LETTERS else None
    return _diagnosis(word, before, text, match, knowledge)


def _is_other_number(word: str, before: str) -> bool:
    return word < "00100" or _SELDOM_AFTER.search(before) is not None or _STATE_BEFORE.search(before) is not None


def _diagnosis(word: str, before: str, text: str, match: re.Match[str], knowledge: Knowing) -> _Reading | None:
    if "." in word:
        return _Reading(word, System.ICD10CM)
    code = _dotted(word)
    if knowledge.diagnosis(code) is None:
        return None
    in_company = _COMPANY.search(before) or _COMPANY.match(text[match.end() :].lstrip())
    return _Reading(code, System.ICD10CM) if in_company and match[0][0].isupper() else None


def _dotted(word: str) -> str:
    return word if "." in word or len(word) <= 3 else f"{word[:3]}.{word[3:]}"  # noqa: PLR2004 - a category has three characters


def _modifiers(text: str, place: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    while match := _MODIFIERS.match(text, place) or _LETTERS.match(text, place):
        found.append(match["one"].upper())
        place = match.end()
    return tuple(found), place


def _units(text: str, place: int) -> tuple[int | None, int]:
    match = _UNITS.match(text, place)
    if not match:
        return None, place
    number = match["times"] or match["count"]
    return (int(number) if number else _WORDS[match["word"].lower()]), match.end()
