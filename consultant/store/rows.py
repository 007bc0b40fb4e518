"""Small habits of all tables: the number of a new row, insert once, and which reasons may stand in the history."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

LARGEST_ID = 2**63 - 1
"""The largest number a row can have; neither database takes a larger one, not even to look for it."""
_NAMED_REASON = re.compile(r"[a-z0-9][a-z0-9:._-]{0,59}")


def new_id(tx: Connection, table: Table, **values: Any) -> int:  # noqa: ANN401  (the columns of the table)
    """Insert a row and return the number it got."""
    return int(tx.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def insert_once(tx: Connection, table: Table, values: dict[str, Any], *, key: str) -> bool:
    """Insert a row unless one with this value in the unique column ``key`` is there; whether it was inserted."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=[key]).returning(table.c[key])
    return tx.execute(statement).one_or_none() is not None


def named_reason(reason: str) -> dict[str, str]:
    """The reason as a detail of an event if it is a name (``auto-submitted``); a person's own words stay out of the history."""
    return {"reason": reason} if _NAMED_REASON.fullmatch(reason) else {}
