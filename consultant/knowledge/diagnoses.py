"""Look-ups in ICD-10-CM: a code with all notes that apply to it, and whether two codes exclude each other.

A note of the tabular list applies to everything below the place at which it stands, chapter and block included; the file holds each
once, and this module walks up from a code to gather them, nearest first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from consultant.knowledge.excludes import covers
from consultant.knowledge.icd10cm import Level, NoteKind
from consultant.knowledge.reader import Reader

_UPWARDS = """
WITH RECURSIVE above (code, title, billable, level, parent, chapter, notes, seventh, steps) AS (
    SELECT code, title, billable, level, parent, chapter, notes, seventh, 0 FROM code WHERE code = ? AND system = 'ICD-10-CM'
    UNION ALL
    SELECT code.code, code.title, code.billable, code.level, code.parent, code.chapter, code.notes, code.seventh, steps + 1
    FROM above JOIN code ON code.code = above.parent)
SELECT * FROM above ORDER BY steps
"""


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the tabular list and the code, block or chapter at which it stands."""

    text: str
    code: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class IcdCode:
    """A row of ICD-10-CM with every note that applies to it, its own first, then those of its ancestors."""

    code: str
    title: str
    level: Level
    billable: bool
    parent: str
    chapter: str
    ancestors: tuple[str, ...]
    """Parent, its parent, and so on up to the chapter."""
    includes: tuple[Note, ...]
    inclusion_terms: tuple[Note, ...]
    excludes1: tuple[Note, ...]
    excludes2: tuple[Note, ...]
    code_first: tuple[Note, ...]
    use_additional: tuple[Note, ...]
    code_also: tuple[Note, ...]
    notes: tuple[Note, ...]
    seventh_characters: tuple[tuple[str, str], ...]
    """Pairs of seventh character and meaning, empty where the code takes none."""

    def is_below(self, code: str) -> bool:
        """Whether ``code`` is this code or one of its ancestors."""
        return code == self.code or code in self.ancestors


def read_code(reader: Reader, code: str) -> IcdCode | None:
    """The code, category, block or chapter called ``code``, or None."""
    return code_of(reader.rows(_UPWARDS, code))


def code_of(rows: list[Any]) -> IcdCode | None:
    """The code that stands in the first row, with the notes of all rows; the others are those above it. None without rows.

    The columns are code, title, billable, level, parent, chapter, notes, seventh characters (both as JSON, or nothing) and steps.
    """
    if not rows:
        return None
    code, title, billable, level, parent, chapter, *_ = rows[0]
    notes: dict[NoteKind, list[Note]] = defaultdict(list)
    for owner, *_, written, _seventh, _steps in rows:
        for kind, text in json.loads(written or "[]"):
            notes[NoteKind(kind)].append(Note(text, owner))
    seventh = next((row[7] for row in rows if row[7]), "[]")
    return IcdCode(
        code=code,
        title=title,
        level=Level(level),
        billable=bool(billable),
        parent=parent,
        chapter=chapter,
        ancestors=tuple(row[0] for row in rows[1:]),
        includes=tuple(notes[NoteKind.INCLUDES]),
        inclusion_terms=tuple(notes[NoteKind.INCLUSION_TERM]),
        excludes1=tuple(notes[NoteKind.EXCLUDES1]),
        excludes2=tuple(notes[NoteKind.EXCLUDES2]),
        code_first=tuple(notes[NoteKind.CODE_FIRST]),
        use_additional=tuple(notes[NoteKind.USE_ADDITIONAL]),
        code_also=tuple(notes[NoteKind.CODE_ALSO]),
        notes=tuple(notes[NoteKind.NOTE]),
        seventh_characters=tuple((character, meaning) for character, meaning in json.loads(seventh)),
    )


def read_children(reader: Reader, code: str) -> tuple[IcdCode, ...]:
    """What stands right below ``code``, in the order of the tabular list."""
    rows = reader.rows("SELECT code FROM code WHERE parent = ? ORDER BY id", code)
    return tuple(found for (child,) in rows if (found := read_code(reader, child)))


def conflict(one: IcdCode, other: IcdCode) -> Note | None:
    """The Excludes1 note under which the two are not coded together, or None.

    A note that names codes below its own place (a slip of the release, or a reminder) says nothing against two of them.
    """
    for first, second in ((one, other), (other, one)):
        for note in first.excludes1:
            if not second.is_below(note.code) and covers(note.text, second.code):
                return note
    return None
