"""Rows and cells of delimited text and of workbooks, and finding the header among the first rows.

Official files open with titles and notices, and their headers may be stacked over several rows; so the header is the first place at
which all wanted names are found, with up to six rows joined. Names are compared by their letters and digits only. Known limit: of a
workbook, the first sheet is read.
"""

from __future__ import annotations

import csv
import fnmatch
import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from consultant.knowledge.importers import workbook
from consultant.knowledge.importers.files import Member, Meter, lines
from consultant.knowledge.importers.sheet import Line, refuse

Wanted = Mapping[str, tuple[str, ...]]
"""Field and the names under which its column may stand, as `plain` writes them; ``*`` stands for anything."""
_LONGEST_CELL = 16 * 1024 * 1024
_STACKED = 6
_HEADER_WITHIN = 60
_COLUMNS_MAX = 512
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Header:
    """The columns found, and the rows before and after."""

    columns: dict[str, int]
    before: tuple[Line, ...]
    rows: Iterator[Line]

    def cell(self, cells: list[str], field: str) -> str:
        """The cell of a field without spaces around it; empty where the row or the file has none."""
        place = self.columns.get(field, len(cells))
        return cells[place].strip() if place < len(cells) else ""


def rows(member: Member, meter: Meter, *, delimiter: str = ",") -> Iterator[Line]:
    """The rows of delimited text or of the first sheet of a workbook. Raises KnowledgeError when they cannot be read."""
    if member.is_workbook:
        return workbook.rows(member, meter)
    return _delimited(member, meter, delimiter)


def _delimited(member: Member, meter: Meter, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(_LONGEST_CELL)
    text = lines(member, meter)
    if delimiter == "\t":
        reader = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise refuse(
            member.name, f"line {reader.line_num} is no row of a table, as if the file were cut off", "fetch it again"
        ) from None


def plain(name: str) -> str:
    """The letters and digits of a name, in capitals."""
    return "".join(character for character in name.upper() if character.isalnum())


def find_header(source: Iterator[Line], wanted: Wanted, *, name: str, optional: Iterable[str] = ()) -> Header:
    """The header of a table. Raises KnowledgeError when the columns are not there."""
    header = header_or_none(source, wanted, optional)
    if header is None:
        required = [field.replace("_", " ") for field in wanted if field not in set(optional)]
        columns = ", ".join(required[:_TOLD]) + (" …" if len(required) > _TOLD else "")
        raise refuse(name, f"no header with the columns {columns} was found", "see whether it is a file of this kind")
    return header


def header_or_none(source: Iterator[Line], wanted: Wanted, optional: Iterable[str] = ()) -> Header | None:
    """The header of a table, or None; then the first sixty rows of ``source`` are gone."""
    required = set(wanted) - set(optional)
    seen: list[Line] = []
    recent: deque[list[str]] = deque(maxlen=_STACKED)
    for number, cells in itertools.islice(source, _HEADER_WITHIN):
        recent.append(cells[:_COLUMNS_MAX])
        for depth in range(1, len(recent) + 1):
            found = _columns(_joined(list(recent)[-depth:]), wanted)
            if required <= set(found):
                return Header(found, tuple(seen), source)
        seen.append((number, cells))
    return None


def _joined(stack: list[list[str]]) -> list[str]:
    return [plain("".join(column)) for column in itertools.zip_longest(*stack, fillvalue="")]


def _columns(names: list[str], wanted: Wanted) -> dict[str, int]:
    found: dict[str, int] = {}
    for field, patterns in wanted.items():
        places = (place for pattern in patterns for place, name in enumerate(names) if fnmatch.fnmatchcase(name, pattern))
        place = next(places, None)
        if place is not None:
            found[field] = place
    return found
