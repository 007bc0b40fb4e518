"""What the mail wants (a case, an audit, an answer to a question) and what its reading ends in (an answer or a question back)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from consultant.matching.tables import Row, read_table, refuse_unknown, words_of
from consultant.model.analysis import CaseKind, Disposition
from consultant.model.coding import Diagnosis, ProposedCode, Question, Suggestion, System

_TABLE = "kind_rules.json"
_CLAIM = 2
"""So many codes named make a claim."""
_SHORT = 600
"""A mail of fewer characters that names codes and asks is about them."""
_LONG = 1_500
"""A mail of more characters tells a case, whatever it asks besides."""
_COMPARED = re.compile(r"\bdiff(?:ers?|erences?)?\b")


@dataclass(frozen=True, slots=True)
class _Rules:
    audit: tuple[str, ...]
    question: tuple[str, ...]
    """Phrases of somebody who asks in general."""
    rule: re.Pattern[str]
    """Ways to ask for a rule, a fact of a code, or what two codes are to each other."""
    coding: re.Pattern[str]
    """Ways to ask for the codes of a case."""
    how: re.Pattern[str]
    """Ways to ask how something is billed, which may be a code that is named."""
    asks: re.Pattern[str]
    """Signs of a question; with a code named and nobody's care told, it is about the code."""
    firm: re.Pattern[str]
    """Ways to ask for a rule that leave no doubt, whatever care is told beside them."""
    patient: re.Pattern[str]
    """Signs that somebody is spoken of, be it in general."""
    told: re.Pattern[str]
    """Signs that the care of one person is told: age, day, findings."""
    service: frozenset[str]
    fallback: tuple[Question, ...]


def kind_of(text: str, proposed: tuple[ProposedCode, ...], procedures: tuple[Suggestion, ...]) -> CaseKind:
    """The kind of a real mail."""
    lowered = text.lower()
    if len(lowered) < _SHORT and not procedures and any(phrase in lowered for phrase in _rules().question):
        return CaseKind.QUESTION
    if len({p.code for p in proposed}) >= _CLAIM and any(phrase in lowered for phrase in _rules().audit):
        return CaseKind.AUDIT
    return CaseKind.QUESTION if _is_question(lowered, proposed, told=bool(procedures)) else CaseKind.CASE


def _is_question(lowered: str, proposed: tuple[ProposedCode, ...], *, told: bool) -> bool:
    """Whether a mail only asks: for a rule, and not for the codes of care that it tells."""
    rules = _rules()
    asks_in_general = any(phrase in lowered for phrase in rules.question) and not rules.coding.search(lowered)
    if asks_in_general or len(lowered) > _LONG:
        return asks_in_general
    is_told = rules.told.search(lowered) is not None
    spoken_of = is_told or rules.patient.search(lowered) is not None
    wants_codes = rules.coding.search(lowered) or (rules.how.search(lowered) and (spoken_of or told or not proposed))
    if wants_codes and not _compares(lowered):
        return False
    is_claim = any(phrase in lowered for phrase in rules.audit)
    if proposed and not (told or spoken_of or is_claim) and len(lowered) < _SHORT and rules.asks.search(lowered):
        return True
    if not rules.rule.search(lowered):
        return False
    if told:
        return not spoken_of
    return not is_told or rules.firm.search(lowered) is not None


def _compares(lowered: str) -> bool:
    """Whether codes are compared, so that "which one applies?" asks for the difference."""
    return _COMPARED.search(lowered) is not None


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
    refuse_unknown(
        table, ("audit", "question", "rule", "coding", "how", "asks", "firm", "patient", "told", "service", "fallback"), _TABLE
    )
    return _Rules(
        audit=words_of(table, "audit", _TABLE),
        question=words_of(table, "question", _TABLE),
        rule=_any(table, "rule"),
        coding=_any(table, "coding"),
        how=_any(table, "how"),
        asks=_any(table, "asks"),
        firm=_any(table, "firm"),
        patient=_any(table, "patient"),
        told=_any(table, "told"),
        service=frozenset(words_of(table, "service", _TABLE)),
        fallback=tuple(Question(row["about"], row["question"], ()) for row in table["fallback"]),
    )


def _any(table: Row, key: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{way})" for way in words_of(table, key, _TABLE)))
