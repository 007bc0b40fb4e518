"""The nouns for guideline notes and surgery-to-anesthesia crossings, and the reading of ``guidelines/*.yaml``.

A note answers one question that coders ask, in our own words, and names where the rule stands. It is found by its phrases: each is
a set of words that all stand in one question, whatever their order. Rules of CPT and ICD-10-CM are retold, never copied. Known
limit: a note is as good as its source on the day it was written; ``edition`` names that, ``checked: false`` says that it was
written from memory and not compared with the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from consultant.knowledge.yaml_source import Entry, Word
from consultant.model.coding import System

NOTE_KEYS = ("note", "title", "topic", "asks", "modifiers", "codes", "answer", "sources", "edition", "checked", "disputed")
CROSSING_KEYS = ("to", "from", "plain")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_LONGEST_NAME = 8


class Topic(StrEnum):
    """What a direct question is about."""

    CODES = "codes"
    GUIDELINES = "guidelines"
    MODIFIERS = "modifiers"
    CROSSWALKS = "crosswalks"
    NCCI = "ncci-edits"
    COMPLIANCE = "compliance"
    COVERAGE = "medicare-coverage"


@dataclass(frozen=True, slots=True)
class Guideline:
    """One rule that coders ask about, retold."""

    id: str
    title: str
    topic: Topic
    asks: tuple[str, ...]
    """Phrases that find it; all words of one have to stand in the question."""
    answer: str
    """Its first sentence is the answer, the others tell why and what else matters."""
    sources: tuple[str, ...]
    edition: str
    modifiers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Codes and ranges of codes (``99202-99215``) that it is about."""
    checked: bool = True
    disputed: tuple[str, ...] = ()
    """Facts on which sources disagree, each as one sentence with both sides."""

    def is_about(self, code: str) -> bool:
        """Whether it names the code, alone or in a range."""
        return any(covers(span, code) for span in self.codes)


@dataclass(frozen=True, slots=True)
class Crossing:
    """The anesthesia code under which the anesthesia for some operations is reported."""

    anesthesia: str
    operations: tuple[str, ...]
    """Codes and ranges of codes."""
    plain: str
    """What the anesthesia code stands for, in our own words."""


def covers(span: str, code: str) -> bool:
    """Whether ``code`` is ``span`` or stands in it; codes of one length and one last letter compare as text."""
    low, _, high = span.partition("-")
    if not high:
        return span == code
    same = len(low) == len(code) and low[0].isdigit() == code[0].isdigit() and low[-1].isdigit() == code[-1].isdigit()
    return same and low <= code <= high


def read_guidelines(file: Entry) -> tuple[Guideline, ...]:
    """All notes of one file, in the order written; what is wrong is noted in the refusals of ``file``."""
    file.allow("notes", "crossings")
    if "notes" not in file and "crossings" not in file:
        file.refusals.add(file.place, "there is no note here", "write `notes:` with a list, or `crossings:`")
    return tuple(_note(entry) for entry in file.entries("notes"))


def read_crossings(file: Entry) -> tuple[Crossing, ...]:
    """All crossings of one file, in the order written."""
    return tuple(_crossing(entry) for entry in file.entries("crossings"))


def refuse_twins(written: Iterable[tuple[Entry, Guideline]]) -> None:
    """Refuse two notes called alike, whichever files they stand in."""
    seen: set[str] = set()
    for file, note in written:
        if note.id in seen:
            place = next((e.place for e in file.entries("notes") if e.text("note") == note.id), file.place)
            file.refusals.add(place, f"the note {note.id!r} is written twice", "give one of them another name")
        seen.add(note.id)


def _note(entry: Entry) -> Guideline:
    entry.allow(*NOTE_KEYS)
    name = entry.word("note", required=True)
    if name.text and not (_ID.fullmatch(name.text) and name.text.count("-") < _LONGEST_NAME):
        entry.refusals.add(name.place, f"{name.text!r} is no name of a note", "write small letters, digits and hyphens")
    for key in ("asks", "sources"):
        if not entry.words(key):
            entry.refusals.add(entry.place, f"{key!r} is missing or empty", "list at least one")
    for word in entry.words("modifiers"):
        if not _MODIFIER.fullmatch(word.text):
            entry.refusals.add(word.place, f"{word.text!r} is no modifier", "write two digits or capital letters")
    _refuse_no_codes(entry, entry.words("codes"))
    return Guideline(
        id=name.text,
        title=entry.text("title", required=True),
        topic=entry.choice("topic", None, Topic),
        asks=entry.texts("asks"),
        answer=" ".join(entry.text("answer", required=True).split()),
        sources=entry.texts("sources"),
        edition=entry.text("edition", required=True),
        modifiers=entry.texts("modifiers"),
        codes=entry.texts("codes"),
        checked=entry.flag("checked") if "checked" in entry else True,
        disputed=entry.texts("disputed"),
    )


def _crossing(entry: Entry) -> Crossing:
    entry.allow(*CROSSING_KEYS)
    to = entry.word("to", required=True)
    if to.text:
        _refuse_no_codes(entry, (to,))
    if not entry.words("from"):
        entry.refusals.add(entry.place, "'from' is missing or empty", "list the codes of the operations")
    _refuse_no_codes(entry, entry.words("from"))
    return Crossing(to.text, entry.texts("from"), entry.text("plain", required=True))


def _refuse_no_codes(entry: Entry, words: tuple[Word, ...]) -> None:
    for word in words:
        low, dash, high = word.text.partition("-")
        is_range = not dash or (len(low) == len(high) and low < high and System.of(high) is not None)
        if System.of(low) is None or not is_range:
            entry.refusals.add(word.place, f"{word.text!r} is no code or range of codes", "write 99213 or 99202-99215")
