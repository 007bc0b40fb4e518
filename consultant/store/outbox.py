"""The outbox: every mail that leaves, under one key and one Message-ID, in a state that survives a crash.

A mail is pending, then sending under a lease while one worker talks to the outgoing server, then sent, or failed for a person, or
pending again with a time to wait for. When a try ends and we do not learn how (the lease ran out, the connection was cut after
the final dot), the same mail with the same Message-ID is tried once more; the second time it is *unknown*, and a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from consultant.errors import ConflictError, NotFoundError
from consultant.model.message import NULL_REVERSE_PATH, OutgoingMail
from consultant.store import events
from consultant.store.columns import clean
from consultant.store.rows import insert_once
from consultant.store.sealing import keyring_of
from consultant.store.states import OutboxState
from consultant.store.tables import outbox

__all__ = [
    "OutboxMail",
    "OutboxState",
    "automatic_today",
    "cases_due",
    "due",
    "fail",
    "hold",
    "named_since",
    "of_case",
    "put",
    "renew",
    "resend",
    "retry",
    "sent",
    "start",
    "unknown",
    "withdraw",
]

_NO_LEASE: dict[str, Any] = {"lease_until": None}


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail on its way out; ``reason`` is why it waits, failed or is unknown."""

    id: int
    case_id: int
    key: str
    letter_name: str
    mail: OutgoingMail
    state: OutboxState
    attempts: int
    reason: str
    queued: datetime
    sent: datetime | None
    due: datetime | None = None
    """Not to be sent before; None when it may go at once."""


def put(  # noqa: PLR0913  (what a queued mail is)
    tx: Connection, *, case_id: int, key: str, letter_name: str, mail: OutgoingMail, at: datetime, due: datetime | None = None
) -> bool:
    """Queue a mail under its key (``reply:17``), to be sent not before ``due``.

    False, and nothing done, when the key is known. Raises ConflictError.
    """
    row = {"message_id": mail.message_id, "reverse_path": mail.reverse_path, "recipient": mail.recipient}
    place = {"case_id": case_id, "key": key, "letter_name": letter_name, "state": OutboxState.PENDING, "queued": at, "due": due}
    content = keyring_of(tx).seal(mail.content, about=mail.message_id)
    if not insert_once(tx, outbox, place | row | {"content": content}, key="key"):
        return False
    detail = {"key": key, "letter": letter_name, "message_id": mail.message_id}
    events.append(tx, case_id=case_id, at=at, actor="engine", kind="mail-queued", detail=detail)
    return True


def due(tx: Connection, case_id: int, now: datetime) -> tuple[OutboxMail, ...]:
    """The mails of a case to start now, oldest first: pending ones whose time has come, and those left in sending."""
    rows = tx.execute(select(outbox).where(outbox.c.case_id == case_id, _is_due(now)).order_by(outbox.c.id))
    return tuple(_outbox_mail(tx, row) for row in rows)


def cases_due(tx: Connection, now: datetime, limit: int) -> tuple[tuple[int, datetime], ...]:
    """Cases with due mail, and since when; longest waiting first."""
    since = func.min(func.coalesce(outbox.c.due, outbox.c.lease_until, outbox.c.queued))
    waiting = select(outbox.c.case_id, since).where(_is_due(now)).group_by(outbox.c.case_id).order_by(since).limit(limit)
    return tuple((case_id, moment) for case_id, moment in tx.execute(waiting))


def of_case(tx: Connection, case_id: int) -> tuple[OutboxMail, ...]:
    """Every mail of a case, oldest first."""
    rows = tx.execute(select(outbox).where(outbox.c.case_id == case_id).order_by(outbox.c.id))
    return tuple(_outbox_mail(tx, row) for row in rows)


def automatic_today(tx: Connection, recipient: str, day: date) -> int:
    """How many automatic letters (null reverse-path) were queued for this recipient on this day of UTC."""
    begins = datetime.combine(day, time(), UTC)
    that_day = and_(outbox.c.queued >= begins, outbox.c.queued < begins + timedelta(days=1))
    to_recipient = func.lower(outbox.c.recipient) == clean(recipient).lower()
    automatic = outbox.c.reverse_path == NULL_REVERSE_PATH
    return tx.execute(select(func.count()).select_from(outbox).where(that_day, to_recipient, automatic)).scalar_one()


