"""The rows of the first sheet of an Excel workbook (Office Open XML, ``.xlsx``), as text.

A number is written without exponent, and without a fraction where it has none, as people see it; dates in cells are not read (no
official file has them). Ours rather than openpyxl's, because a file has to be refused in one line whatever its bytes are, and is
read inside archives without unpacking them. Known limit: the text of the whole workbook is held in memory, as its cells point
into it.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.files import Member, Meter, reading
from consultant.knowledge.importers.sheet import Line, refuse
from consultant.knowledge.importers.xml_tree import elements

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_TEXTS = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})\d+")
_COLUMNS_MAX = 512


def rows(member: Member, meter: Meter) -> Iterator[Line]:
    """The rows that hold anything, with their numbers. Raises KnowledgeError when it is no whole workbook."""
    sizes = _sizes(member)
    sheets = sorted((int(found[1]), name) for name in sizes if (found := _SHEET.fullmatch(name)))
    if not sheets:
        raise refuse(member.name, "the workbook has no sheet", "see whether it is a file of this kind")
    _, name = sheets[0]
    meter.total += sizes[name]
    texts = list(_texts(member)) if _TEXTS in sizes else []
    for number, row in enumerate(elements(_part(member, name), meter, "row"), start=1):
        yield _number(row.get("r"), number), _cells(row, texts, member.name)


def _sizes(member: Member) -> dict[str, int]:
    with reading(member.name), member.open() as file, zipfile.ZipFile(file) as archive:
        return {info.filename: info.file_size for info in archive.infolist()}


def _part(member: Member, name: str) -> Member:
    return replace(member, inside=(*member.inside, name), is_workbook=False)


def _texts(member: Member) -> Iterator[str]:
    for item in elements(_part(member, _TEXTS), Meter(), "si"):
        # What is beside the runs of text tells how East Asian words are read.
        yield "".join(text.text or "" for text in item.iter() if text.tag.rpartition("}")[2] == "t")


def _cells(row: ET.Element, texts: list[str], name: str) -> list[str]:
    cells: list[str] = []
    for cell in row:
        place = _place(cell.get("r", ""), len(cells))
        if len(cells) <= place < _COLUMNS_MAX:
            cells.extend("" for _ in range(place - len(cells) + 1))
        if place < len(cells):
            cells[place] = _text(cell, texts, name)
    return cells


def _text(cell: ET.Element, texts: list[str], name: str) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(cell.itertext())
    value = next((part.text or "" for part in cell if part.tag.rpartition("}")[2] == "v"), "")
    if kind == "s":
        try:
            return texts[int(value)]
        except (ValueError, IndexError):
            msg = f"{name}: a cell of the workbook points to no text; fetch it again"
            raise KnowledgeError(msg) from None
    return value if kind in {"str", "b", "e"} else _as_people_write(value)


def _as_people_write(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if math.isfinite(number) and number.is_integer() else value


def _place(reference: str, following: int) -> int:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return following
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < len("12345678") else otherwise
