"""The words of documents that go with a mail: PDF, Word (docx), OpenDocument, RTF; and a note for each that has none to give.

The bytes decide what a document is, not its name or type. Every limit (size, expanded size, pages, seconds) ends in a note that
says what the sender can do; nothing a document does ends in an exception. Known limits: pictures are not read (no OCR), old Word
files (doc) are named only.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from consultant.mail.deadline import Seconds, TooSlow
from consultant.mail.reading_limits import ReadingLimits


class Note(StrEnum):
    """Why a document was not read, and what its sender can do."""

    PICTURES = "holds pictures only: please send the text"
    LOCKED = "is protected by a password: please send the text"
    DAMAGED = "is damaged: please send the text"
    EMPTY = "holds no words"
    TOO_LARGE = "too large to be read: please send the words of the case"
    TOO_SLOW = "takes too long to be read: please send the text"
    OLD_WORD = "old Word document, not read: please send the text"
    OUTLOOK = "Outlook message file, not read: please forward it as text"


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a document, or the note why there are none; both when it was read in part."""

    text: str
    note: str = ""


class LimitError(Exception):
    """A reader met a limit; the note says which."""

    def __init__(self, note: Note) -> None:
        super().__init__(note.value)
        self.note = note


_PDF = re.compile(rb"\s{0,1024}%PDF-")
_PDF_WITHIN = 1024
_RTF = re.compile(rb"\s*\{\\rt")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = MappingProxyType({".doc": Note.OLD_WORD, ".dot": Note.OLD_WORD, ".msg": Note.OUTLOOK})
_LINES = re.compile(r"\n{3,}")


def read(data: bytes, name: str, *, limits: ReadingLimits, seconds: Seconds) -> Document | None:
    """The words of a document; None when the bytes are no document that is known here."""
    reader = _reader(data, name)
    if reader is None:
        return None
    if len(data) > limits.document:
        return Document("", Note.TOO_LARGE)
    try:
        with seconds.running() as clock:
            return _tidy(reader(data, limits, clock.check), limits)
    except (Exception, TooSlow) as error:  # noqa: BLE001  (readers of foreign formats raise whatever damaged files provoke)
        return Document("", _note_of(error))


def _note_of(error: BaseException) -> Note:
    if isinstance(error, LimitError):
        return error.note
    return {TooSlow: Note.TOO_SLOW, MemoryError: Note.TOO_LARGE}.get(type(error), Note.DAMAGED)


Reader = Callable[[bytes, ReadingLimits, Callable[[], None]], Document]


def _reader(data: bytes, name: str) -> Reader | None:
    # The readers are imported where they are needed: most mails carry no document, and the libraries are large.
    ending = name.lower()[-4:]
    is_pdf = _PDF.match(data) or (b"%PDF-" in data[:_PDF_WITHIN] and ending == ".pdf")
    found: Reader | None = None
    if is_pdf:
        from consultant.mail.pdf_text import read_pdf as found  # noqa: PLC0415
    elif _RTF.match(data):
        from consultant.mail.rtf_text import read_rtf as found  # noqa: PLC0415
    elif data.startswith(_ZIP) and _is_office_file(data):
        from consultant.mail.office_text import read_office as found  # noqa: PLC0415
    elif data.startswith(_OLE) and ending in _OLD:
        found = _only_named(_OLD[ending])
    return found


def _only_named(note: Note) -> Reader:
    return lambda _data, _limits, _check: Document("", note)


def _is_office_file(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:5000])
    except Exception:  # noqa: BLE001  (a damaged archive raises many things)
        return False
    return bool(names & {"word/document.xml", "content.xml"})


def _tidy(found: Document, limits: ReadingLimits) -> Document:
    """The text without control characters, at most as long as an attachment may be."""
    kept = "".join(sign for sign in found.text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    lines = "\n".join(line.rstrip() for line in kept.split("\n"))
    text = _LINES.sub("\n\n", lines).strip("\n")
    if len(text) > limits.attachment:
        return Document(text[: limits.attachment], Note.TOO_LARGE)
    return Document(text, found.note or ("" if text.strip() else Note.EMPTY))
