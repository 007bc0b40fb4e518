"""How much of one mail is read. Beyond these bounds a mail is not refused: the rest is left unread and a defect says so."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(slots=True)
class Allowance:
    """What is left of a limit that all parts of one mail share."""

    left: int

    def take(self, wanted: int) -> int:
        """As much of ``wanted`` as is left; it is gone for those that come after."""
        granted = min(wanted, self.left)
        self.left -= granted
        return granted


DEFAULT_LIMITS = ReadingLimits()
