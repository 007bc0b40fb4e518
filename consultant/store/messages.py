"""Mail as it came in: the bytes once, each delivery once, and the case that each belongs to.

A delivery is known by its content and its recipient (RFC 5321 forward-path, without regard to the case of letters): sent again, or
fetched from a mailbox with other trace fields at its top (fingerprint.py), it finds the case it made the first time. A Message-ID
alone proves nothing. What the parser made of a mail is kept beside it and can be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from consultant.errors import NotFoundError, WorkError
from consultant.model.case import CaseState
from consultant.model.message import Attachment, Envelope, Headers, IncomingMessage, RawMail
from consultant.store import cases, events
from consultant.store.columns import clean
from consultant.store.fingerprint import fingerprint
from consultant.store.rows import insert_once, new_id
from consultant.store.sealing import keyring_of, open_json, seal_json
from consultant.store.tables import cases as case_table
from consultant.store.tables import delivery, message, outbox, raw_mail

PARSED = "parsed"
"""What the parsed form of a mail is sealed as."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a delivery is kept; ``is_new`` is False when it had been kept before."""

    case_id: int
    message_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A delivery without its bytes; ``parsed`` is None until somebody has parsed it."""

    id: int
    case_id: int
    sha256: str
    size: int
    received: datetime
    source: str
    envelope: Envelope
    parsed: IncomingMessage | None


def keep(tx: Connection, raw: RawMail, recipient: str) -> Kept:
    """Keep a delivery, with a new case for it; a repeat finds the first one and adds nothing."""
    digest, key = hashlib.sha256(raw.content).hexdigest(), clean(recipient).lower()
    known = select(message.c.case_id, message.c.id).where(message.c.sha256 == digest, message.c.recipient == key)
    mark = fingerprint(raw.content)
    first = tx.execute(known).one_or_none() or tx.execute(_delivered(mark, key)).one_or_none()
    if first is not None:
        return Kept(first.case_id, first.id, is_new=False)
    _keep_bytes(tx, digest, raw.content)
    case_id = cases.add(tx, sender=raw.envelope.reverse_path, received=raw.received)
    row = {"received": raw.received, "source": raw.source, "envelope": asdict(raw.envelope)}
    message_id = new_id(tx, message, case_id=case_id, sha256=digest, recipient=key, **row)
    tx.execute(insert(delivery).values(fingerprint=mark, recipient=key, message_id=message_id))
    detail = {"message": message_id, "sha256": digest, "size": len(raw.content)}
    events.append(tx, case_id=case_id, at=raw.received, actor=raw.source, kind="received", detail=detail)
    return Kept(case_id, message_id, is_new=True)


def raw(tx: Connection, message_id: int) -> RawMail:
    """The mail object as it was received. Raises NotFoundError; WorkError when the bytes are not what they were."""
    row = tx.execute(_stored(raw_mail.c.content).where(message.c.id == message_id)).one_or_none()
    if row is None or row.content is None:
        msg = f"there are no bytes of message {message_id}: it is unknown, or retention has removed them"
        raise NotFoundError(msg)
    content = open_content(tx, row.sha256, row.content)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        msg = f"the bytes of message {message_id} have been damaged: restore them from a backup"
        raise WorkError(msg)
    return RawMail(content, _envelope(row.envelope), row.received, row.source)


def of_case(tx: Connection, case_id: int) -> tuple[StoredMessage, ...]:
    """The messages of a case, oldest first."""
    rows = tx.execute(_stored().where(message.c.case_id == case_id).order_by(message.c.received, message.c.id))
    return tuple(_message(tx, row) for row in rows)


def save_parsed(tx: Connection, message_id: int, parsed: IncomingMessage) -> None:
    """Keep what the parser made of the message, in place of what it made before. Raises NotFoundError."""
    kept = seal_json(tx, asdict(parsed), about=PARSED)
    if tx.execute(update(message).where(message.c.id == message_id).values(parsed=kept)).rowcount != 1:
        raise _unknown(message_id)


def find_case_by_message_ids(tx: Connection, ids: Iterable[str], sender: str) -> int | None:
    """The newest case of which we sent this sender a letter with one of these Message-IDs; None when there is none."""
    wanted = list(dict.fromkeys(ids))
    to_sender = func.lower(outbox.c.recipient) == clean(sender).lower()
    found: list[int] = []
    # A hostile References field may hold more identifiers than a statement may have parameters.
    for start in range(0, len(wanted), _AT_ONCE):
        some = outbox.c.message_id.in_(wanted[start : start + _AT_ONCE])
        found += tx.execute(select(outbox.c.case_id).where(some, to_sender)).scalars()
    return max(found, default=None)


def attach(tx: Connection, message_id: int, case_id: int, *, at: datetime | None = None) -> None:
    """Let a follow-up join the case it answers; the case it had made is closed, with the reason ``joined:17``, once it is empty.

    Whoever is at work on the joined case loses the lease, because it has not read the new message; the caller moves the case.
    ``at`` is when, the time of receipt unless given. Raises NotFoundError, ConflictError.
    """
    row = tx.execute(select(message.c.case_id, message.c.received).where(message.c.id == message_id)).one_or_none()
    if row is None:
        raise _unknown(message_id)
    joined = cases.get(tx, case_id)
    if joined.id == row.case_id:
        return
    moment = at or row.received
    tx.execute(update(message).where(message.c.id == message_id).values(case_id=joined.id))
    tx.execute(update(case_table).where(case_table.c.id == joined.id).values(lease_owner="", lease_until=None, due=None))
    detail = {"message": message_id, "from": row.case_id}
    events.append(tx, case_id=joined.id, at=moment, actor="engine", kind="joined", detail=detail)
    if not of_case(tx, row.case_id):
        left = cases.get(tx, row.case_id)
        reason = f"joined:{joined.id}"
        cases.move(tx, left.id, to=CaseState.CLOSED, at=moment, actor="engine", reason=reason, expect=left.state)


def open_content(tx: Connection, digest: str, kept: bytes) -> bytes:
    """The plain bytes of a stored content. Raises WorkError when the key is missing or they have been damaged."""
    # A mail may begin like a sealed one: what has the hash is the mail itself.
    if hashlib.sha256(kept).hexdigest() == digest:
        return kept
    return keyring_of(tx).open(kept, about=digest)


def _keep_bytes(tx: Connection, digest: str, content: bytes) -> None:
    sealed = keyring_of(tx).seal(content, about=digest)
    if not insert_once(tx, raw_mail, {"sha256": digest, "size": len(content), "content": sealed}, key="sha256"):
        # They are there for another recipient, or retention had removed them.
        removed = and_(raw_mail.c.sha256 == digest, raw_mail.c.content.is_(None))
        tx.execute(update(raw_mail).where(removed).values(content=sealed))


def _delivered(mark: str, recipient: str) -> Select[tuple[int, int]]:
    by_mark = and_(delivery.c.fingerprint == mark, delivery.c.recipient == recipient)
    return select(message.c.case_id, message.c.id).join(delivery, delivery.c.message_id == message.c.id).where(by_mark)


def _stored(*more: Any) -> Any:  # noqa: ANN401  (a Select whose columns are not known to the type checker)
    return select(message, raw_mail.c.size, *more).join(raw_mail, raw_mail.c.sha256 == message.c.sha256)


def _message(tx: Connection, row: Row[Any]) -> StoredMessage:
    parsed = open_json(tx, row.parsed, about=PARSED)
    return StoredMessage(
        id=row.id,
        case_id=row.case_id,
        sha256=row.sha256,
        size=row.size,
        received=row.received,
        source=row.source,
        envelope=_envelope(row.envelope),
        parsed=None if parsed is None else _incoming(parsed),
    )


def _envelope(row: dict[str, Any]) -> Envelope:
    return Envelope(**row | {"forward_paths": tuple(row["forward_paths"])})


def _incoming(row: dict[str, Any]) -> IncomingMessage:
    headers: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row["headers"].items()}
    parts = {
        "references": tuple(row["references"]),
        "defects": tuple(row["defects"]),
        "attachments": tuple(Attachment(**attachment) for attachment in row["attachments"]),
        "headers": Headers(**headers),
    }
    return IncomingMessage(**row | parts)


def _unknown(message_id: int) -> NotFoundError:
    return NotFoundError(f"there is no message {message_id}: look at the case it should belong to")
