"""The lexicon's is-a relation, closed once: every concept with all its ancestors, and the concepts of family and past history.

A condition that the text holds as somebody else's is, for coding, a family history; one that is over is a history. Where the
lexicon has a concept named for that (``family-history-of-osteoporosis``, ``history-of-fragility-fracture``), the cue means it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from consultant.knowledge.family import Concept
from consultant.model.clinical import Assertion

_NAMES_OF_HISTORY = {
    Assertion.SOMEONE_ELSE: ("family-history-of-{}", "family-history-{}", "{}-family-history"),
    Assertion.HISTORICAL: (
        "history-of-{}",
        "personal-history-of-{}",
        "history-{}",
        "{}-history",
        "healed-{}",
        "prior-{}",
        "previous-{}",
        "past-{}",
    ),
}


class Ontology:
    """Concepts and what each of them is."""

    __slots__ = ("_ancestors", "_concepts", "_histories")

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = {concept.id: concept for concept in concepts}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        for concept in self._concepts:
            self._ancestors[concept] = tuple(self._climb(concept))
        self._histories = {kind: self._named(patterns) for kind, patterns in _NAMES_OF_HISTORY.items()}

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """The concept itself and everything it is, nearest first; an unknown concept is only itself."""
        return self._ancestors.get(concept, (concept,))

    def is_a(self, concept: str, ancestor: str) -> bool:
        """Whether the concept is the ancestor or a descendant of it."""
        return ancestor in self.ancestors(concept)

    def related(self, one: str, other: str) -> bool:
        """Whether one of the two is the other or a descendant of it."""
        return self.is_a(one, other) or self.is_a(other, one)

    def concept(self, name: str) -> Concept | None:
        """The concept of that id."""
        return self._concepts.get(name)

    def history_of(self, concept: str, assertion: Assertion) -> str | None:
        """The concept that a history of ``concept`` is, own name first, then those of its ancestors; None when there is none."""
        names = self._histories.get(assertion, {})
        return next((names[ancestor] for ancestor in self.ancestors(concept) if ancestor in names), None)

    def _climb(self, concept: str) -> Iterable[str]:
        seen, queue = {concept: None}, [concept]
        for name in queue:
            known = self._concepts.get(name)
            parents = [parent for parent in known.is_a if parent not in seen] if known else []
            seen.update(dict.fromkeys(parents))
            queue += parents
        return seen

    def _named(self, patterns: tuple[str, ...]) -> dict[str, str]:
        named = partial(_first_existing, self._concepts, patterns)
        return {concept: history for concept in self._concepts if (history := named(concept))}


def _first_existing(concepts: dict[str, Concept], patterns: tuple[str, ...], concept: str) -> str | None:
    return next((name for pattern in patterns if (name := pattern.format(concept)) in concepts), None)
