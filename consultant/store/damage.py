"""Looking for damage: stored contents whose bytes no longer have their hash, or cannot be opened.

Every content is read and hashed, so this takes as long as reading all the mail; the books alone (reconcile.py) are quick.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from consultant.errors import WorkError
from consultant.store import messages
from consultant.store.tables import message, raw_mail


def damaged_messages(tx: Connection) -> tuple[int, ...]:
    """The numbers of the messages whose bytes are not what was received; those that retention removed are none."""
    there = select(message.c.id).join(raw_mail, raw_mail.c.sha256 == message.c.sha256).where(raw_mail.c.content.is_not(None))
    return tuple(number for number in tx.execute(there.order_by(message.c.id)).scalars().all() if _is_damaged(tx, number))


def _is_damaged(tx: Connection, number: int) -> bool:
    try:
        messages.raw(tx, number)
    except WorkError:
        return True
    return False
