"""The tabular list of ICD-10-CM in XML: chapters, blocks, categories and codes with their notes.

Codes made by a seventh character are not in it as such; they are made here from the definition that stands at the code or above it,
with placeholders, and without those that a note bars ("7th characters D and S do not apply to codes … with 6th character 7"). Known
limit: a rule in other words is not understood; of one release, the order file knows best, and `official` asks it first. Blocks are
named by their range, ``B20-B20``, as in `icd10cm`.
"""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.icd10cm import IcdRow, Level, NoteKind
from consultant.knowledge.importers.editions import icd10cm_day
from consultant.knowledge.importers.files import Member, Meter, meter_of, pick_one
from consultant.knowledge.importers.sheet import Part, Rejections, Sheet, Values
from consultant.knowledge.importers.xml_tree import elements
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import ICD_TABULAR

KIND = Kind.ICD10CM_TABULAR
_NOTES = {
    "includes": NoteKind.INCLUDES,
    "inclusionTerm": NoteKind.INCLUSION_TERM,
    "excludes1": NoteKind.EXCLUDES1,
    "excludes2": NoteKind.EXCLUDES2,
    "codeFirst": NoteKind.CODE_FIRST,
    "useAdditionalCode": NoteKind.USE_ADDITIONAL,
    "codeAlso": NoteKind.CODE_ALSO,
    "notes": NoteKind.NOTE,
}
_LEVELS = {"chapter": Level.CHAPTER, "section": Level.BLOCK}
_RANGE_IN_TITLE = re.compile(r" \([0-9A-Z]{3}(-[0-9A-Z]{3})?\)$")
_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?", re.ASCII)
_BLOCK = re.compile(r"[A-Z][0-9A-Z]{2}(?:-[A-Z][0-9A-Z]{2})?", re.ASCII)
_CATEGORY = 3
_BEFORE_SEVENTH = 7
_BARRING = re.compile(
    r"7th characters? ((?:[A-Z](?:, | and )?)+) do(?:es)? not apply to codes .*?with 6th character (\d)(?:.*, or (\d) )?"
)
_CAPITAL = re.compile(r"[A-Z]")
Seventh = tuple[tuple[str, str], ...]
Barred = tuple[tuple[str, str], ...]
"""Pairs of sixth and seventh character that no code has together."""


def read(files: Sequence[Path]) -> Sheet:
    """The rows of one release. Raises KnowledgeError when the file is cut off or no tabular list."""
    member = pick_one(files, r"tabular.*\.xml$")
    meter = meter_of([member])
    day = icd10cm_day((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(ICD_TABULAR, (_values(place, row) for place, row in enumerate(rows(member, meter), start=1))),),
        meter=meter,
        rejected=Rejections(),
        edition=day.isoformat() if day else "",
        effective=day,
    )


def rows(member: Member, meter: Meter) -> Iterator[IcdRow]:
    """The rows in book order."""
    for chapter in elements(member, meter, "chapter"):
        yield from _Chapter(chapter, member.name).rows()


class _Chapter:
    """A chapter on its way from elements to rows."""

    def __init__(self, element: ET.Element, file: str) -> None:
        self._element, self._file = element, file
        self._name = self._text(element, "name")
        if not self._name.isdigit():
            raise self._refusal(Level.CHAPTER, "number")

    def rows(self) -> Iterator[IcdRow]:
        yield from self._below(self._element, parent="", inherited=(), barred=())

    def _below(self, element: ET.Element, *, parent: str, inherited: Seventh, barred: Barred) -> Iterator[IcdRow]:
        level, code = self._level(element), self._code(element)
        notes, own = tuple(self._notes(element)), self._seventh(element)
        barred = (*barred, *_barred(notes))
        seventh = own or inherited
        children = [child for child in element if child.tag in {"section", "diag"}]
        is_code = level in {Level.CATEGORY, Level.SUBCATEGORY}
        extended = seventh if is_code and not children else ()
        title = self._text(element, "desc")
        yield IcdRow(
            code=code,
            title=title if is_code else _RANGE_IN_TITLE.sub("", title),
            level=level,
            parent=parent,
            chapter=self._name,
            billable=is_code and not children and not extended,
            notes=notes,
            seventh_characters=own,
        )
        for child in children:
            yield from self._below(child, parent=code, inherited=seventh, barred=barred)
        filled = _filled(code)
        for character, meaning in extended:
            if (filled[-1], character) not in barred:
                words = f"{title}, {meaning}"
                yield IcdRow(filled + character, words, Level.EXTENDED, parent=code, chapter=self._name, billable=True)

    def _level(self, element: ET.Element) -> Level:
        if element.tag in _LEVELS:
            return _LEVELS[element.tag]
        return Level.CATEGORY if len(self._text(element, "name")) == _CATEGORY else Level.SUBCATEGORY

    def _code(self, element: ET.Element) -> str:
        if element.tag == "chapter":
            return self._name
        if element.tag == "section":
            name = element.get("id", "")
            if not _BLOCK.fullmatch(name):
                raise self._refusal(Level.BLOCK, "range")
            return name if "-" in name else f"{name}-{name}"
        name = self._text(element, "name")
        if not _CODE.fullmatch(name):
            raise self._refusal(Level.CATEGORY, "code")
        return name

    def _notes(self, element: ET.Element) -> Iterator[tuple[NoteKind, str]]:
        for tag, kind in _NOTES.items():
            for note in itertools.chain.from_iterable(element.iterfind(tag)):
                if note.text and note.text.strip():
                    yield kind, note.text.strip()

    def _seventh(self, element: ET.Element) -> Seventh:
        found: dict[str, str] = {}
        last = ""
        for part in itertools.chain.from_iterable(element.iterfind("sevenChrDef")):
            text = (part.text or "").strip()
            if part.tag == "extension":
                last = part.get("char", "")
                found[last] = text
            elif part.tag == "note" and last and text:
                found[last] += f"/{text}"
        return tuple(found.items())

    @staticmethod
    def _text(element: ET.Element, tag: str) -> str:
        return (element.findtext(tag) or "").strip()

    def _refusal(self, level: Level, part: str) -> KnowledgeError:
        return KnowledgeError(
            f"{self._file}: a {level} without a {part} stands in it; see whether it is a tabular list of ICD-10-CM"
        )


def _barred(notes: tuple[tuple[NoteKind, str], ...]) -> Iterator[tuple[str, str]]:
    for _, note in notes:
        if found := _BARRING.search(note):
            sixth = [character for character in found.group(2, 3) if character]
            yield from itertools.product(sixth, _CAPITAL.findall(found[1]))


def _filled(code: str) -> str:
    """The code up to the place of the seventh character: dot and placeholders added."""
    return (code if "." in code else f"{code}.").ljust(_BEFORE_SEVENTH, "X")


def _values(place: int, row: IcdRow) -> Values:
    head = (row.code, place, row.title, row.level.value, row.parent, row.chapter, int(row.billable))
    return (*head, _json(row.notes), _json(row.seventh_characters))


def _json(pairs: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":")) if pairs else ""
