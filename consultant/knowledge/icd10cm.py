"""ICD-10-CM whole: every code of the release with its title, its place in the tree and its own notes.

The release is the one that the package simple-icd-10-cm carries; that package is imported here, inside `release`, and nowhere else,
because it reads ten megabytes of XML when imported. Two of its traps are dealt with here: a block of one category has the name of
that category (and the category then seems to be its own parent), so blocks are named by their range, ``B20-B20``; and notes are
given of each code alone, for readers who walk the ancestors.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from consultant.errors import KnowledgeError

_PACKAGE = "simple_icd_10_cm"
_FILE = re.compile(r"icd10c-tabular-([A-Z][a-z]+)-(\d+)-(\d{4})\.xml")
_RANGE_IN_TITLE = re.compile(r" \([0-9A-Z]{3}(-[0-9A-Z]{3})?\)$")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Level(StrEnum):
    """Where a row stands in the tree of ICD-10-CM."""

    CHAPTER = "chapter"
    BLOCK = "block"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    EXTENDED = "extended"
    """Made by a seventh character."""


class NoteKind(StrEnum):
    """The kinds of notes of the tabular list."""

    INCLUDES = "includes"
    INCLUSION_TERM = "inclusion_term"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    CODE_FIRST = "code_first"
    USE_ADDITIONAL = "use_additional"
    CODE_ALSO = "code_also"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class IcdRow:
    """One row of the release with the notes that stand at it, none inherited."""

    code: str
    """With its dot; a chapter is its number, a block its range."""
    title: str
    level: Level
    parent: str
    """Empty for chapters."""
    chapter: str
    billable: bool
    notes: tuple[tuple[NoteKind, str], ...] = ()
    seventh_characters: tuple[tuple[str, str], ...] = ()
    """Pairs of character and meaning."""


@dataclass(frozen=True)
class Release:
    """All rows of one release in the order of the tabular list."""

    edition: str
    """The day from which it is in force, ``2026-04-01``."""
    rows: tuple[IcdRow, ...]

    @cached_property
    def _levels(self) -> dict[str, bool]:
        return {row.code: row.billable for row in self.rows if row.level not in {Level.CHAPTER, Level.BLOCK}}

    def exists(self, code: str) -> bool:
        """Whether it is a code or a category of the release."""
        return code in self._levels

    def billable(self, code: str) -> bool:
        """Whether it may be reported."""
        return self._levels.get(code, False)


def release() -> Release:
    """The release that the installed package carries. Takes about two seconds. Raises KnowledgeError when it cannot be used."""
    try:
        with warnings.catch_warnings():
            # The package reads its data in a way that Python warns of, and warns of slips in the release itself.
            warnings.simplefilter("ignore")
            import simple_icd_10_cm as package  # noqa: PLC0415  (reads its data when imported: wanted at build time only)
    except ImportError as error:
        msg = f"ICD-10-CM cannot be read ({error.name} is missing); install simple-icd-10-cm"
        raise KnowledgeError(msg) from None
    return Release(packaged_edition(), tuple(_rows(package)))


def packaged_edition() -> str:
    """The day from which the packaged release is in force, as its file name tells; the package is not loaded for it."""
    spec = find_spec(_PACKAGE)
    folders = (spec.submodule_search_locations or []) if spec else []
    for path in sorted(path for folder in folders for path in Path(folder, "data").glob("*.xml")):
        found = _FILE.fullmatch(path.name)
        if found and found[1] in _MONTHS:
            return f"{found[3]}-{_MONTHS.index(found[1]) + 1:02}-{int(found[2]):02}"
    msg = f"no ICD-10-CM release was found; install {_PACKAGE.replace('_', '-')} 1.5"
    raise KnowledgeError(msg)


def _rows(package: ModuleType) -> Iterator[IcdRow]:
    chapter, blocks = "", set[str]()
    for name in package.get_all_codes():
        # A name that is both comes first as block, then as category.
        is_block = name not in blocks and package.is_block(name)
        if is_block:
            blocks.add(name)
        if package.is_chapter(name):
            chapter = name
        yield _row(package, name, chapter=chapter, is_block=is_block)


def _row(package: ModuleType, name: str, *, chapter: str, is_block: bool) -> IcdRow:
    level = Level.BLOCK if is_block else _level(package, name)
    parent = package.get_parent(name, prioritize_blocks=is_block)
    title = package.get_description(name, prioritize_blocks=is_block)
    return IcdRow(
        code=_block(name) if is_block else name,
        title=title if level not in {Level.CHAPTER, Level.BLOCK} else _RANGE_IN_TITLE.sub("", title),
        level=level,
        parent=_block(parent) if parent == name or "-" in parent else parent,
        chapter=chapter,
        billable=level not in {Level.CHAPTER, Level.BLOCK} and package.is_leaf(name),
        notes=() if level is Level.EXTENDED else tuple(_notes(package, name, is_block=is_block)),
        seventh_characters=tuple(package.get_seven_chr_def(name, prioritize_blocks=is_block).items()),
    )


def _block(name: str) -> str:
    return name if "-" in name else f"{name}-{name}"


def _level(package: ModuleType, name: str) -> Level:
    if package.is_chapter(name):
        return Level.CHAPTER
    if package.is_category(name):
        return Level.CATEGORY
    return Level.EXTENDED if package.is_extended_subcategory(name) else Level.SUBCATEGORY


def _notes(package: ModuleType, name: str, *, is_block: bool) -> Iterator[tuple[NoteKind, str]]:
    lists = {
        NoteKind.INCLUDES: package.get_includes,
        NoteKind.INCLUSION_TERM: package.get_inclusion_term,
        NoteKind.EXCLUDES1: package.get_excludes1,
        NoteKind.EXCLUDES2: package.get_excludes2,
    }
    texts = {
        NoteKind.CODE_FIRST: package.get_code_first,
        NoteKind.USE_ADDITIONAL: package.get_use_additional_code,
        NoteKind.CODE_ALSO: package.get_code_also,
        NoteKind.NOTE: package.get_notes,
    }
    for kind, get in lists.items():
        yield from ((kind, note.strip()) for note in get(name, prioritize_blocks=is_block))
    for kind, get in texts.items():
        yield from ((kind, note.strip()) for note in get(name, prioritize_blocks=is_block).splitlines())