def named_since(tx: Connection, recipient: str, letter_name: str, since: datetime | None) -> bool:
    """Whether a letter of this name was queued for the recipient since then, or ever."""
    of_name = and_(outbox.c.letter_name == letter_name, func.lower(outbox.c.recipient) == clean(recipient).lower())
    of_time = [] if since is None else [outbox.c.queued >= since]
    return tx.execute(select(outbox.c.id).where(of_name, *of_time).limit(1)).one_or_none() is not None


def start(tx: Connection, mail_id: int, now: datetime, lease: timedelta) -> bool:
    """Take a due mail for one try; ``lease`` must outlast the try. Commit before talking to the server.

    False when another has it or it is not due. A mail left in sending is taken once more; left a second time it becomes unknown.
    """
    taken = {"state": OutboxState.SENDING, "attempts": outbox.c.attempts + 1, "tried": now, "due": None, "lease_until": now + lease}
    once_more = taken | {"uncertain": outbox.c.uncertain + 1}
    left = _is_left(now)
    if _change(tx, mail_id, _is_pending(now), taken) or _change(tx, mail_id, and_(left, outbox.c.uncertain == 0), once_more):
        _tell(tx, mail_id, "mail-tried", now)
        return True
    if _change(tx, mail_id, left, _given_up("a worker died while sending it, twice")):
        _tell(tx, mail_id, "mail-unknown", now)
    return False


def renew(tx: Connection, mail_id: int, attempt: int, until: datetime) -> None:
    """Hold on to a mail during its try of that number; nothing happens when that try is over or another has taken the mail."""
    this_try = and_(outbox.c.state == OutboxState.SENDING, outbox.c.attempts == attempt)
    _change(tx, mail_id, this_try, {"lease_until": until})


def sent(tx: Connection, mail_id: int, at: datetime) -> None:
    """The server has taken the mail, or a person knows that it did. Said twice, the first time counts. Raises NotFoundError."""
    done = {"state": OutboxState.SENT, "sent": at, "reason": "", "due": None} | _NO_LEASE
    if _change(tx, mail_id, outbox.c.state != OutboxState.SENT, done):
        _tell(tx, mail_id, "mail-sent", at)
    else:
        _get(tx, mail_id)


def retry(tx: Connection, mail_id: int, until: datetime, reason: str) -> None:
    """The server said to try later: pending again, not before ``until``. Raises ConflictError when the mail is not in sending."""
    waits = {"state": OutboxState.PENDING, "due": until, "reason": reason} | _NO_LEASE
    _must_change(tx, mail_id, outbox.c.state == OutboxState.SENDING, waits)
    _tell(tx, mail_id, "mail-delayed")


def fail(tx: Connection, mail_id: int, reason: str) -> None:
    """The mail cannot be sent as it is; a person looks. Raises ConflictError when it has been sent or has failed before."""
    failed = {"state": OutboxState.FAILED, "reason": reason, "due": None} | _NO_LEASE
    _must_change(tx, mail_id, outbox.c.state.not_in((OutboxState.SENT, OutboxState.FAILED)), failed)
    _tell(tx, mail_id, "mail-failed")


def unknown(tx: Connection, mail_id: int, until: datetime, reason: str) -> bool:
    """A try was cut where the server may have taken the mail: True when it will be tried once more, not before ``until``.

    False the second time: the mail is unknown and waits for a person. Raises ConflictError when the mail is not in sending.
    """
    sending = outbox.c.state == OutboxState.SENDING
    again = {"state": OutboxState.PENDING, "due": until, "reason": reason, "uncertain": outbox.c.uncertain + 1} | _NO_LEASE
    if _change(tx, mail_id, and_(sending, outbox.c.uncertain == 0), again):
        _tell(tx, mail_id, "mail-uncertain")
        return True
    _must_change(tx, mail_id, sending, _given_up(reason))
    _tell(tx, mail_id, "mail-unknown")
    return False


def resend(tx: Connection, mail_id: int, at: datetime, actor: str) -> None:
    """A person has a failed or unknown mail tried again: same bytes, same Message-ID. Raises ConflictError for any other mail."""
    stuck = outbox.c.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN))
    _must_change(tx, mail_id, stuck, {"state": OutboxState.PENDING, "reason": "", "due": None})
    _tell(tx, mail_id, "mail-released", at, actor)


