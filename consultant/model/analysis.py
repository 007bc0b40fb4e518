"""The reading of a case and the analysis built on it: what the pure function at the heart gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from consultant.model.clinical import Fact
from consultant.model.coding import Candidate, Diagnosis, ProposedCode, Question, Suggestion
from consultant.model.finding import AuditLine, Finding


class CaseKind(StrEnum):
    """What the mail is: a case to code, a claim to check, a direct question, or nothing for us."""

    CASE = "case"
    AUDIT = "audit"
    QUESTION = "question"
    NOISE = "noise"


class Disposition(StrEnum):
    """What the analysis leads to: an answer, a question back, or silence."""

    ANSWER = "answer"
    ASK = "ask"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Reading:
    """What matching makes of a text, before any coding rule has looked at it."""

    text: str
    kind: CaseKind
    disposition: Disposition
    reason: str
    """Why the mail is ignored ("auto-submitted", "empty" …); empty otherwise."""
    date_of_service: date
    """As stated in the text, else the day the mail was received."""
    facts: tuple[Fact, ...] = ()
    proposed: tuple[ProposedCode, ...] = ()
    procedures: tuple[Suggestion, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one direct question of the asker, with its sources."""

    topic: str
    text: str
    codes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is said of a case. ``reading`` holds the suggestions as they stand after the coding rules."""

    reading: Reading
    findings: tuple[Finding, ...] = ()
    audit: tuple[AuditLine, ...] = ()
    answers: tuple[Answer, ...] = ()
    editions: dict[str, str] = field(default_factory=dict)
    """Name of each table or code set used, and its edition."""
