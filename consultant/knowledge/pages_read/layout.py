"""The layout of a published page: titled parts, labelled lines, tables and copyright lines.

Known limits: pages are plain text as a reader or a browser saves them; a table has one row a line with ``|`` between its cells.
Everything before the first title and after the copyright line of a part (menus, offers, questions) belongs to no part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from consultant.knowledge.pages_read.page import Row, TableKind

TITLES = MappingProxyType(
    {
        "official description": "official",
        "common language description": "common",
        "summary & overview": "summary",
        "summary and overview": "summary",
        "billing code overview": "overview",
        "clinical & coding specifications": "specifications",
        "clinical and coding specifications": "specifications",
        "clinical context": "context",
        "coding specifications": "coding",
        "related diagnoses": "diagnoses",
        "related cpt codes": "procedures",
        "related procedure codes": "procedures",
        "related codes": "procedures",
    }
)
LABELS = MappingProxyType({"service type": "service_type", "typical site of service": "sites", "site of service": "sites"})
_COPYRIGHT = re.compile(r"\s*(?:©|\(c\))\s*(?:copyright\s*)?(\d{4})?", re.IGNORECASE)
_LABEL = re.compile(r"\s*([A-Za-z ]{4,40}?)\s*:\s*(.*)")
_RULE = re.compile(r"[|\s:-]+")
_HEADS = (
    (re.compile(r"modifier"), TableKind.MODIFIERS),
    (re.compile(r"taxonomy"), TableKind.TAXONOMIES),
    (re.compile(r"icd|diagnos"), TableKind.DIAGNOSES),
    (re.compile(r"cpt|hcpcs|procedure"), TableKind.PROCEDURES),
)
_LEAST_CELLS = 2


@dataclass(slots=True)
class Layout:
    """A page taken apart. ``parts`` maps the name of a part to its numbered lines."""

    parts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    labels: dict[str, tuple[int, str]] = field(default_factory=dict)
    tables: dict[TableKind, list[Row]] = field(default_factory=dict)
    years: list[int] = field(default_factory=list)
    cut_short: int | None = None

    def text(self, *parts: str) -> str:
        """The lines of these parts as one text."""
        return "\n".join(line for part in parts for _, line in self.parts.get(part, ()))


def take_apart(lines: list[str]) -> Layout:
    """The layout of a page given as its lines."""
    found, part, table = Layout(), "", None
    numbered = list(_numbered(lines))
    for index, (number, line) in enumerate(numbered):
        copyright_line = _COPYRIGHT.match(line)
        if copyright_line:
            found.years += [int(copyright_line[1])] if copyright_line[1] else []
            part, table = "", None
        elif (title := line.strip().rstrip(":").casefold()) in TITLES:
            part, table = TITLES[title], None
            found.parts.setdefault(part, [])
        elif line.count("|"):
            table = _take_row(found, table, number, line)
        else:
            table = None
            _take_line(found, part, numbered, index)
    return found


def _numbered(lines: list[str]) -> Iterator[tuple[int, str]]:
    return ((number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip())


def _take_line(found: Layout, part: str, numbered: list[tuple[int, str]], index: int) -> None:
    number, line = numbered[index]
    if not part:
        return
    labelled = _LABEL.fullmatch(line)
    if labelled and labelled[1].casefold() in LABELS and labelled[2]:
        found.labels.setdefault(LABELS[labelled[1].casefold()], (number, labelled[2]))
    elif (bare := line.rstrip(":").casefold()) in LABELS and index + 1 < len(numbered):
        found.labels.setdefault(LABELS[bare], numbered[index + 1])
    else:
        found.parts[part].append((number, line))


def _take_row(found: Layout, table: tuple[TableKind, int] | None, number: int, line: str) -> tuple[TableKind, int] | None:
    """Take one line with cells; gives back the table it belongs to, with the number of its columns."""
    cells = [cell.strip() for cell in line.strip("| ").split("|")]
    if _RULE.fullmatch(line):
        return table
    head = _head(cells)
    if head is not None:
        found.tables.setdefault(head, [])
        return head, len(cells)
    if table is None:
        return None
    kind, columns = table
    if len(cells) < columns and not line.endswith("|"):
        found.cut_short = number
    if len(cells) < columns:
        found.cut_short = found.cut_short or number
    words, remark = (*cells[1:], "", "")[:2]
    found.tables[kind].append(Row(cells[0], words, remark, number))
    return table


def _head(cells: list[str]) -> TableKind | None:
    """The table that begins here: its first cell names what is listed, and holds no code itself."""
    first = cells[0].casefold()
    if len(cells) < _LEAST_CELLS or any(character.isdigit() for character in first.replace("icd-10", "")):
        return None
    return next((kind for shape, kind in _HEADS if shape.search(first)), None)
