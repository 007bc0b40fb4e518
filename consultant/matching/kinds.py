"""What the mail wants (a case, an audit, an answer to a question) and what its reading ends in (an answer or a question back)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.analysis import CaseKind, Disposition
from consultant.model.coding import Diagnosis, ProposedCode, Question, Suggestion, System

_TABLE = "kind_rules.json"
_CLAIM = 2
"""So many codes named make a claim."""


@dataclass(frozen=True, slots=True)
class _Rules:
    audit: tuple[str, ...]
    question: tuple[str, ...]
    service: frozenset[str]
    fallback: tuple[Question, ...]


def kind_of(text: str, proposed: tuple[ProposedCode, ...], procedures: tuple[Suggestion, ...]) -> CaseKind:
    """The kind of a real mail."""
    lowered = text.lower()
    if len({p.code for p in proposed}) >= _CLAIM and any(phrase in lowered for phrase in _rules().audit):
        return CaseKind.AUDIT
    if not procedures and any(phrase in lowered for phrase in _rules().question):
        return CaseKind.QUESTION
    return CaseKind.CASE


def disposition_of(
    kind: CaseKind, procedures: tuple[Suggestion, ...], diagnoses: tuple[Diagnosis, ...], *, wants_service: bool
) -> Disposition:
    """Whether the reading can be answered, or the decisive fact is missing and must be asked for.

    ``wants_service`` says that the mail is about a service; diagnoses alone do not answer it then.
    """
    if procedures or kind is CaseKind.QUESTION:
        return Disposition.ANSWER
    return Disposition.ANSWER if diagnoses and not wants_service else Disposition.ASK


def names_service(text: str, proposed: tuple[ProposedCode, ...]) -> bool:
    """Whether the mail asks for a service's code or names one."""
    words = {word.strip(".,;:?!()/") for word in text.lower().split()}
    return bool(words & _rules().service) or any(p.system is not System.ICD10CM for p in proposed)


def fallback_questions() -> tuple[Question, ...]:
    """What is asked when nothing in the mail could be told apart."""
    return _rules().fallback


@cache
def _rules() -> _Rules:
    table = read_table(_TABLE)
    refuse_unknown(table, ("audit", "question", "service", "fallback"), _TABLE)
    return _Rules(
        audit=words_of(table, "audit", _TABLE),
        question=words_of(table, "question", _TABLE),
        service=frozenset(words_of(table, "service", _TABLE)),
        fallback=tuple(Question(row["about"], row["question"], ()) for row in table["fallback"]),
    )
