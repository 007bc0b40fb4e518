"""What reading needs from the knowledge base, as an interface: ``consultant.knowledge.lookup.Knowledge`` has all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from consultant.knowledge.conditions import Conditions
from consultant.knowledge.family import Concept, Family
from consultant.model.coding import System


class Found(Protocol):
    """One hit of a search over authored wording; a higher score is a better hit."""

    @property
    def code(self) -> str:
        """The code found."""

    @property
    def score(self) -> float:
        """How good the hit is, between 0 and 1."""


class Knowing(Protocol):
    """The look-ups that reading makes. One knowledge base is one object, and hashes as such."""

    def __hash__(self) -> int:
        """The hash of this one object."""

    @property
    def families(self) -> Sequence[Family]:
        """All families, of procedures and of diagnoses."""

    @property
    def concepts(self) -> Sequence[Concept]:
        """All concepts of the lexicon."""

    @property
    def conditions(self) -> Conditions:
        """Look-ups of ICD-10-CM by words."""

    def diagnosis(self, code: str) -> object | None:
        """The entry of ICD-10-CM with this number, category or code, or None."""

    def billable(self, code: str) -> bool:
        """Whether this is an ICD-10-CM code that may be reported."""

    def excludes1(self, one: str, other: str) -> str | None:
        """The Excludes1 note under which the two codes are not coded together, or None."""

    def search(self, words: str, *, system: System | None = None, limit: int = 20) -> Sequence[Found]:
        """Codes whose authored wording is nearest to the words, best first."""
