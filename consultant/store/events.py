"""The history: append-only, and chained by hashes over the whole database, so that nothing in it can be changed unseen.

Each event is hashed together with the hash before it; the head of the chain, one row, holds how many events there are and the
last hash, so that cutting off the end shows as well. Triggers refuse to change or delete an event; the chain shows it when
somebody went around them. Known limit: who can write the database can write a whole new chain; export the head to elsewhere
to guard against that.

The detail of an event holds names, numbers and hashes, never words of a mail or of a person: it cannot be removed later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from consultant.store.columns import clean, to_json
from consultant.store.tables import chain_head, event

GENESIS = "0" * 64
"""What the first event is chained to."""
_LONGEST = 300
_HEAD = 1
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. ``case_id`` is None for what concerns no case."""

    seq: int
    case_id: int | None
    at: datetime
    actor: str
    kind: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether the chain is whole: ``count`` events were read; ``broken_at`` is the number of the first event that does not fit."""

    ok: bool
    count: int
    broken_at: int | None


def append(
    tx: Connection, *, case_id: int | None, at: datetime, actor: str, kind: str, detail: Mapping[str, Any] | None = None
) -> int:
    """Add an event and return its number. Raises ValueError for a detail that is too long to be a name."""
    body = _body(detail or {})
    who, what = clean(actor), clean(kind)
    head = tx.execute(select(chain_head.c.length, chain_head.c.hash).where(chain_head.c.id == _HEAD).with_for_update()).one()
    seq = head.length + 1
    digest = _link(head.hash, seq, case_id, at, who, what, body)
    tx.execute(insert(event).values(seq=seq, case_id=case_id, at=at, actor=who, kind=what, detail=body, hash=digest))
    tx.execute(update(chain_head).where(chain_head.c.id == _HEAD).values(length=seq, hash=digest))
    return int(seq)


def of_case(tx: Connection, case_id: int) -> tuple[Event, ...]:
    """The history of one case, oldest first."""
    rows = tx.execute(select(event).where(event.c.case_id == case_id).order_by(event.c.seq))
    return tuple(_event(row) for row in rows)


def latest(tx: Connection, limit: int) -> tuple[Event, ...]:
    """The newest events of the whole database, newest first."""
    return tuple(_event(row) for row in tx.execute(select(event).order_by(event.c.seq.desc()).limit(limit)))


def newest(tx: Connection) -> int:
    """The number of the newest event of all; one row is read, so that it may be asked every second."""
    return int(tx.execute(select(chain_head.c.length).where(chain_head.c.id == _HEAD)).scalar_one())


def last_by(tx: Connection, case_id: int, kind: str) -> dict[str, datetime]:
    """When each person last left an event of this kind on the case."""
    of_kind = select(event.c.actor, func.max(event.c.at)).where(event.c.case_id == case_id, event.c.kind == kind)
    found: dict[str, datetime] = dict(tx.execute(of_kind.group_by(event.c.actor)).all())
    return found


def verify(tx: Connection) -> ChainReport:
    """Hash the whole history again and compare; read it from one moment, ``database.reading()``."""
    last, count = GENESIS, 0
    for row in tx.execute(select(event).order_by(event.c.seq).execution_options(yield_per=_PAGE)):
        digest = _link(last, row.seq, row.case_id, row.at, row.actor, row.kind, row.detail)
        if row.seq != count + 1 or row.hash != digest:
            return ChainReport(ok=False, count=count, broken_at=count + 1)
        last, count = digest, count + 1
    head = tx.execute(select(chain_head.c.length, chain_head.c.hash).where(chain_head.c.id == _HEAD)).one_or_none()
    if head is None or (head.length, head.hash) != (count, last):
        return ChainReport(ok=False, count=count, broken_at=count + 1)
    return ChainReport(ok=True, count=count, broken_at=None)


def _event(row: Row[Any]) -> Event:
    return Event(row.seq, row.case_id, row.at, row.actor, row.kind, json.loads(row.detail))


def _body(detail: Mapping[str, Any]) -> str:
    if any(isinstance(value, str) and len(value) > _LONGEST for value in detail.values()):
        msg = f"a detail of an event is a name or a number, at most {_LONGEST} characters: keep texts in their own tables"
        raise ValueError(msg)
    return to_json(dict(sorted(detail.items())))


def _link(  # noqa: PLR0913, PLR0917  (everything that an event says is hashed)
    last: str, seq: int, case_id: int | None, at: datetime, actor: str, kind: str, body: str
) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(to_json([last, seq, case_id, moment, actor, kind, body]).encode()).hexdigest()