def withdraw(tx: Connection, case_id: int, letter_name: str, *, at: datetime, actor: str) -> None:
    """Take back a mail that nobody has tried to send and whose time has not come. Raises ConflictError when there is none.

    The row goes, so that the same identity can be queued again; the history keeps that it was there. A courier starts a mail only
    from its time on, and both are conditional changes of one row: of the two exactly one wins.
    """
    waits = and_(outbox.c.state == OutboxState.PENDING, outbox.c.attempts == 0, outbox.c.due > at)
    mine = and_(outbox.c.case_id == case_id, outbox.c.letter_name == letter_name)
    keys = tx.execute(delete(outbox).where(mine, waits).returning(outbox.c.key)).scalars().all()
    if not keys:
        msg = f"the letter of case {case_id} has left, or is leaving: it cannot be taken back"
        raise ConflictError(msg)
    for key in keys:
        events.append(tx, case_id=case_id, at=at, actor=actor, kind="mail-withdrawn", detail={"key": key})


def hold(tx: Connection, mail_id: int, *, at: datetime, actor: str, reason: str) -> None:
    """A mail that waits or is being sent may have left already: unknown, for a person. Raises ConflictError for any other."""
    waits = outbox.c.state.in_((OutboxState.PENDING, OutboxState.SENDING))
    _must_change(tx, mail_id, waits, _given_up(reason))
    _tell(tx, mail_id, "mail-unknown", at, actor)


def _is_pending(now: datetime) -> ColumnElement[bool]:
    return and_(outbox.c.state == OutboxState.PENDING, or_(outbox.c.due.is_(None), outbox.c.due <= now))


def _is_left(now: datetime) -> ColumnElement[bool]:
    """Whoever was sending it has not been heard of in time."""
    return and_(outbox.c.state == OutboxState.SENDING, outbox.c.lease_until <= now)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(_is_pending(now), _is_left(now))


def _given_up(reason: str) -> dict[str, Any]:
    return {"state": OutboxState.UNKNOWN, "reason": reason, "due": None, "uncertain": outbox.c.uncertain + 1} | _NO_LEASE


def _change(tx: Connection, mail_id: int, condition: ColumnElement[bool], values: dict[str, Any]) -> bool:
    return tx.execute(update(outbox).where(outbox.c.id == mail_id, condition).values(values)).rowcount == 1


def _must_change(tx: Connection, mail_id: int, condition: ColumnElement[bool], values: dict[str, Any]) -> None:
    if not _change(tx, mail_id, condition, values):
        msg = f"outgoing mail {mail_id} is {_get(tx, mail_id).state} by now: look at its case again"
        raise ConflictError(msg)


def _tell(tx: Connection, mail_id: int, kind: str, at: datetime | None = None, actor: str = "engine") -> None:
    """Add to the history what became of the mail; without ``at``, of the try that was begun last."""
    row = _get(tx, mail_id)
    detail = {"key": row.key, "attempt": row.attempts}
    events.append(tx, case_id=row.case_id, at=at or row.tried or row.queued, actor=actor, kind=kind, detail=detail)


def _get(tx: Connection, mail_id: int) -> Row[Any]:
    # The content may be large, and nobody who asks here needs it.
    known = [column for column in outbox.c if column is not outbox.c.content]
    row = tx.execute(select(*known).where(outbox.c.id == mail_id)).one_or_none()
    if row is None:
        msg = f"there is no outgoing mail {mail_id}: look at the case it should belong to"
        raise NotFoundError(msg)
    return row


def _outbox_mail(tx: Connection, row: Row[Any]) -> OutboxMail:
    content = keyring_of(tx).open(row.content, about=row.message_id)
    return OutboxMail(
        id=row.id,
        case_id=row.case_id,
        key=row.key,
        letter_name=row.letter_name,
        mail=OutgoingMail(row.message_id, row.reverse_path, row.recipient, content),
        state=row.state,
        attempts=row.attempts,
        reason=row.reason,
        queued=row.queued,
        sent=row.sent,
        due=row.due,
    )
