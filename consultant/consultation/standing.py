"""How a case stands, in words for its asker: nothing of what is in it, and no promise of a time."""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Connection

from consultant.consultation.quotas import OVER
from consultant.model.case import Case, CaseState
from consultant.store import outbox
from consultant.store.states import OutboxState

_WORDS = MappingProxyType(
    {
        CaseState.RECEIVED: "it is here and is being read",
        CaseState.ANALYSED: "it has been read, and the answer is being drafted",
        CaseState.DRAFTED: "an answer is drafted and waits for a consultant to review it",
        CaseState.IN_REVIEW: "a consultant is reviewing the answer",
        CaseState.APPROVED: "a consultant has approved the answer, which is on its way",
        CaseState.SENT: "it has been answered",
        CaseState.SET_ASIDE: "a consultant is looking after it in person",
        CaseState.QUARANTINED: "it is kept here and has not been taken up yet",
        CaseState.CLOSED: "it is closed",
    }
)


def in_words(tx: Connection, case: Case) -> str:
    """How the case stands, as the end of a sentence."""
    if case.state is CaseState.SENT:
        replies = [
            mail.sent for mail in outbox.of_case(tx, case.id) if mail.state is OutboxState.SENT and mail.letter_name == "reply"
        ]
        when = max((moment for moment in replies if moment is not None), default=None)
        return f"it was answered on {when:%B} {when.day}, {when.year}" if when else _WORDS[case.state]
    if case.state is CaseState.QUARANTINED and case.reason.startswith(OVER):
        return "it is kept here until your quota allows it to be taken up"
    return _WORDS[case.state]
