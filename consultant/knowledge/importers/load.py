"""Importing official files into the file of official tables: all of an edition, or nothing.

A wrong file is refused by its header or by how many of its lines cannot be read; one that was cut off by its end, or by having far
fewer rows than the edition before. The same files a second time change nothing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge import official_tables
from consultant.knowledge.importers.catalogue import READERS
from consultant.knowledge.importers.files import reading, shown
from consultant.knowledge.importers.sheet import Part, Rejected, Sheet
from consultant.knowledge.official_editions import read_editions
from consultant.knowledge.official_kinds import Edition, Kind, Setting, as_number, in_force

Progress = Callable[[str, int, int], None]
"""Told what is done, how far it is, and of how much."""
_BATCH = 20_000
_REJECTED_MAX = 0.01
"""More than this share of lines that cannot be read: it is another file, or a broken one."""
_REJECTED_ALLOWED = 5
"""So many are let pass in a short file, too."""
_SHRUNK = 0.5
"""Fewer rows than this share of the edition before: the file was cut off."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did."""

    kind: Kind
    edition: Edition
    rows: int
    rejected: int
    changed: bool
    """False when these very files had been imported before."""
    reasons: tuple[Rejected, ...] = ()
    """The first lines that were left out, and why."""


def import_files(  # noqa: PLR0913  (what the file does not tell, its bringer does: setting, edition, effective)
    kind: Kind,
    files: Sequence[Path],
    target: Path,
    *,
    setting: Setting | None = None,
    edition: str | None = None,
    effective: date | None = None,
    now: datetime,
    progress: Progress | None = None,
) -> Report:
    """Import files of one edition into ``target``. ``setting``, ``edition`` and ``effective`` win over what the files tell.

    Raises KnowledgeError, with one line, when the files are refused; then nothing has changed.
    """
    paths = tuple(files)
    sheet = READERS[kind](paths)
    found = _edition(kind, paths, sheet, setting=setting, name=edition, effective=effective, now=now)
    with official_tables.writing(target) as connection:
        before = read_editions(connection, kind.answered_by, found.setting)
        same = next((known for known in before if known.kind is kind and known.sha256 == found.sha256), None)
        if same:
            return Report(kind, same, same.rows, same.rejected, changed=False)
        number = _register(connection, found)
        rows = _fill(connection, number, sheet, what=f"importing {kind}", progress=progress or _silent)
        _refuse_unbelievable(found, rows, sheet, in_force([known for known in before if known.kind is kind], found.effective))
        written = replace(found, id=number, rows=rows, rejected=sheet.rejected.count)
        _complete(connection, written, sheet)
    return Report(kind, written, rows, sheet.rejected.count, changed=True, reasons=tuple(sheet.rejected.kept))


def _edition(  # noqa: PLR0913  (see import_files)
    kind: Kind,
    paths: Sequence[Path],
    sheet: Sheet,
    *,
    setting: Setting | None,
    name: str | None,
    effective: date | None,
    now: datetime,
) -> Edition:
    """The edition as the files and their bringer tell it. Raises KnowledgeError when that is not enough, or does not agree."""
    names = ", ".join(map(shown, paths))
    day = effective or sheet.effective
    if day is None:
        msg = f"{names}: the day on which it takes effect cannot be told from it; say --effective YYYY-MM-DD"
        raise KnowledgeError(msg)
    return Edition(
        id=0,
        kind=kind,
        setting=_setting(kind, names, sheet.setting, setting),
        name=name or (sheet.edition if day == sheet.effective else "") or day.isoformat(),
        effective=day,
        since=sheet.since,
        files=tuple(map(shown, paths)),
        sha256=_digest(paths),
        rows=0,
        rejected=0,
        imported=now.astimezone(UTC),
    )


