"""Results of coding rules, and what is said of each code that the asker proposed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a coding rule came out. A clean result is an answer too; no data is never worded as clean."""

    HIT = "hit"
    CLEAN = "clean"
    NO_DATA = "no-data"


class Severity(StrEnum):
    """How much a finding matters to the claim."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one coding rule on one case, with its source and the edition it was read from."""

    rule: str
    outcome: Outcome
    severity: Severity
    codes: tuple[str, ...]
    text: str
    source: str
    edition: str


class Verdict(StrEnum):
    """What to do with a code that the asker proposed."""

    KEEP = "keep"
    REMOVE = "remove"
    CHANGE = "change"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One code of the asker's claim, or one that is missing from it, and what to do with it."""

    code: str
    modifiers: tuple[str, ...]
    verdict: Verdict
    to: str | None
    because: str
