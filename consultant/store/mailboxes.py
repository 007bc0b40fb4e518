"""Mailboxes that we fetch mail from: whose turn it is, what was fetched and still lies there, and when all was last looked at.

A mail in a mailbox is known by (mailbox, UIDVALIDITY, UID) (RFC 9051 §2.3.1.1). Its row is written in the transaction that keeps
the mail, and goes once the mail has left the mailbox; so a row says "safe here, still lying there". Attempts are counted before
each fetch, so that a mail that takes the program down with it ends. Only the holder of the lease may write, so every writer says
who it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from consultant.errors import ConflictError
from consultant.store.rows import insert_once
from consultant.store.tables import mailbox, mailbox_mail

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox stands; ``looked`` is None until all of it was looked at once, ``trouble`` is empty while all is well."""

    name: str
    uid_validity: int
    last_uid: int
    lease_owner: str
    lease_until: datetime | None
    looked: datetime | None
    waiting: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a mail that lies in a mailbox; ``reason`` is why it is not kept but put before a person."""

    attempts: int
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox in one of its lives, and who fetches from it: the key of its mails is this and the UID."""

    mailbox: str
    uid_validity: int
    owner: str


def hold(tx: Connection, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Take the mailbox, or keep it, until ``now`` and the lease; False while another has it.

    A lease that ends later than one made now could end is of a clock that went wrong, and holds nobody off.
    """
    insert_once(tx, mailbox, {"name": name}, key="name")
    over = or_(mailbox.c.lease_until.is_(None), mailbox.c.lease_until <= now, mailbox.c.lease_until > now + 2 * lease)
    free = or_(mailbox.c.lease_owner.in_(("", owner)), over)
    taken = update(mailbox).where(mailbox.c.name == name, free).values(lease_owner=owner, lease_until=now + lease)
    return tx.execute(taken).rowcount == 1


def release(tx: Connection, name: str, owner: str) -> None:
    """Give the mailbox back; nothing happens when another has it by now."""
    ours = and_(mailbox.c.name == name, mailbox.c.lease_owner == owner)
    tx.execute(update(mailbox).where(ours).values(lease_owner="", lease_until=None))


def known(tx: Connection, place: Place, present: Iterable[int]) -> dict[int, Entry]:
    """What is known of the mails that lie there; rows of mails that have left, or of an earlier life, are forgotten.

    Raises ConflictError when the mailbox is no longer ours.
    """
    _must_hold(tx, place)
    changed = and_(mailbox.c.name == place.mailbox, mailbox.c.uid_validity != place.uid_validity)
    tx.execute(update(mailbox).where(changed).values(uid_validity=place.uid_validity, last_uid=0))
    of_mailbox = mailbox_mail.c.mailbox == place.mailbox
    tx.execute(delete(mailbox_mail).where(of_mailbox, mailbox_mail.c.uid_validity != place.uid_validity))
    found = {row.uid: Entry(row.attempts, row.kept, row.reason) for row in tx.execute(select(mailbox_mail).where(of_mailbox))}
    left = found.keys() - set(present)
    _forget(tx, place, left)
    return {uid: entry for uid, entry in found.items() if uid not in left}


def count_attempt(tx: Connection, place: Place, uids: Iterable[int]) -> None:
    """Count that these mails are about to be fetched. Raises ConflictError when the mailbox is no longer ours."""
    _must_hold(tx, place)
    for uid in uids:
        more = update(mailbox_mail).where(_is(place, [uid])).values(attempts=mailbox_mail.c.attempts + 1)
        if tx.execute(more).rowcount == 0:
            tx.execute(insert(mailbox_mail).values(**_key(place, uid), attempts=1, kept=False))


def note_kept(tx: Connection, place: Place, uid: int) -> None:
    """The mail is kept in this transaction. Raises ConflictError when the mailbox is no longer ours."""
    _note(tx, place, uid, kept=True, reason="")


def note_refused(tx: Connection, place: Place, uid: int, reason: str) -> None:
    """The mail is not kept and goes before a person. Raises ConflictError when the mailbox is no longer ours."""
    _note(tx, place, uid, kept=False, reason=reason)


def forget(tx: Connection, place: Place, uids: Iterable[int]) -> None:
    """The mails have left the mailbox."""
    _forget(tx, place, uids)


def note_looked(tx: Connection, name: str, *, at: datetime, waiting: int) -> None:
    """Everything in the mailbox was looked at, and ``waiting`` mails still lie there."""
    tx.execute(update(mailbox).where(mailbox.c.name == name).values(looked=at, waiting=waiting, trouble=""))


def note_trouble(tx: Connection, name: str, words: str) -> None:
    """The mailbox cannot be used now, and why, in words without a mail in them."""
    tx.execute(update(mailbox).where(mailbox.c.name == name).values(trouble=words))


def standing(tx: Connection) -> tuple[Standing, ...]:
    """How every mailbox stands that was ever fetched from, by name."""
    return tuple(_standing(row) for row in tx.execute(select(mailbox).order_by(mailbox.c.name)))


def _note(tx: Connection, place: Place, uid: int, *, kept: bool, reason: str) -> None:
    _must_hold(tx, place)
    values: dict[str, Any] = {"kept": kept, "reason": reason}
    if tx.execute(update(mailbox_mail).where(_is(place, [uid])).values(values)).rowcount == 0:
        tx.execute(insert(mailbox_mail).values(**_key(place, uid), **values))
    tx.execute(update(mailbox).where(mailbox.c.name == place.mailbox, mailbox.c.last_uid < uid).values(last_uid=uid))


def _must_hold(tx: Connection, place: Place) -> None:
    ours = select(mailbox.c.name).where(mailbox.c.name == place.mailbox, mailbox.c.lease_owner == place.owner)
    if tx.execute(ours).one_or_none() is None:
        msg = "another program fetches from this mailbox by now: leave it to that one"
        raise ConflictError(msg)


def _forget(tx: Connection, place: Place, uids: Iterable[int]) -> None:
    gone = list(uids)
    for start in range(0, len(gone), _AT_ONCE):
        tx.execute(delete(mailbox_mail).where(_is(place, gone[start : start + _AT_ONCE])))


def _is(place: Place, uids: list[int]) -> ColumnElement[bool]:
    of_mailbox = and_(mailbox_mail.c.mailbox == place.mailbox, mailbox_mail.c.uid_validity == place.uid_validity)
    return and_(of_mailbox, mailbox_mail.c.uid.in_(uids))


def _key(place: Place, uid: int) -> dict[str, Any]:
    return {"mailbox": place.mailbox, "uid_validity": place.uid_validity, "uid": uid}


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        name=row.name,
        uid_validity=row.uid_validity,
        last_uid=row.last_uid,
        lease_owner=row.lease_owner,
        lease_until=row.lease_until,
        looked=row.looked,
        waiting=row.waiting,
        trouble=row.trouble,
    )
