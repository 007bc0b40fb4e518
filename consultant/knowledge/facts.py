"""Reading the facts of a code: dates, fee schedule indicators and units.

Indicators are those of the Medicare physician fee schedule (CMS RVU files) and of the MUE tables; their values are checked here so
that a slip of the pen never reaches a letter.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

from consultant.knowledge.family import CodeFacts
from consultant.knowledge.yaml_source import Entry, Word
from consultant.model.coding import System

KEYS = tuple(field.name for field in fields(CodeFacts))
_CODES = ("add_on_to", "successors", "predecessors")
SHAPES = {
    "category": (re.compile(r"I{1,3}"), "I, II or III"),
    "sunset": (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "a month as YYYY-MM"),
    "status": (re.compile(r"[A-Z]"), "one capital letter of the fee schedule"),
    "global_days": (re.compile(r"000|010|090|MMM|XXX|YYY|ZZZ"), "one of 000, 010, 090, MMM, XXX, YYY, ZZZ"),
    "professional_technical": (re.compile(r"[0-9]"), "one digit"),
    "bilateral": (re.compile(r"[01239]"), "one of 0, 1, 2, 3, 9"),
    "units_adjudication": (re.compile(r"[123]"), "1, 2 or 3"),
}
"""What a fact must look like: its pattern, and the same in words."""
_CATEGORY_OF_LETTER = {"F": "II", "T": "III"}


def read_facts(entry: Entry) -> dict[str, Any]:
    """The facts written in ``entry``, by field of `CodeFacts`; a key that is not written is not in the answer."""
    entry.allow(*KEYS)
    found: dict[str, Any] = {}
    for key in (word.text for word in entry):
        if key in {"effective", "ended"}:
            found[key] = entry.day(key)
        elif key == "units":
            found[key] = entry.number(key)
        elif key == "disputed" or key in _CODES:
            found[key] = entry.texts(key)
        elif key in KEYS:
            found[key] = _shaped(entry, key)
    for word in (word for key in _CODES for word in entry.words(key)):
        if System.of(word.text) is None:
            entry.refusals.add(word.place, f"{word.text!r} is no code", "write one code, or a list of codes")
    return found


def facts_of(code: Word, shared: dict[str, Any], own: dict[str, Any], entry: Entry) -> CodeFacts:
    """The facts of ``code``: its own above those that its family shares, with the category that its shape gives."""
    facts = CodeFacts(**(shared | own))
    if facts.effective and facts.ended and facts.ended <= facts.effective:
        entry.refusals.add(code.place, f"{code.text} ends before it begins", "mend `effective` or `ended`")
    category = category_of(code.text)
    if category and facts.category not in {"", category}:
        entry.refusals.add(
            code.place, f"{code.text} is Category {category} by its shape, not {facts.category}", "mend `category` or leave it out"
        )
    # What a family says for all must not make a HCPCS sibling a CPT code of that category.
    return replace(facts, category=category or own.get("category", ""))


def category_of(code: str) -> str:
    """The CPT category that the shape of a code shows: I, II, III, or empty for other codes."""
    if System.of(code) is not System.CPT:
        return ""
    return "I" if code.isdigit() else _CATEGORY_OF_LETTER.get(code[-1], "")


def _shaped(entry: Entry, key: str) -> str:
    word = entry.word(key)
    if key in SHAPES and word.text:
        shape, says = SHAPES[key]
        if not shape.fullmatch(word.text):
            entry.refusals.add(word.place, f"{key!r} cannot be {word.text!r}", f"write {says}")
    return word.text
