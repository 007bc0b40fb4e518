"""The database as the rest of the program meets it: a transaction to write in, a connection to read from, and a health check.

Writers go one at a time, on both databases: SQLite has one write lock, and on PostgreSQL every writing transaction first locks the
head of the history. That is what a history chained over the whole database needs anyway, and taken first it cannot deadlock.
So: no network and no long work inside ``begin()``.

Known limit: leases compare clocks of different machines; keep these within a second or two of each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Engine, select

from consultant.store import engines, sealing
from consultant.store.faults import faults_named
from consultant.store.schema import is_current, migrate
from consultant.store.sealing import Keyring
from consultant.store.tables import chain_head

__all__ = ["Database", "is_current", "migrate"]


@dataclass(frozen=True, slots=True)
class _Engines:
    """One engine to write with and one that cannot; ``pid`` is the process whose connections they hold."""

    writing: Engine
    reading: Engine
    pid: int


class Database:
    """A database that has been migrated. Safe to share between threads; a forked child gets connections of its own.

    ``patience`` is how many seconds to wait for a lock or a connection before TemporaryError; words are sealed with ``keyring``.
    """

    def __init__(self, url: str, *, patience: float = 5.0, keyring: Keyring | None = None) -> None:
        self._url = engines.parsed(url)
        self.keyring = keyring or Keyring()
        self._patience = patience
        # Connections of the parent process: kept, since closing them here would disturb the parent.
        self._inherited: list[_Engines] = []
        self._engines = self._made()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction: committed durably at the end, rolled back on any exception. Faults are TemporaryError."""
        with faults_named(), self._ours().writing.begin() as tx:
            if tx.dialect.name == "postgresql":
                tx.execute(select(chain_head.c.id).with_for_update())
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write, and sees one moment of the database until it is given back."""
        with faults_named(), self._ours().reading.begin() as tx:
            yield tx

    def check(self) -> None:
        """Raise TemporaryError with one line when a writing transaction cannot be had, or there are no tables."""
        with self.begin() as tx:
            tx.execute(select(chain_head.c.length)).one()

    def forget_log(self) -> None:
        """Write SQLite's log into the file and empty it, so that removed words do not live on there; others may delay that."""
        writing = self._ours().writing
        if writing.dialect.name != "sqlite":
            return
        with faults_named(), closing(writing.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._ours().writing.dispose()
        self._ours().reading.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _made(self) -> _Engines:
        def made(*, reading: bool) -> Engine:
            made = engines.engine(self._url, patience=self._patience, reading=reading, pool_timeout=self._patience)
            return made.execution_options(**{sealing.OPTION: self.keyring})

        return _Engines(made(reading=False), made(reading=True), os.getpid())

    def _ours(self) -> _Engines:
        """The engines of this process; a fork makes new ones, because no connection may be used by two processes."""
        if self._engines.pid != os.getpid():
            self._inherited.append(self._engines)
            self._engines = self._made()
        return self._engines
