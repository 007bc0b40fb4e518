"""How much of one mail is read. Beyond these bounds a mail is not refused: the rest is left unread and a defect says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from consultant.mail.deadline import Seconds

_KIB = 1024
_MIB = 1024 * _KIB


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Bounds of one reading, in bytes of the raw mail unless said otherwise. The defaults are far above honest mail."""

    mail: int = 32 * _MIB
    header_section: int = 256 * _KIB
    header_field: int = 16 * _KIB
    header_fields: int = 1000
    """Fields, of one header section."""
    parts: int = 200
    """MIME parts, in the whole tree."""
    depth: int = 12
    """Levels of multiparts and enclosed messages."""
    all_text: int = _MIB
    """Of all text parts and text files together, after their transfer encoding is undone."""
    html: int = 512 * _KIB
    """Characters of one HTML part."""
    html_elements: int = 20_000
    """Elements that are laid out as a page; a longer page is read as running text."""
    text: int = 500_000
    """Characters of the text of a mail."""
    attachments: int = 50
    """Attachments that are listed."""
    attachment: int = 512 * _KIB
    """Of one attachment that is read as text."""
    document: int = 20 * _MIB
    """Of one PDF or office file."""
    pages: int = 60
    """Pages of a PDF that are read."""
    rtf: int = 2 * _MIB
    """Of a rich text file without its pictures."""
    members: int = 3000
    """Files in an office file, which is an archive."""
    expanded: int = 64 * _MIB
    """Of an office file, unpacked."""
    ratio: int = 200
    """Times an office file may grow when it is unpacked."""
    packets: int = 2
    """Levels of winmail.dat in one another."""
    seconds: float = 4.0
    """Seconds for all documents of a mail; a worker has little more for the whole mail."""


@dataclass(slots=True)
class Allowance:
    """What is left of the limits that all parts of one mail share: bytes of text, and seconds for documents."""

    left: int
    seconds: Seconds = field(default_factory=lambda: Seconds(ReadingLimits().seconds))

    def take(self, wanted: int) -> int:
        """As much of ``wanted`` as is left; it is gone for those that come after."""
        granted = min(wanted, self.left)
        self.left -= granted
        return granted


DEFAULT_LIMITS = ReadingLimits()
