"""A DNS of our own for tests: a table of records, and names that make trouble."""

from __future__ import annotations

from collections.abc import Mapping

from consultant.errors import TemporaryError
from consultant.mail.dns import Kind


class Zone:
    """Answers from a table ``{(name, kind): records}``; names in ``broken`` raise TemporaryError. Writes down what was asked."""

    def __init__(self, records: Mapping[tuple[str, str], list[bytes]] | None = None, *, broken: tuple[str, ...] = ()) -> None:
        self.records = dict(records or {})
        self.broken = set(broken)
        self.asked: list[tuple[str, Kind]] = []

    def look_up(self, name: str, kind: Kind) -> tuple[bytes, ...]:
        self.asked.append((name, kind))
        if name in self.broken:
            msg = "no answer"
            raise TemporaryError(msg)
        return tuple(self.records.get((name.lower().rstrip("."), kind.value), ()))
