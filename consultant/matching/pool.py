"""The cues that a family may look at, and whether a condition of the knowledge base holds over them.

A pool says for every concept which present cue means it or a descendant of it, and which cues deny it. Denying the general denies
the special ("no bone density" denies DXA); denying the special denies the general only while nothing else of it is present.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consultant.knowledge.amounts import accepts
from consultant.knowledge.family import Condition
from consultant.matching.calculators.measures import Amount
from consultant.matching.ontology import Ontology
from consultant.model.clinical import Assertion, ConceptKind, Cue, Fact, Span

_PLACES = frozenset({ConceptKind.SITE, ConceptKind.SIDE})


@dataclass(frozen=True, slots=True)
class Shown:
    """What makes a condition hold: cues and facts, which may be none for a condition that only excludes."""

    cues: tuple[Cue, ...]
    spans: tuple[Span, ...]
    """All places to quote: of the cues, of what denies them, of the facts and of the amounts."""
    told: str = ""
    """How an amount was worked out ("1.2 + 2 x 0.3 = 1.8 cm")."""


class Pool:
    """Present and denied concepts with their first cues, and the facts of the case."""

    __slots__ = ("_facts", "_ontology", "_showing", "absent", "amounts", "present")

    def __init__(
        self,
        cues: Iterable[Cue],
        denied: Iterable[Cue],
        facts: Mapping[str, Fact],
        ontology: Ontology,
        amounts: Mapping[str, Amount] | None = None,
    ) -> None:
        self.amounts = amounts or {}
        self.present: dict[str, Cue] = {}
        self._showing: dict[str, list[Cue]] = defaultdict(list)
        self.absent: dict[str, Cue] = {}
        self._facts = facts
        self._ontology = ontology
        for cue in cues:
            for concept in meanings(cue, ontology):
                self.present.setdefault(concept, cue)
                self._showing[concept].append(cue)
        for cue in denied:
            self.absent.setdefault(cue.concept, cue)

    def shows(self, condition: Condition, excluding: Pool | None = None) -> Shown | None:
        """What makes the condition hold, or None when it does not.

        What it excludes is looked for in the wider pool ``excluding`` too, save sites and sides: those belong to their own act.
        """
        shut_out = any(concept in self.present or (excluding and excluding.tells(concept)) for concept in condition.none)
        cues = None if shut_out else self._cues(condition)
        if cues is None:
            return None
        facts = [self._facts.get(name) for name, values in condition.facts if self._has(name, values)]
        if len(facts) < len(condition.facts):
            return None
        amounts = [self.amounts[name] for name, ranges in condition.quantity if self._measures(name, ranges)]
        if len(amounts) < len(condition.quantity):
            return None
        spans = [span for cue in cues for span in (cue.span, *cue.context)]
        spans += [evidence.span for fact in facts if fact for evidence in fact.evidence]
        spans += [span for amount in amounts for span in amount.spans]
        return Shown(tuple(dict.fromkeys(cues)), tuple(dict.fromkeys(spans)), "; ".join(amount.told for amount in amounts))

    def tells(self, concept: str) -> bool:
        """Whether something other than a site or side shows the concept."""
        return any(cue.kind not in _PLACES for cue in self._showing.get(concept, ()))

    def _cues(self, condition: Condition) -> list[Cue] | None:
        """The cues for ``any``, ``all`` and ``absent`` of a condition, in this order; None when one of them is not there."""
        found: list[Cue | None] = [self._first(condition.any)] if condition.any else []
        found += [self.present.get(concept) for concept in condition.all]
        if condition.absent:
            found.append(next((cue for concept in condition.absent if (cue := self._denying(concept))), None))
        cues = [cue for cue in found if cue is not None]
        return cues if len(cues) == len(found) else None

    def cues_of(self, concepts: Iterable[str]) -> tuple[Cue, ...]:
        """The cues that show one of the concepts, in order of place."""
        found = {cue for concept in concepts for cue in self._showing.get(concept, ())}
        return tuple(sorted(found, key=lambda cue: (cue.span, cue.concept)))

    def _first(self, concepts: Sequence[str]) -> Cue | None:
        """The present cue for one of the concepts that stands first in the text."""
        found = [self.present[concept] for concept in concepts if concept in self.present]
        return min(found, key=lambda cue: cue.span) if found else None

    def _denying(self, concept: str) -> Cue | None:
        for denied, cue in self.absent.items():
            if self._ontology.is_a(concept, denied) or (self._ontology.is_a(denied, concept) and concept not in self.present):
                return cue
        return None

    def _measures(self, name: str, ranges: Iterable[str]) -> bool:
        amount = self.amounts.get(name)
        return amount is not None and any(accepts(written, amount.value) for written in ranges)

    def _has(self, name: str, values: Sequence[str]) -> bool:
        fact = self._facts.get(name)
        return fact is not None and any(_accepts(value, fact.value) for value in values)


def meanings(cue: Cue, ontology: Ontology) -> tuple[str, ...]:
    """The concepts that a cue shows: what it says when present, the history of it when it is over or somebody else's."""
    if cue.assertion is Assertion.PRESENT:
        return ontology.ancestors(cue.concept)
    history = ontology.history_of(cue.concept, cue.assertion)
    return ontology.ancestors(history) if history else ()


def _accepts(wanted: str, value: str) -> bool:
    """Whether the value is the one wanted, or lies in the range wanted (``65-``, ``-17``, ``18-64``; ends included)."""
    low, dash, high = wanted.partition("-")
    if not dash or not (low + high).isdigit() or not value.isdigit():
        return wanted == value
    return (not low or int(low) <= int(value)) and (not high or int(value) <= int(high))
