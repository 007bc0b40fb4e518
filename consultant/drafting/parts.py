"""The parts that letters are made of, as plain data: what a template prints, and nothing that it would have to work out.

Every text is one line of printable characters; codes stand as coders write them (``45380-59``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service line of the claim we propose."""

    label: str
    units: str
    diagnoses: tuple[str, ...]
    plain: str
    caution: str
    """How sure we are, when it is not wholly; empty otherwise."""


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """One diagnosis of the claim we propose."""

    label: str
    plain: str
    caution: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a code: the words of the mail and what they mean, as sentences."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One code of the asker's claim, what to do with it, and why."""

    label: str
    verdict: str
    """``keep``, ``remove``, ``change`` or ``add``."""
    to: str
    because: str


@dataclass(frozen=True, slots=True)
class Option:
    """One code that a question decides between; ``plain`` is empty when its meaning is not at hand."""

    code: str
    plain: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One missing fact and the codes it decides between."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One direct answer, and where it is from."""

    first: str
    """Its first sentence, which is the answer."""
    rest: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """The small print of a letter: its case, and the editions that it was read from."""

    case_id: int
    date_of_service: str
    """Empty for a direct question, which has none."""
    editions: tuple[str, ...]
    checked: tuple[str, ...]
    """What was checked and found in order."""


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One fact that only the provider knows, and the ways to answer; the last two are "other" and "unable to determine"."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A draft query to the provider: indicators of the record, questions, and how to answer."""

    indicators: tuple[str, ...]
    rows: tuple[QueryRow, ...]
    closing: str
