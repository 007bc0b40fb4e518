"""How many code pages guests have read in a month: one row for each reader and page, so that reading a page again costs nothing.

A reader is a name that the caller makes: a hash for guests and networks, never their address as it is. Months before the last one
are forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from consultant.store.tables import reading

_KEPT = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a page may be read, and how many more may be read in this month."""

    granted: bool
    left: int


def allowance(tx: Connection, readers: Mapping[str, int], now: datetime) -> Allowance:
    """What is left for somebody who is all of these readers at once, each with its limit for a month."""
    left = min(limit - _many(tx, reader, now) for reader, limit in readers.items())
    return Allowance(granted=left > 0, left=max(0, left))


def read(tx: Connection, readers: Mapping[str, int], page: str, now: datetime) -> Allowance:
    """Note that a page is read, if every one of the readers may; nothing is noted otherwise.

    A page that the first reader has read in this month is granted again and costs nothing.
    """
    month = _month(now)
    first = next(iter(readers))
    if _has_read(tx, first, month, page):
        return Allowance(granted=True, left=allowance(tx, readers, now).left)
    before = allowance(tx, readers, now)
    if not before.granted:
        return before
    tx.execute(delete(reading).where(reading.c.month < _month(now - _KEPT)))
    for reader in readers:
        if not _has_read(tx, reader, month, page):
            tx.execute(insert(reading).values(reader=reader, month=month, page=page))
    return Allowance(granted=True, left=allowance(tx, readers, now).left)


def _has_read(tx: Connection, reader: str, month: str, page: str) -> bool:
    row = (reading.c.reader == reader) & (reading.c.month == month) & (reading.c.page == page)
    return tx.execute(select(reading.c.page).where(row)).one_or_none() is not None


def _many(tx: Connection, reader: str, now: datetime) -> int:
    of_reader = (reading.c.reader == reader) & (reading.c.month == _month(now))
    return tx.execute(select(func.count()).select_from(reading).where(of_reader)).scalar_one()


def _month(now: datetime) -> str:
    return f"{now:%Y-%m}"
