"""The lexicon's is-a relation, closed as it is asked for: a concept with all its ancestors, and those of family and past history.

A condition that the text holds as somebody else's is, for coding, a family history; one that is over is a history. Where the
lexicon has a concept named for that (``family-history-of-osteoporosis``, ``history-of-fragility-fracture``), the cue means it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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

    __slots__ = ("_ancestors", "_concepts", "_numbers")

    def __init__(self, concepts: Sequence[Concept], names: Iterable[str] | None = None) -> None:
        self._concepts = concepts
        ids = names if names is not None else (concept.id for concept in concepts)
        self._numbers = {name: number for number, name in enumerate(ids)}
        self._ancestors: dict[str, tuple[str, ...]] = {}

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """The concept itself and everything it is, nearest first; an unknown concept is only itself."""
        found = self._ancestors.get(concept)
        if found is None:
            if concept not in self._numbers:
                return (concept,)
            found = self._ancestors[concept] = tuple(self._climb(concept))
        return found

    def is_a(self, concept: str, ancestor: str) -> bool:
        """Whether the concept is the ancestor or a descendant of it."""
        return ancestor in self.ancestors(concept)

    def related(self, one: str, other: str) -> bool:
        """Whether one of the two is the other or a descendant of it."""
        return self.is_a(one, other) or self.is_a(other, one)

    def concept(self, name: str) -> Concept | None:
        """The concept of that id."""
        number = self._numbers.get(name)
        return None if number is None else self._concepts[number]

    def history_of(self, concept: str, assertion: Assertion) -> str | None:
        """The concept that a history of ``concept`` is, own name first, then those of its ancestors; None when there is none."""
        patterns = _NAMES_OF_HISTORY.get(assertion, ())
        known = (ancestor for ancestor in self.ancestors(concept) if patterns and ancestor in self._numbers)
        names = (pattern.format(ancestor) for ancestor in known for pattern in patterns)
        return next((name for name in names if name in self._numbers), None)

    def _climb(self, concept: str) -> Iterable[str]:
        seen, queue = {concept: None}, [concept]
        for name in queue:
            known = self.concept(name)
            parents = [parent for parent in known.is_a if parent not in seen] if known else []
            seen.update(dict.fromkeys(parents))
            queue += parents
        return seen