def _setting(kind: Kind, names: str, told: Setting | None, given: Setting | None) -> Setting:
    choices = ", ".join(setting for setting in kind.settings if setting)
    if told and given and told is not given:
        msg = f"{names}: the file is for {told}, not {given}; leave --setting out"
        raise KnowledgeError(msg)
    setting = given or told or (Setting.ANY if Setting.ANY in kind.settings else None)
    if setting is None:
        msg = f"{names}: whom it is for cannot be told from it; say --setting with one of {choices}"
        raise KnowledgeError(msg)
    if setting not in kind.settings:
        msg = f"{names}: --setting {setting} is none of {kind}; {f'choose one of {choices}' if choices else 'leave it out'}"
        raise KnowledgeError(msg)
    return setting


def _digest(paths: Sequence[Path]) -> str:
    """The SHA-256 of the file; of several files, that of their sorted ones, so that their order does not matter."""
    digests = []
    for path in paths:
        with reading(shown(path)), path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def _register(connection: sqlite3.Connection, edition: Edition) -> int:
    cursor = connection.execute(
        "INSERT INTO edition (kind, setting, name, effective, since, files, sha256, rows, rejected, imported)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
        (
            *(edition.kind, edition.setting, edition.name, as_number(edition.effective)),
            as_number(edition.since) if edition.since else None,
            *(json.dumps(edition.files), edition.sha256, edition.imported.isoformat()),
        ),
    )
    return cursor.lastrowid or 0


def _fill(connection: sqlite3.Connection, number: int, sheet: Sheet, *, what: str, progress: Progress) -> int:
    """Write all rows; tells how many of those that count. Rows that are there already are noted as rejected."""
    return sum(_fill_part(connection, number, sheet, part, lambda: _tell(sheet, what, progress)) for part in sheet.parts)


def _fill_part(connection: sqlite3.Connection, number: int, sheet: Sheet, part: Part, tell: Callable[[], None]) -> int:
    written = 0
    tell()
    while batch := [(number, *row) for row in itertools.islice(part.rows, _BATCH)]:
        stored = connection.executemany(part.table.insertion, batch).rowcount
        written += stored
        if part.counts and not part.may_repeat:
            for _ in range(len(batch) - stored):
                sheet.rejected.add("", 0, "a row with the same codes was there already")
        tell()
    return written if part.counts else 0


def _tell(sheet: Sheet, what: str, progress: Progress) -> None:
    # The size of an archive member is a promise of the archive.
    progress(what, sheet.meter.done, max(sheet.meter.total, sheet.meter.done, 1))


def _refuse_unbelievable(edition: Edition, rows: int, sheet: Sheet, before: Edition | None) -> None:
    names, rejected = ", ".join(edition.files), sheet.rejected
    of_what = f"see whether it is a file of {edition.kind}, or fetch it again"
    if rejected.count > max(_REJECTED_ALLOWED, _REJECTED_MAX * (rows + rejected.count)) or (rejected.count and not rows):
        first = rejected.kept[0]
        share = f"{rejected.count:,} of {rows + rejected.count:,} lines cannot be read"
        msg = f"{names}: {share} (line {first.line}: {first.why}); {of_what}"
        raise KnowledgeError(msg)
    if not rows:
        msg = f"{names}: there is not one row in it; {of_what}"
        raise KnowledgeError(msg)
    if before and rows < _SHRUNK * before.rows:
        msg = f"{names}: it has {rows:,} rows where {before} has {before.rows:,}, as if it were cut off; fetch it again"
        raise KnowledgeError(msg)


def _complete(connection: sqlite3.Connection, edition: Edition, sheet: Sheet) -> None:
    connection.execute("UPDATE edition SET rows = ?, rejected = ? WHERE id = ?", (edition.rows, edition.rejected, edition.id))
    connection.executemany(
        "INSERT INTO rejected (edition, line, file, why) VALUES (?, ?, ?, ?)",
        [(edition.id, one.line, one.file, one.why) for one in sheet.rejected.kept],
    )


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""
