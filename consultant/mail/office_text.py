"""The words of Word (ECMA-376) and OpenDocument (ISO 26300) texts: paragraphs in order, cells of a row side by side.

Words that were deleted under tracked changes are left out, those that were inserted are read. An archive that unpacks to more than
the limits, or a part that declares entities, is refused before it is unpacked or parsed. Known limit: text of embedded sheets and
charts is not read.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator

from consultant.mail.documents import Document, LimitError, Note
from consultant.mail.reading_limits import ReadingLimits

_DEEPEST = 200
_ODF = "content.xml"
_WORD_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_LEFT_OUT = frozenset({"delText", "instrText", "tracked-changes", "annotation", "moveFrom", "del", "Fallback"})
_PARAGRAPHS = frozenset({"p", "h"})
_ROWS = frozenset({"tr", "table-row"})
_CELLS = frozenset({"tc", "table-cell"})
_BREAKS = frozenset({"br", "cr", "line-break"})


def read_office(data: bytes, limits: ReadingLimits, check: Callable[[], None]) -> Document:
    """The words of an archive that holds a text. Raises LimitError, and whatever a damaged file provokes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _refuse_bombs(archive, len(data), limits)
        names = set(archive.namelist())
        parts = [name for name in ((_ODF,) if _ODF in names else _WORD_PARTS) if name in names]
        check()
        texts = [_words(_unpacked(archive, name, limits)) for name in parts]
        has_pictures = any(name.startswith(("word/media/", "Pictures/")) for name in names)
    text = "\n\n".join(part for part in texts if part.strip())
    return Document("", Note.PICTURES) if has_pictures and not text.strip() else Document(text)


def _refuse_bombs(archive: zipfile.ZipFile, size: int, limits: ReadingLimits) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise LimitError(Note.LOCKED)
    expanded = sum(member.file_size for member in members)
    if len(members) > limits.members or expanded > limits.expanded or expanded > limits.ratio * max(size, 1):
        raise LimitError(Note.TOO_LARGE)


def _unpacked(archive: zipfile.ZipFile, name: str, limits: ReadingLimits) -> bytes:
    # What an archive says of the size of a member is only what it says.
    with archive.open(name) as member:
        content = member.read(limits.expanded + 1)
    if len(content) > limits.expanded:
        raise LimitError(Note.TOO_LARGE)
    return content


def _words(part: bytes) -> str:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"<\x00!\x00D" in part:
        raise LimitError(Note.DAMAGED)
    root = ET.fromstring(part)  # noqa: S314  (entities are refused above)
    return "".join(_spoken(root, 0))


def _spoken(element: ET.Element, depth: int) -> Iterator[str]:
    tag = element.tag.rpartition("}")[2]
    if tag in _LEFT_OUT or depth > _DEEPEST:
        return
    if tag == "t" or (element.text and _is_odf(element)):
        yield element.text or ""
    elif tag == "tab":
        yield "\t"
    elif tag in _BREAKS:
        yield "\n"
    elif tag == "s":
        yield " "
    for child in element:
        yield from _cell(child, depth) if child.tag.rpartition("}")[2] in _CELLS else _spoken(child, depth + 1)
        if child.tail and _is_odf(element):
            yield child.tail
    if tag in _PARAGRAPHS | _ROWS:
        yield "\n"


def _cell(cell: ET.Element, depth: int) -> Iterator[str]:
    """A cell on one line, so that a row reads as one."""
    yield " ".join("".join(_spoken(cell, depth + 1)).split())
    yield "\t"


def _is_odf(element: ET.Element) -> bool:
    """Whether text stands in the element itself, as in OpenDocument paragraphs."""
    return "opendocument:xmlns:text" in element.tag
