"""What both halves of the audit look at: our reading, what is still open, and which codes cannot be reported at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from consultant.coding.rules import code_validity, ncci_ptp, seventh_character
from consultant.coding.words import clause, listed, quoted, sentence
from consultant.knowledge.family import Bundle
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Disposition, Reading
from consultant.model.coding import Diagnosis, Suggestion
from consultant.model.finding import Finding, Outcome, Severity

_VOID = frozenset({code_validity.ID, seventh_character.ID})
_QUOTES = 2
_SENTENCES = 3
_TELLS = re.compile(r"[\u201d\"]:")
"""Quoted words, then what they mean."""
_QUOTES_SOMETHING = re.compile(r"[\u201c\u201d\"]")


@dataclass(frozen=True, slots=True)
class View:
    """A settled reading with the findings on it."""

    reading: Reading
    knowledge: Knowledge
    findings: tuple[Finding, ...]
    void: dict[str, Finding] = field(init=False)
    """Codes that cannot be reported on the date of service, and the finding that says why."""
    undecided: frozenset[str] = field(init=False)
    """Codes that a question of ours decides between; no verdict may rest on them."""

    def __post_init__(self) -> None:
        """Gather once what every line asks for."""
        errors = (one for one in self.findings if one.outcome is Outcome.HIT and one.severity is Severity.ERROR)
        object.__setattr__(self, "void", {one.codes[0]: one for one in errors if one.rule in _VOID})
        object.__setattr__(self, "undecided", frozenset(code for one in self.reading.questions for code in one.decides))

    @property
    def is_open(self) -> bool:
        """Whether a decisive fact is missing, so that only what is certain may be said."""
        return self.reading.disposition is Disposition.ASK

    def pair(self, a: str, b: str) -> Bundle | None:
        """What keeps two codes apart, as a family or the table of the day has it, or None."""
        return ncci_ptp.pair(a, b, self.reading, self.knowledge)

    def told_of(
        self, code: str, *rules: str, severity: Severity | None = None, outcome: Outcome = Outcome.HIT
    ) -> tuple[Finding, ...]:
        """The findings of these rules that begin with a code, of one severity when it is given."""
        found = (one for one in self.findings if one.outcome is outcome and one.rule in rules and one.codes[0] == code)
        return tuple(one for one in found if severity is None or one.severity is severity)

    def said(self, finding: Finding) -> str:
        """What a rule found, with its source and, where an official table gave it, the edition."""
        is_table = (
            finding.edition and finding.edition not in self.knowledge.editions.values() and finding.edition not in finding.source
        )
        return sourced(finding.text, f"{finding.source}, {finding.edition}" if is_table else finding.source)

    def is_settled(self, *codes: str) -> bool:
        """Whether a verdict on these codes rests on nothing that is still asked for."""
        return not self.undecided & {*codes}


def grounds(ours: Suggestion | Diagnosis) -> str:
    """Why we propose a code: the words of the mail and what they mean.

    Matching's sentences of the form ``"words": meaning`` are taken as they are; a meaning without words gets the quoted evidence.
    """
    telling = [one for one in ours.because if _TELLS.search(one)]
    meanings = [one for one in ours.because if not _QUOTES_SOMETHING.search(one)]
    if telling:
        said = "; ".join(clause(one) for one in telling[:_SENTENCES])
        return reasons((f"The mail says {said}.", *(sentence(one) for one in meanings)))
    said = listed(dict.fromkeys(quoted(evidence.text) for evidence in ours.evidence[:_QUOTES]))
    if not said:
        return sentence(meanings[0] if meanings else f"{ours.code} is what I read")
    return f"The mail says {said}: {clause(meanings[0])}." if meanings else f"The mail says {said}."


def reasons(parts: Iterable[str]) -> str:
    """Sentences one after the other, the empty ones left out and none said twice."""
    return " ".join(dict.fromkeys(part for part in parts if part))


def sourced(text: str, source: str) -> str:
    """The text with its source in brackets before the full stop."""
    return f"{text.rstrip('. ')} ({source})." if text and source else text
