"""The nouns of a published code page: what somebody else says of a code, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consultant.model.coding import System


class PageKind(StrEnum):
    """The two shapes of page that are read."""

    DESCRIPTION = "description"
    """An official description and a description in common language."""
    OVERVIEW = "overview"
    """Overview, service type, site of service, clinical context, and tables of codes."""


class TableKind(StrEnum):
    """The tables of a page."""

    MODIFIERS = "modifiers"
    TAXONOMIES = "taxonomies"
    DIAGNOSES = "diagnoses"
    PROCEDURES = "procedures"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a code, what the page calls it, and what it remarks (when to use it, why it is related)."""

    code: str
    words: str
    remark: str
    line: int


@dataclass(frozen=True, slots=True)
class Filler:
    """Words that stand where data should be."""

    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page as read. Lines are counted from 1."""

    name: str
    """What the page is called in reports, as a rule its file name."""
    kind: PageKind
    code: str
    system: System
    code_line: int
    year: int | None
    """The latest year in its copyright lines: for when it claims to speak."""
    service_type: str
    sites: str
    modifiers: tuple[Row, ...]
    taxonomies: tuple[Row, ...]
    diagnoses: tuple[Row, ...]
    procedures: tuple[Row, ...]
    cut_short: int | None
    """The line at which a table breaks off; None when all are whole."""
    filler: tuple[Filler, ...]
    descriptor: str
    """What it gives as the official description. © AMA: compared with a licensee's own file, never shown or kept."""
    prose: str
    """Its running text, to see what it does not say."""
    explanation: str
    """The sentence with which it explains the code in its own words; empty when there is none."""

    def at(self, line: int) -> str:
        """The place of a line in reports."""
        return f"{self.name}:{line}"
