"""Backup and restore: a copy of a SQLite database while it is used, and what must not happen by itself after a restore.

A copy is whole at one moment (SQLite's online backup). After a restore nobody knows which letters left between the copy and the
loss: those on their way are held for a person, so that nobody is answered twice. PostgreSQL has pg_dump and pg_restore, after which
the same holding is done.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from consultant.errors import UsageError, WorkError
from consultant.model.case import CaseState
from consultant.store import cases, engines, events, outbox
from consultant.store.states import OutboxState
from consultant.store.tables import cases as case_table
from consultant.store.tables import outbox as outbox_table

HELD = "restored-from-a-backup"
_PRIVATE = 0o600
_PAGES = 1000


def copy_to(url: str, target: Path) -> None:
    """Copy the SQLite database of this address into a new file. Raises UsageError, WorkError."""
    address = engines.parsed(url)
    if not engines.is_sqlite(address):
        msg = "this database is PostgreSQL: take the backup with pg_dump --format=custom"
        raise UsageError(msg)
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
    except OSError as error:
        msg = f"{target} cannot be made: {error.strerror}; name a file that is not there yet"
        raise WorkError(msg) from None
    source = f"file:{engines.sqlite_file(address)}?mode=ro"
    try:
        with closing(sqlite3.connect(source, uri=True)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing, pages=_PAGES)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        msg = (
            f"the backup was not made ({error.sqlite_errorname}): see that the database is there, and that there is room for a copy"
        )
        raise WorkError(msg) from None
    check_file(target)


def check_file(file: Path) -> None:
    """Raise WorkError when a file is no whole SQLite database of ours."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as reading:
            (found,) = reading.execute("PRAGMA integrity_check").fetchone()
            reading.execute("SELECT length FROM chain_head").fetchone()
    except sqlite3.Error as error:
        msg = f"{file} is no backup of ours ({error.sqlite_errorname}): choose another"
        raise WorkError(msg) from None
    if found != "ok":
        msg = f"{file} is damaged: choose another backup"
        raise WorkError(msg)


def put_back(url: str, backup: Path) -> None:
    """Put a copy in the place of the SQLite database, whole or not at all; what was there is kept beside it as ``….before``."""
    address = engines.parsed(url)
    if not engines.is_sqlite(address):
        msg = "this database is PostgreSQL: restore it with pg_restore, then run `consultant restore` without a file"
        raise UsageError(msg)
    check_file(backup)
    file = engines.sqlite_file(address)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    copy_to(f"sqlite:///{backup.resolve()}", new)
    if file.exists():
        # With its log, which may hold the newest mails of all.
        for suffix in ("", "-wal", "-shm"):
            part = file.with_name(file.name + suffix)
            if part.exists():
                part.replace(file.with_name(f"{file.name}.before{suffix}"))
    new.replace(file)


def hold_outgoing(tx: Connection, *, at: datetime, actor: str) -> int:
    """Hold every letter that waits to be sent, and set its approved case aside, for a person to decide; how many letters."""
    waiting = outbox_table.c.state.in_((OutboxState.PENDING, OutboxState.SENDING))
    numbers = tx.execute(select(outbox_table.c.id).where(waiting).order_by(outbox_table.c.id)).scalars().all()
    for mail_id in numbers:
        outbox.hold(tx, mail_id, at=at, actor=actor, reason=HELD)
    approved = select(case_table.c.id).where(case_table.c.state == CaseState.APPROVED).order_by(case_table.c.id)
    for case_id in tx.execute(approved).scalars().all():
        cases.move(tx, case_id, to=CaseState.SET_ASIDE, at=at, actor=actor, reason=HELD, expect=CaseState.APPROVED)
    events.append(tx, case_id=None, at=at, actor=actor, kind="restored", detail={"held": len(numbers)})
    return len(numbers)
