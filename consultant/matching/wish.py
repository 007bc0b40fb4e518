"""What the asker wants coded: a mail tells of more than its sender bills.

An anesthesia claim tells of the operation, a laboratory's of the endoscopy that took the specimen, and "ICD-10-CM codes?" wants no
service. ``wish_rules.json`` says by which words a wish is known and which families or systems answer it; what others billed is left
out. Known limit: a mail that wants several of these things at once is answered in full only where a rule says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from consultant.matching.lines import Outcome
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Fact
from consultant.model.coding import System

_TABLE = "wish_rules.json"
_KEYS = ("wanted", "phrases", "unless", "facts", "sections", "families", "systems", "only_if_found")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One wish: known by ``phrases`` (and none of ``unless``) or by a fact; answered by what the other fields name."""

    said: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    facts: frozenset[tuple[str, str]]
    sections: frozenset[str]
    families: frozenset[str]
    systems: frozenset[System]
    only_if_found: bool
    """Whether everything is kept when nothing answers the wish."""

    def is_told(self, text: str, facts: Mapping[str, Fact]) -> bool:
        """Whether the mail has this wish."""
        is_said = any((fact.name, fact.value) in self.facts for fact in facts.values()) or (self.said and self.said.search(text))
        return bool(is_said) and not (self.unless and self.unless.search(text))

    def part_of(self, outcome: Outcome) -> Outcome:
        """What of the outcome is wished for: lines, and questions about them. Diagnoses always are."""
        family = outcome.awake.family
        if not outcome.is_service or family.section in self.sections or family.id in self.families:
            return outcome
        lines = tuple(line for line in outcome.lines if line.entry.system in self.systems)
        return replace(outcome, lines=lines, open=outcome.open if family.system in self.systems else ())


def wished(text: str, facts: Mapping[str, Fact], outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes with what the mail wants of them; as they are when it wants nothing in particular."""
    for rule in _rules() if any(outcome.is_service for outcome in outcomes) else ():
        if rule.is_told(text, facts):
            parts = tuple(rule.part_of(outcome) for outcome in outcomes)
            is_found = any(part.lines for part in parts if part.is_service)
            outcomes = parts if is_found or not rule.only_if_found else outcomes
    return outcomes


@cache
def _rules() -> tuple[_Rule, ...]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("wishes",), _TABLE)
    return tuple(_rule(row, f"{_TABLE}: wish {number}") for number, row in enumerate(table["wishes"], 1))


def _rule(row: Mapping[str, object], place: str) -> _Rule:
    refuse_unknown(row, _KEYS, place)
    return _Rule(
        said=_any_of(words_of(row, "phrases", place)),
        unless=_any_of(words_of(row, "unless", place)),
        facts=frozenset((name, value) for name, _, value in (pair.partition("=") for pair in words_of(row, "facts", place))),
        sections=frozenset(words_of(row, "sections", place)),
        families=frozenset(words_of(row, "families", place)),
        systems=frozenset(System(name) for name in words_of(row, "systems", place)),
        only_if_found=bool(row.get("only_if_found", False)),
    )


def _any_of(phrases: Sequence[str]) -> re.Pattern[str] | None:
    """Any of the phrases as words of their own, a blank standing for any run of blanks and hyphens."""
    written = "|".join(re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in phrases)
    # One look at its first letter tells most places of a text apart from the beginning of a phrase.
    begins = "".join(sorted({re.escape(phrase[0]) for phrase in phrases}))
    return re.compile(rf"(?<!\w)(?=[{begins}])(?:{written})(?!\w)", re.IGNORECASE) if phrases else None
