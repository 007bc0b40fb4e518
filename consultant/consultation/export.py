"""A case as plain data: everything that is kept of it, for a file, a terminal or an auditor. Keys may be added, never changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from consultant.model.case import Case
from consultant.model.draft import Draft
from consultant.model.message import IncomingMessage
from consultant.store import cases, drafts, events, messages, outbox
from consultant.store.messages import StoredMessage
from consultant.store.outbox import OutboxMail

Row = dict[str, Any]


def whole_case(tx: Connection, case_id: int) -> Row:
    """The case with its mails, analysis, drafts, decisions, letters and history, oldest first. Raises NotFoundError."""
    return summary(cases.get(tx, case_id)) | {
        "messages": [_message(message) for message in messages.of_case(tx, case_id)],
        "analysis": cases.latest_analysis(tx, case_id),
        "engine_analysis": cases.engines_analysis(tx, case_id),
        "drafts": [_draft(draft) for draft in drafts.all_of(tx, case_id)],
        "decisions": [
            {
                "action": made.action.value,
                "consultant": made.consultant,
                "reason": made.reason,
                "draft_hash": made.draft_hash,
                "decided": made.decided.isoformat(),
            }
            for made in drafts.decisions(tx, case_id)
        ],
        "outbox": [_queued(mail) for mail in outbox.of_case(tx, case_id)],
        "events": [
            {"seq": each.seq, "at": each.at.isoformat(), "kind": each.kind, "actor": each.actor, "detail": each.detail}
            for each in events.of_case(tx, case_id)
        ],
    }


def summary(case: Case) -> Row:
    """What a list shows of a case."""
    return {
        "id": case.id,
        "state": case.state.value,
        "reason": case.reason,
        "sender": case.sender,
        "subject": case.subject,
        "received": case.received.isoformat(),
        "changed": case.changed.isoformat(),
        "attempts": case.attempts,
        "opened_by": case.opened_by,
        "priority": case.priority.name.lower(),
    }


def _message(message: StoredMessage) -> Row:
    row = {
        "id": message.id,
        "sha256": message.sha256,
        "size": message.size,
        "source": message.source,
        "received": message.received.isoformat(),
    }
    return row | ({"parsed": _parsed(message.parsed)} if message.parsed else {})


def _parsed(parsed: IncomingMessage) -> Row:
    return {
        "message_id": parsed.message_id,
        "author": parsed.author,
        "subject": parsed.subject,
        "text": parsed.text,
        "quoted": parsed.quoted,
        "attachments": [
            {"name": part.name, "content_type": part.content_type, "size": part.size, "note": part.note}
            for part in parsed.attachments
        ],
        "defects": list(parsed.defects),
    }


def _draft(draft: Draft) -> Row:
    return {
        "version": draft.version,
        "kind": draft.kind.value,
        "hash": draft.hash,
        "written_by": draft.written_by,
        "written": draft.written.isoformat(),
        "subject": draft.letter.subject,
        "text": draft.letter.text,
        "html": draft.letter.html,
    }


def _queued(mail: OutboxMail) -> Row:
    return {
        "letter": mail.letter_name,
        "message_id": mail.mail.message_id,
        "recipient": mail.mail.recipient,
        "state": mail.state.value,
        "attempts": mail.attempts,
        "sent": mail.sent.isoformat() if mail.sent else None,
    }
