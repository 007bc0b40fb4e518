"""Faults of the database in our own words: temporary ones as TemporaryError, broken rules as ConflictError, defects as WorkError.

The driver's own text is not passed on, nor its exception as a cause: PostgreSQL quotes the row it refuses, and the row may hold
words of a mail. What remains is the driver's name for the fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from consultant.errors import ConflictError, ConsultantError, TemporaryError, WorkError

_LOCKED = "the database is locked by another program: try again, and stop what holds it if this lasts"
_FULL = "the disk of the database is full: free some space, then try again"
_AWAY = "the database cannot be reached: see that it runs and may be written, then try again"
_EMPTY = "the database has no tables yet: start the service once (consultant up), which makes them"

_SQLITE = MappingProxyType(
    {
        "SQLITE_BUSY": _LOCKED,
        "SQLITE_LOCKED": _LOCKED,
        "SQLITE_PROTOCOL": _LOCKED,
        "SQLITE_FULL": _FULL,
        "SQLITE_IOERR": _AWAY,
        "SQLITE_CANTOPEN": _AWAY,
        "SQLITE_READONLY": _AWAY,
        "SQLITE_NOMEM": _AWAY,
    }
)
_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})
_POSTGRES = MappingProxyType({"55P03": _LOCKED, "40P01": _LOCKED, "40001": _LOCKED, "57014": _LOCKED, "53100": _FULL})
_UNDEFINED_TABLE = "42P01"


@contextmanager
def faults_named() -> Iterator[None]:
    """Raise TemporaryError, ConflictError or WorkError in place of whatever the database raised inside.

    ValueError is a value that a column type of ours does not take.
    """
    try:
        yield
    except DBAPIError as error:
        raise _named(error) from None
    except StatementError as error:
        # One of our column types refused a value; its own words are plainer than SQLAlchemy's.
        raise error.orig or error from None
    except PoolTimeoutError:
        msg = "all connections to the database are in use: try again, or lower the number of workers"
        raise TemporaryError(msg) from None


def _named(error: DBAPIError) -> ConsultantError:
    name = _driver_name(error.orig)
    if isinstance(error, IntegrityError):
        return ConflictError(f"the database refused a row that breaks one of its rules ({name}): look again, then try again")
    if name in _DAMAGED:
        return WorkError(f"the database file is damaged, or none of ours ({name}): restore a backup")
    words = _temporary(error, name)
    if words:
        return TemporaryError(f"{words} ({name})")
    return WorkError(f"the database refused a statement ({name}): this is a defect of the program, please report it")


def _temporary(error: DBAPIError, name: str) -> str:
    """What to say of a fault that waiting or an operator can mend; empty for any other."""
    if name == _UNDEFINED_TABLE or "no such table" in str(error.orig):
        return _EMPTY
    for known, words in _SQLITE.items():
        if name.startswith(known):
            return words
    away = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return _POSTGRES.get(name, _AWAY if away and name != "SQLITE_ERROR" else "")


def _driver_name(orig: BaseException | None) -> str:
    """The driver's short name of the fault: ``SQLITE_BUSY``, ``55P03``, or the class of the exception."""
    short = getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None)
    return str(short or type(orig).__name__)
