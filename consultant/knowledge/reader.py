"""Read-only connections to a knowledge file, lent to one thread at a time.

A pool instead of one connection for each thread: threads of a web server come and go, connections stay few. A process made by fork
starts with an empty pool, since a connection must not be used on both sides.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from consultant.errors import KnowledgeError
from consultant.knowledge import tables

_MEND = "the knowledge file cannot be read ({error}); run `consultant knowledge build`"


class Reader:
    """Lends connections that ``connect`` opens; ``mend`` is what it says when the file cannot be read, with ``{error}`` in it."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, mend: str = _MEND) -> None:
        self._connect = connect
        self._mend = mend
        self._free: deque[sqlite3.Connection] = deque()
        self._process = os.getpid()

    @classmethod
    def of_file(cls, path: Path, stamp: str) -> Reader:
        """A reader of the file at ``path``; it raises KnowledgeError once a file with another stamp has taken its place."""

        def connect() -> sqlite3.Connection:
            if tables.read_meta(path).get("stamp") != stamp:
                msg = f"{path}: a new knowledge file has taken its place; restart the program that reads it"
                raise KnowledgeError(msg)
            return tables.connect(path)

        return cls(connect)

    @classmethod
    def of_contents(cls, contents: tables.Contents) -> Reader:
        """A reader of the same tables in memory."""
        with closing(sqlite3.connect(":memory:")) as made:
            tables.write(made, contents)
            image = made.serialize()

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            connection.deserialize(image)
            return connection

        return cls(connect)

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses meanwhile. Raises KnowledgeError when the file cannot be read."""
        if self._process != os.getpid():
            self._free, self._process = deque(), os.getpid()
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except sqlite3.Error as error:
            raise KnowledgeError(self._mend.format(error=error)) from None
        finally:
            self._free.append(connection)

    def rows(self, query: str, *values: object) -> list[Any]:
        """All rows of one query."""
        with self.lend() as connection:
            return connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the connections that are not lent."""
        while self._free:
            self._free.pop().close()
