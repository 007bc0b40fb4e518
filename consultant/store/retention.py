"""Retention: the words of finished cases are removed after a while; that there was a case, and how it ended, stays.

Removed are the bytes and parsed forms of its mails, analyses, letters, outgoing bytes, subject and the reasons people wrote.
States, times, hashes, addresses of askers and the history stay, so that the accounts still balance. SQLite overwrites what is
removed. Known limit: backups and the database's log keep the words until they are rotated.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, exists, null, select, update

from consultant.model.case import CaseState
from consultant.model.message import Headers, IncomingMessage
from consultant.store import events
from consultant.store.tables import analysis, case_code, cases, decision, delivery, draft, message, outbox, raw_mail

_FINISHED = (CaseState.SENT, CaseState.CLOSED)
_REMOVED = ", removed)"
# Parsed, with nothing left: a message that is not parsed would be parsed again when the case goes on.
_BLANK = IncomingMessage("", "", (), "", "", "", "", "", "", (), Headers(), ("removed by retention",))
_NO_LETTER = {"subject": "", "text": "", "html": ""}


def purge(tx: Connection, *, before: datetime, at: datetime, actor: str, limit: int = 100) -> tuple[int, ...]:
    """Remove the words of up to ``limit`` finished cases that have not changed since ``before``; the numbers of the cases.

    Call it again, in a new transaction, until nothing comes back: others wait while a transaction runs.
    """
    finished = cases.c.state.in_(_FINISHED) & (cases.c.changed < before) & cases.c.purged.is_(None)
    numbers = tuple(tx.execute(select(cases.c.id).where(finished).order_by(cases.c.id).limit(limit)).scalars())
    for case_id in numbers:
        _purge_case(tx, case_id, at)
        events.append(tx, case_id=case_id, at=at, actor=actor, kind="purged")
    return numbers


def _purge_case(tx: Connection, case_id: int, at: datetime) -> None:
    tx.execute(update(cases).where(cases.c.id == case_id).values(purged=at, subject="", reason=""))
    # The same mail sent again after this is a new delivery: its bytes must be kept again before it is accepted.
    spent = update(message).where(message.c.case_id == case_id, ~message.c.recipient.endswith(_REMOVED))
    tx.execute(spent.values(parsed=asdict(_BLANK), recipient=message.c.recipient + f" (case {case_id}{_REMOVED}"))
    tx.execute(delete(delivery).where(delivery.c.message_id.in_(select(message.c.id).where(message.c.case_id == case_id))))
    tx.execute(delete(analysis).where(analysis.c.case_id == case_id))
    tx.execute(delete(case_code).where(case_code.c.case_id == case_id))
    tx.execute(update(draft).where(draft.c.case_id == case_id).values(letter=_NO_LETTER))
    tx.execute(update(decision).where(decision.c.case_id == case_id).values(reason=""))
    tx.execute(update(outbox).where(outbox.c.case_id == case_id).values(content=b"", reason=""))
    # The same bytes may have been delivered to another mailbox, and belong to a case that is not finished.
    of_case = select(message.c.sha256).where(message.c.case_id == case_id)
    also = exists().where(message.c.sha256 == raw_mail.c.sha256, message.c.case_id == cases.c.id, cases.c.purged.is_(None))
    tx.execute(update(raw_mail).where(raw_mail.c.sha256.in_(of_case), ~also).values(content=null()))
