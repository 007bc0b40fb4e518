"""SQLAlchemy engines for the two databases we run on, set up so that a commit is durable and a wait is bounded.

SQLite: WAL (set by the migration, it stays in the file), synchronous=FULL, foreign keys, removed words overwritten, and BEGIN
IMMEDIATE for writing, so that a transaction never meets a lock half-way. PostgreSQL: synchronous_commit, a bound on waiting for
locks, and an end to transactions whose program was stopped while it held them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from consultant.errors import UsageError

_FORMS = "CONSULTANT_DATABASE_URL: use sqlite:////path/to/file.sqlite or postgresql+psycopg://user@host/name"
_WAL_BYTES = 64 * 1024 * 1024
# A program that is stopped inside a transaction would keep everybody else out.
_IDLE_MILLISECONDS = 30_000


def parsed(url: str) -> URL:
    """The address of a database, with our driver filled in. Raises UsageError, without the address: it may hold a password."""
    try:
        given = make_url(url)
    except ArgumentError:
        raise UsageError(_FORMS) from None
    match given.get_backend_name():
        case "postgresql" | "postgres":
            return given.set(drivername="postgresql+psycopg")
        case "sqlite" if given.database and given.database != ":memory:":
            return given.set(drivername="sqlite")
        case _:
            raise UsageError(_FORMS)


def is_sqlite(url: URL) -> bool:
    """Whether the database is a file of ours; otherwise it is a PostgreSQL server."""
    return url.get_backend_name() == "sqlite"


def sqlite_file(url: URL) -> Path:
    """The file of a SQLite address."""
    return Path(url.database or "")


def engine(url: URL, *, patience: float, reading: bool = False, **options: Any) -> Engine:  # noqa: ANN401  (SQLAlchemy's own options)
    """An engine whose connections wait at most ``patience`` seconds for a lock; with ``reading`` they cannot write."""
    # Without hide_parameters an exception would print the row, and with it words of a mail.
    options |= {"hide_parameters": True}
    if is_sqlite(url):
        return _sqlite(url, patience=patience, reading=reading, options=options)
    return _postgres(url, patience=patience, reading=reading, options=options)


def _sqlite(url: URL, *, patience: float, reading: bool, options: dict[str, Any]) -> Engine:
    made = create_engine(url, connect_args={"timeout": patience}, **options)

    @event.listens_for(made, "connect")
    def _set_up(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401  (a sqlite3.Connection, or a wrapper)
        # The driver would begin transactions by itself, and late; we begin them below.
        connection.isolation_level = None
        for pragma in _pragmas(reading=reading):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return made


def _pragmas(*, reading: bool) -> tuple[str, ...]:
    durable = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"journal_size_limit={_WAL_BYTES}")
    return (*durable, "query_only=ON") if reading else durable


def _postgres(url: URL, *, patience: float, reading: bool, options: dict[str, Any]) -> Engine:
    settings = {
        "synchronous_commit": "on",
        "lock_timeout": f"{max(1, round(patience * 1000))}ms",
        "idle_in_transaction_session_timeout": f"{_IDLE_MILLISECONDS}ms",
        "timezone": "UTC",
    }
    if reading:
        settings |= {"default_transaction_read_only": "on"}
        # All that one reader sees belongs to one moment, as with SQLite.
        options = {"isolation_level": "REPEATABLE READ"} | options
    words = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments = {"options": words, "connect_timeout": max(2, round(patience)), "application_name": "consultant"}
    return create_engine(url, connect_args=arguments, pool_pre_ping=True, **options)
