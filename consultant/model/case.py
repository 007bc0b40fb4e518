"""A case, its states, and the moves between them that are allowed.

The table here is the only place that says which state may follow which; docs/ARCHITECTURE.md prints the same table with the
reason of each move, and the store makes a move only by a conditional update on the state it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType


class CaseState(StrEnum):
    """Where a case stands. One case has one state."""

    RECEIVED = "received"
    ANALYSED = "analysed"
    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SENT = "sent"
    SET_ASIDE = "set_aside"
    QUARANTINED = "quarantined"
    CLOSED = "closed"


class Priority(IntEnum):
    """In which order waiting cases are shown; a person says so, no mail can."""

    URGENT = 0
    NORMAL = 1
    LATER = 2


_S = CaseState

ALLOWED_MOVES = MappingProxyType(
    {
        _S.RECEIVED: frozenset({_S.ANALYSED, _S.CLOSED, _S.QUARANTINED, _S.SET_ASIDE}),
        _S.ANALYSED: frozenset({_S.DRAFTED, _S.RECEIVED, _S.SET_ASIDE}),
        _S.DRAFTED: frozenset({_S.IN_REVIEW, _S.RECEIVED, _S.SET_ASIDE}),
        _S.IN_REVIEW: frozenset({_S.APPROVED, _S.CLOSED, _S.DRAFTED, _S.RECEIVED, _S.SET_ASIDE}),
        # Back into review only while nothing of the reply has left the house.
        _S.APPROVED: frozenset({_S.SENT, _S.SET_ASIDE, _S.IN_REVIEW}),
        _S.SENT: frozenset({_S.RECEIVED}),
        # Only a person moves a case out of the two states below, save what was quarantined for a quota alone.
        _S.SET_ASIDE: frozenset({_S.RECEIVED, _S.APPROVED, _S.SENT, _S.CLOSED}),
        _S.QUARANTINED: frozenset({_S.RECEIVED, _S.CLOSED}),
        _S.CLOSED: frozenset(),
    }
)

WORKED_BY_MACHINE = frozenset({_S.RECEIVED, _S.ANALYSED, _S.APPROVED})
"""States that a worker leaves by itself; the sweep looks for cases that linger in them."""


class Step(StrEnum):
    """The steps that a worker does; also the names of the Celery tasks and of the bell."""

    ANALYSE = "analyse"
    REPLY = "reply"
    DELIVER = "deliver"


STEP_OF_STATE = MappingProxyType({_S.RECEIVED: Step.ANALYSE, _S.ANALYSED: Step.REPLY, _S.APPROVED: Step.DELIVER})
"""The step that leaves each state worked by the machine."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its thread; what the queue shows of it."""

    id: int
    state: CaseState
    reason: str
    """Why it is set aside, quarantined or closed; empty otherwise."""
    sender: str
    """Address of the asker; empty while unknown."""
    subject: str
    received: datetime
    changed: datetime
    attempts: int
    opened_by: str
    """The consultant who has it in review; empty otherwise."""
    priority: Priority = Priority.NORMAL
