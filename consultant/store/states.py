"""States and roles that only the database knows of; the states of a case are in the model."""

from __future__ import annotations

from enum import StrEnum


class OutboxState(StrEnum):
    """Where an outgoing mail stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Refused for good; a person looks."""
    UNKNOWN = "unknown"
    """Twice cut where the other side may have taken it; a person looks."""


class Standing(StrEnum):
    """How an account is treated, whatever its plan."""

    COUNTED = "counted"
    """Consultations are counted, as the plan says."""
    ALLOWED = "allowed"
    """No limit."""
    BLOCKED = "blocked"
    """Nothing is taken, and nothing is said."""


class Role(StrEnum):
    """What a user of the desk may do: consultants review and sign, ops watch."""

    CONSULTANT = "consultant"
    OPS = "ops"
