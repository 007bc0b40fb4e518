"""The cues that a family may look at, and whether a condition of the knowledge base holds over them.

A pool says for every concept which present cue means it or a descendant of it, and which cues deny it. Denying the general denies
the special ("no bone density" denies DXA); denying the special denies the general only while nothing else of it is present.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consultant.knowledge.family import Condition
from consultant.matching.ontology import Ontology
from consultant.model.clinical import Assertion, Cue, Fact, Span


@dataclass(frozen=True, slots=True)
class Shown:
    """What makes a condition hold: cues and facts, which may be none for a condition that only excludes."""

    cues: tuple[Cue, ...]
    spans: tuple[Span, ...]
    """All places to quote: of the cues, of what denies them, and of the facts."""


class Pool:
    """Present and denied concepts with their first cues, and the facts of the case."""

    __slots__ = ("_facts", "_ontology", "_showing", "absent", "present")

    def __init__(self, cues: Iterable[Cue], denied: Iterable[Cue], facts: Mapping[str, Fact], ontology: Ontology) -> None:
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

    def shows(self, condition: Condition) -> Shown | None:
        """What makes the condition hold, or None when it does not."""
        if any(concept in self.present for concept in condition.none):
            return None
        cues: list[Cue] = []
        if condition.any:
            first = self._first(condition.any)
            if first is None:
                return None
            cues.append(first)
        for concept in condition.all:
            if concept not in self.present:
                return None
            cues.append(self.present[concept])
        if condition.absent:
            denying = next((cue for concept in condition.absent if (cue := self._denying(concept))), None)
            if denying is None:
                return None
            cues.append(denying)
        facts = [self._facts.get(name) for name, values in condition.facts if self._has(name, values)]
        if len(facts) < len(condition.facts):
            return None
        spans = [span for cue in cues for span in (cue.span, *cue.context)]
        spans += [evidence.span for fact in facts if fact for evidence in fact.evidence]
        return Shown(tuple(dict.fromkeys(cues)), tuple(dict.fromkeys(spans)))

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
