"""The noun for a modifier and the reading of ``modifiers.yaml``: what each one says, when it is right, and what excludes it.

Meanings are in our own words. Whether a modifier may bypass an NCCI edit follows the NCCI Policy Manual, chapter I, section E.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from consultant.knowledge.yaml_source import Entry, Word

_SHAPE = re.compile(r"[0-9A-Z]{2}")
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_USUAL_ORDER = 50
KEYS = (
    *("modifier", "title", "plain", "when", "never", "trap", "group", "bypasses_edits", "order", "not_with", "prefer", "sources"),
    "only_on",
)
"""The keys of a modifier."""


class ModifierGroup(StrEnum):
    """What a modifier is about; modifiers of one group are seldom used together."""

    COMPONENT = "component"
    SIDE = "side"
    DIGIT = "digit"
    DISTINCT = "distinct"
    EVALUATION = "evaluation"
    GLOBAL = "global"
    REPEAT = "repeat"
    SURGEONS = "surgeons"
    SERVICE = "service"
    ANESTHESIA = "anesthesia"
    STATUS = "status"
    SUPPLY = "supply"
    SCREENING = "screening"
    TELEHEALTH = "telehealth"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Modifier:
    """Two characters that change how a code is read."""

    code: str
    title: str
    plain: str
    """What it tells the payer, in our own words."""
    when: str
    group: ModifierGroup
    never: str = ""
    """When it must not be used."""
    trap: str = ""
    bypasses_edits: bool = False
    """Whether it is NCCI-associated: with indicator 1 it can bypass an edit."""
    order: int = _USUAL_ORDER
    """Place on the service line: lower stands first."""
    not_with: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    """More specific modifiers that are preferred when they fit."""
    sources: tuple[str, ...] = ()
    only_on: tuple[str, ...] = ()
    """Codes and ranges of codes of one length (``99202-99499``) on which alone it can stand; empty means that nothing limits it."""

    def fits(self, code: str) -> bool:
        """Whether it can stand on ``code`` at all, by what is written here."""
        return not self.only_on or any(_covers(span, code) for span in self.only_on)


def _covers(span: str, code: str) -> bool:
    low, _, high = span.partition("-")
    # Codes of one shape, letters at the same places, compare as text.
    return _shape(low) == _shape(code) and low <= code <= (high or low)


def _shape(code: str) -> str:
    return "".join("0" if character.isdigit() else character for character in code)


def read_modifiers(file: Entry) -> tuple[Modifier, ...]:
    """All modifiers of the file, in the order written; what is wrong is noted in the refusals of ``file``."""
    file.allow("modifiers")
    entries = file.entries("modifiers", required=True)
    found: dict[str, Modifier] = {}
    for entry in entries:
        modifier = _modifier(entry)
        if modifier.code in found:
            file.refusals.add(entry.place, f"the modifier {modifier.code} stands here twice", "keep one of them")
        found[modifier.code] = modifier
    for entry in entries:
        for key in ("not_with", "prefer"):
            _refuse_unknown(entry, entry.words(key), found)
    return tuple(found.values())


def _modifier(entry: Entry) -> Modifier:
    entry.allow(*KEYS)
    code = entry.word("modifier", required=True)
    if code.text and not _SHAPE.fullmatch(code.text):
        entry.refusals.add(code.place, f"{code.text!r} is no modifier", "write two digits or capital letters")
    return Modifier(
        code=code.text,
        title=entry.text("title", required=True),
        plain=entry.text("plain", required=True),
        when=entry.text("when", required=True),
        group=entry.choice("group", None, ModifierGroup),
        never=entry.text("never"),
        trap=entry.text("trap"),
        bypasses_edits=entry.flag("bypasses_edits"),
        order=entry.number("order") or _USUAL_ORDER,
        not_with=entry.texts("not_with"),
        prefer=entry.texts("prefer"),
        sources=entry.texts("sources"),
        only_on=_spans(entry),
    )


def _spans(entry: Entry) -> tuple[str, ...]:
    for word in entry.words("only_on"):
        low, dash, high = word.text.partition("-")
        if not _CODE.fullmatch(low) or (dash and (not _CODE.fullmatch(high) or high < low)):
            entry.refusals.add(word.place, f"{word.text!r} is no code or range of codes", "write 99213 or 99202-99499")
    return entry.texts("only_on")


def _refuse_unknown(entry: Entry, words: tuple[Word, ...], known: dict[str, Modifier]) -> None:
    for word in words:
        if word.text not in known:
            entry.refusals.add(word.place, f"the modifier {word.text!r} is not in this file", "add it or mend the spelling")
