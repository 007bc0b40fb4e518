"""What tests of coding rules ask of findings, in few words."""

from __future__ import annotations

from collections.abc import Iterable

from claims import knowledge as small_knowledge

from consultant.coding.rule import Rule
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Outcome

KNOWLEDGE = small_knowledge()


def checked(rule: Rule, reading: Reading, knowledge: Knowledge = KNOWLEDGE) -> tuple[Finding, ...]:
    """All findings of one rule; each names a rule and a source, a hit or a clean result its edition too."""
    findings = tuple(rule.check(reading, knowledge))
    assert all(one.rule and one.source and one.codes for one in findings)
    assert all(one.edition for one in findings if one.outcome is not Outcome.NO_DATA)
    return findings


def of(outcome: Outcome, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that came out so."""
    return tuple(one for one in findings if one.outcome is outcome)


def hits(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The hits among the findings."""
    return of(Outcome.HIT, findings)


def hit_codes(rule: Rule, reading: Reading) -> tuple[tuple[str, ...], ...]:
    """The codes of each hit of a rule."""
    return tuple(one.codes for one in hits(checked(rule, reading)))
