"""Column types that keep out what a database would spoil: naive times, text it cannot hold, values that are no JSON.

SQLite keeps times as text without a zone and PostgreSQL refuses NUL in text; mail contains both zones of every kind and NUL. The
types here make the two databases behave alike, so that no mail can break a statement by what it says.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

_E = TypeVar("_E", bound=StrEnum)

# Neither database holds NUL or half of a surrogate pair as text.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with every character that a database cannot hold replaced by U+FFFD."""
    return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def to_json(value: object) -> str:
    """The value as ASCII JSON in one fixed form; lone surrogates and NUL become escapes, so that nothing is lost."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: takes only aware datetimes (ValueError otherwise), gives back UTC ones, to the microsecond."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the moment to UTC, because SQLite compares times as text."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time for the database needs its time zone: use datetime.now(UTC)"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the zone back that SQLite drops."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text for people: searchable, and cleaned of what no database holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean the text on its way in."""
        del dialect
        return None if value is None else clean(value)


class JsonText(TypeDecorator[Any]):
    """Plain values as ASCII JSON in a text column: every string comes back as it went in, also one that is no valid Unicode."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write the value as JSON; None stays NULL."""
        del dialect
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Read the value back."""
        del dialect
        return None if value is None else json.loads(value)


class EnumText(TypeDecorator[_E], Generic[_E]):
    """A member of an enum, kept as its value. Reading a value that the enum does not know raises ValueError."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[_E]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: _E | None, dialect: Dialect) -> str | None:
        """Write the bare value: drivers have ideas of their own about enums."""
        del dialect
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> _E | None:
        """Read the member back."""
        del dialect
        return None if value is None else self.members(value)
