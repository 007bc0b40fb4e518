"""The editions that a file of official tables holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from consultant.knowledge.official_kinds import Edition, Kind, Setting, as_day

_COLUMNS = "id, kind, setting, name, effective, since, files, sha256, rows, rejected, imported"
# Two kinds at most answer for one; a question mark that repeats a value does no harm.
_OF_KINDS = f"SELECT {_COLUMNS} FROM edition WHERE kind IN (?, ?) AND setting = ? ORDER BY id"  # noqa: S608  (our own columns)
_ALL = f"SELECT {_COLUMNS} FROM edition ORDER BY kind, setting, effective, id"  # noqa: S608  (our own columns)


def read_editions(connection: sqlite3.Connection, kinds: Iterable[Kind], setting: Setting) -> tuple[Edition, ...]:
    """The editions of one or two kinds for a setting, in the order of their import."""
    first, *others = kinds
    rows = connection.execute(_OF_KINDS, (first, others[0] if others else first, setting))
    return tuple(_edition(*row) for row in rows)


def read_all(connection: sqlite3.Connection) -> tuple[Edition, ...]:
    """Every edition, ordered by kind, setting and day."""
    return tuple(_edition(*row) for row in connection.execute(_ALL))


def _edition(  # noqa: PLR0913, PLR0917  (one parameter for each column)
    number: int, kind: str, setting: str, name: str, effective: int, since: int | None,
    files: str, sha256: str, rows: int, rejected: int, imported: str,
) -> Edition:  # fmt: skip
    day = as_day(effective)
    if day is None:
        msg = f"edition {number} has no day"
        raise ValueError(msg)
    return Edition(
        id=number,
        kind=Kind(kind),
        setting=Setting(setting),
        name=name,
        effective=day,
        since=as_day(since),
        files=tuple(json.loads(files)),
        sha256=sha256,
        rows=rows,
        rejected=rejected,
        imported=datetime.fromisoformat(imported),
    )
