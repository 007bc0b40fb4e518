"""Codes and the lines of a claim, as we suggest them and as an asker proposes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from consultant.model.clinical import Evidence

_CPT = re.compile(r"\d{5}|\d{4}[TUFAM]")
_HCPCS = re.compile(r"[A-V]\d{4}")
_ICD = re.compile(r"(?:[A-Z]\d|QA)[0-9A-Z](?:\.[0-9A-Z]{1,4})?")


class System(StrEnum):
    """The code sets this service speaks."""

    CPT = "CPT"
    HCPCS = "HCPCS"
    ICD10CM = "ICD-10-CM"

    @classmethod
    def of(cls, code: str) -> System | None:
        """The code set that ``code`` belongs to by its shape, or None; whether it exists is the knowledge base's word."""
        if _CPT.fullmatch(code):
            return cls.CPT
        if _HCPCS.fullmatch(code):
            return cls.HCPCS
        return cls.ICD10CM if _ICD.fullmatch(code) else None


class Confidence(StrEnum):
    """How sure a suggestion is, in words whose meaning is set in docs/decisions/."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A sibling code and the fact that would make it the right one."""

    code: str
    unless: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One service line that we propose, with everything it rests on."""

    code: str
    system: System
    description: str
    confidence: Confidence
    score: float
    evidence: tuple[Evidence, ...]
    because: tuple[str, ...]
    family: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    diagnoses: tuple[str, ...] = ()
    """ICD-10-CM codes that support this line, first-listed first."""
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One ICD-10-CM code that we propose, in claim order, with everything it rests on."""

    code: str
    description: str
    confidence: Confidence
    score: float
    evidence: tuple[Evidence, ...]
    because: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that some cue points to, with its rank score between 0 and 1."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class ProposedCode:
    """A code that the asker names: what was billed, planned, or asked about. Never evidence that a thing was done."""

    code: str
    system: System
    evidence: Evidence
    modifiers: tuple[str, ...] = ()
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that the text does not give, asked of the asker, and the codes it decides between."""

    about: str
    question: str
    decides: tuple[str, ...]
