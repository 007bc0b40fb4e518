"""What a reader makes of official files: rows for our tables, and what the files tell of their edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.files import Meter
from consultant.knowledge.official_kinds import Setting
from consultant.knowledge.official_tables import Table

KEPT = 100
"""How many rejected lines are kept with their reasons; all are counted."""

Values = tuple[Any, ...]
"""The values of a row, in the order of the columns of its table; text, numbers and None."""
Line = tuple[int, list[str]]
"""Number of a line in its file, and its cells."""


class RowError(ValueError):
    """You will meet this when one line cannot be read; its message says why and never repeats the line."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was left out. ``why`` holds nothing of the line."""

    file: str
    line: int
    why: str


@dataclass(slots=True)
class Rejections:
    """The lines that were left out."""

    count: int = 0
    kept: list[Rejected] = field(default_factory=list)

    def add(self, file: str, line: int, why: str) -> None:
        """Note one line."""
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Rejected(file, line, why))


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table; they are read from the files while one goes through them, once."""

    table: Table
    rows: Iterator[Values]
    counts: bool = True
    """Whether its rows are those that the edition is said to have; False for tables beside them."""
    may_repeat: bool = False
    """Whether the files may say the same twice; elsewhere a repeated row is noted as rejected."""


@dataclass(slots=True)
class Sheet:
    """The contents of official files; its parts are gone through in their order."""

    parts: tuple[Part, ...]
    meter: Meter
    rejected: Rejections
    edition: str = ""
    """As the files name it; empty where they do not."""
    effective: date | None = None
    since: date | None = None
    setting: Setting | None = None


def converted(
    lines: Iterable[Line], convert: Callable[[list[str]], Values | None], rejected: Rejections, file: str
) -> Iterator[Values]:
    """The rows that ``convert`` makes of lines. Blank lines and those of which it makes None are passed over in silence."""
    for number, cells in lines:
        if not any(cells):
            continue
        try:
            row = convert(cells)
        except RowError as error:
            rejected.add(file, number, str(error))
            continue
        if row is not None:
            yield row


def refuse(file: str, why: str, mend: str) -> KnowledgeError:
    """The refusal of a whole file, in one line."""
    return KnowledgeError(f"{file}: {why}; {mend}")
