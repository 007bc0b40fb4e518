"""What a written file names elsewhere: kept with its place while files are read, resolved once all of them are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from consultant.knowledge.yaml_source import Place, Word


class Naming(StrEnum):
    """What sort of thing a reference names."""

    CONCEPT = "concept"
    MODIFIER = "modifier"
    DIAGNOSIS = "ICD-10-CM code or category"
    FAMILY = "family"
    CODE_OF_EXAMPLE = "code of an example"
    PLACE_OF_SERVICE = "place of service"


@dataclass(frozen=True, slots=True)
class Reference:
    """One name of something that must exist, and where it stands."""

    naming: Naming
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class WrittenCode:
    """A code, or a template of codes, as a family writes it; ``also_in`` names other families that may write it too."""

    code: str
    family: str
    place: Place
    also_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Everything that the files name, in the order read."""

    references: list[Reference] = field(default_factory=list)
    codes: list[WrittenCode] = field(default_factory=list)

    def note(self, naming: Naming, *words: Word) -> tuple[str, ...]:
        """Keep the words as references; gives back their texts."""
        self.references.extend(Reference(naming, word.text, word.place) for word in words)
        return tuple(word.text for word in words)
