"""Sealing again what is kept, after a key was added or changed; and telling at a start that a key is missing.

Each call does a part in the caller's transaction, so that mail goes on being taken between them, and can be killed at any moment:
what is sealed with any key of the keyring can be read.
"""

from __future__ import annotations

import base64
from typing import Any

from sqlalchemy import Column, Connection, Table, func, null, select, update

from consultant.store import sealing
from consultant.store.cases import ANALYSIS
from consultant.store.drafts import LETTER
from consultant.store.messages import PARSED, open_content
from consultant.store.tables import analysis, draft, message, outbox, raw_mail

_HEAD = 16
_JSON: tuple[tuple[Table, Column[Any], str], ...] = (
    (message, message.c.parsed, PARSED),
    (analysis, analysis.c.analysis, ANALYSIS),
    (draft, draft.c.letter, LETTER),
)


def check(tx: Connection) -> None:
    """Raise WorkError when the key of the newest mail that is kept is missing: nothing could be read, and no case done."""
    head = select(func.substr(raw_mail.c.content, 1, _HEAD)).join(message, message.c.sha256 == raw_mail.c.sha256)
    newest = head.where(raw_mail.c.content.is_not(None)).order_by(message.c.id.desc()).limit(1)
    found = tx.execute(newest).scalar_one_or_none()
    if found is not None:
        sealing.keyring_of(tx).must_open(bytes(found))


def reseal(tx: Connection, *, after: str = "", limit: int = 50) -> tuple[int, str]:
    """Seal up to ``limit`` contents after this hash with the first key; how many were changed, and the last hash, "" at the end."""
    keyring = sealing.keyring_of(tx)
    kept = raw_mail.c.content.is_not(None)
    rows = tx.execute(
        select(raw_mail.c.sha256, func.substr(raw_mail.c.content, 1, _HEAD))
        .where(raw_mail.c.sha256 > after, kept)
        .order_by(raw_mail.c.sha256)
        .limit(limit)
    ).all()
    old = [digest for digest, head in rows if not keyring.is_newest(bytes(head))]
    for digest in old:
        one = raw_mail.c.sha256 == digest
        content = open_content(tx, digest, tx.execute(select(raw_mail.c.content).where(one)).scalar_one())
        # The trigger lets bytes be removed and be put in, and never be replaced.
        tx.execute(update(raw_mail).where(one).values(content=null()))
        tx.execute(update(raw_mail).where(one).values(content=keyring.seal(content, about=digest)))
    return len(old), rows[-1][0] if len(rows) == limit else ""


def reseal_words(tx: Connection, *, after: int = 0, limit: int = 200) -> tuple[int, int]:
    """Seal what was made of mails, rows of each table after this number; how many were changed, and where to go on, 0 at the end."""
    changed, last = 0, 0
    for table, column, about in _JSON:
        rows = tx.execute(
            select(table.c.id, column).where(table.c.id > after, column.is_not(None), table.c.id <= after + limit)
        ).all()
        changed += sum(_reseal_json(tx, table, column, about, row) for row in rows)
        last = max(last, tx.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
    for number, message_id, content in tx.execute(
        select(outbox.c.id, outbox.c.message_id, outbox.c.content).where(outbox.c.id > after, outbox.c.id <= after + limit)
    ).all():
        changed += _reseal_mail(tx, number, message_id, content)
    last = max(last, tx.execute(select(func.coalesce(func.max(outbox.c.id), 0))).scalar_one())
    return changed, after + limit if after + limit < last else 0


def _reseal_json(tx: Connection, table: Table, column: Column[Any], about: str, row: Any) -> bool:  # noqa: ANN401  (a row)
    number, kept = row
    head = base64.b64decode(kept[: 4 * _HEAD]) if isinstance(kept, str) else b""
    if sealing.keyring_of(tx).is_newest(head):
        return False
    plain = sealing.open_json(tx, kept, about=about)
    sealed = sealing.seal_json(tx, plain, about=about)
    tx.execute(update(table).where(table.c.id == number).values({column.name: sealed}))
    return True


def _reseal_mail(tx: Connection, number: int, message_id: str, kept: bytes) -> bool:
    keyring = sealing.keyring_of(tx)
    if not kept or keyring.is_newest(kept):
        return False
    plain = keyring.open(kept, about=message_id)
    tx.execute(update(outbox).where(outbox.c.id == number).values(content=keyring.seal(plain, about=message_id)))
    return True
