"""Bringing the database to the newest schema, with Alembic, from any earlier one; several starters at once do no harm.

The whole way is one transaction on both databases: a killed migration leaves what was there before. Starters take turns by a lock
file beside a SQLite file, and by an advisory lock on PostgreSQL; the later one finds nothing left to do.

To change a table: change it in ``tables``, and add the next number in ``migrations/versions``, spelt out and never edited once it
has been released; a test holds the two against each other on both databases.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, func, select

from consultant.errors import TemporaryError, WorkError
from consultant.store import engines
from consultant.store.faults import faults_named

_PATIENCE = 60.0
_TURN = 0x636F6E73
"""Number of the advisory lock, the same for every starter."""
# Patient data is for the service's own account only.
_PRIVATE = 0o600


def migrate(url: str) -> None:
    """Make the database, or bring it to the newest schema. Raises WorkError when it is newer than this program, TemporaryError."""
    address = engines.parsed(url)
    with faults_named(), _starters_turn(address), _engine(address) as engine, engine.begin() as tx:
        if engine.dialect.name == "postgresql":
            tx.execute(select(func.pg_advisory_xact_lock(_TURN)))
        _refuse_newer(tx)
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def is_current(url: str) -> bool:
    """Whether the database has exactly the schema this program works with. Raises TemporaryError when it cannot be reached."""
    address = engines.parsed(url)
    if engines.is_sqlite(address) and not engines.sqlite_file(address).exists():
        return False
    with faults_named(), _engine(address, reading=True) as engine, engine.begin() as tx:
        return _revision(tx) == _scripts().get_current_head()


@contextmanager
def _starters_turn(address: URL) -> Iterator[None]:
    """For a SQLite file: make it, private and in WAL mode, and hold its lock file, which the system releases if we are killed."""
    if not engines.is_sqlite(address):
        yield
        return
    file = engines.sqlite_file(address)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, _PRIVATE))
        lock = os.open(file.with_name(f"{file.name}.lock"), os.O_CREAT | os.O_RDWR, _PRIVATE)
    except OSError as error:
        msg = f"the database file cannot be made: {error.strerror}; see that its folder exists and may be written"
        raise TemporaryError(msg) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _use_wal(address)
        yield
    finally:
        os.close(lock)


def _use_wal(address: URL) -> None:
    # A journal mode cannot be changed inside a transaction, and our engines begin one at once.
    try:
        with closing(sqlite3.connect(engines.sqlite_file(address), timeout=_PATIENCE)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        msg = f"the database file cannot be used ({error.sqlite_errorname}): see that it is ours and that no other program holds it"
        raise TemporaryError(msg) from None


@contextmanager
def _engine(address: URL, *, reading: bool = False) -> Iterator[Engine]:
    engine = engines.engine(address, patience=_PATIENCE, reading=reading, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    # Alembic reads the value through configparser, to which a per cent sign means something.
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _revision(tx: Connection) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def _refuse_newer(tx: Connection) -> None:
    revision = _revision(tx)
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        msg = (
            f"the database has schema {revision}, which is newer than this program: install the newer program, or restore a backup"
        )
        raise WorkError(msg)
