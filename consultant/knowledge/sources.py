"""The written knowledge as a whole: family files, lexicon, modifiers and editions of one folder, read, checked and hashed.

The hash covers the names and the bytes of the files, and nothing of the machine, so that the same sources always give the same
edition of the knowledge base.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge import checks
from consultant.knowledge.editions import read_editions
from consultant.knowledge.family import Concept, Family
from consultant.knowledge.guidelines import Crossing, Guideline, read_crossings, read_guidelines, refuse_twins
from consultant.knowledge.lexicon import read_lexicon, refuse_lexicon
from consultant.knowledge.modifiers import Modifier, read_modifiers
from consultant.knowledge.neighbours import Neighbour, read_neighbours
from consultant.knowledge.places import PlaceOfService, read_places
from consultant.knowledge.references import Named
from consultant.knowledge.schema import read_family
from consultant.knowledge.yaml_source import Entry, Refusals, read_file

HERE = Path(__file__).parent
"""The folder of the knowledge that travels with the package."""
_PARTS = ("lexicon", "families", "modifiers.yaml", "editions.yaml", "places_of_service.yaml", "neighbours.yaml", "guidelines")


@dataclass(frozen=True, slots=True)
class Sources:
    """The written knowledge after reading; families and concepts are ordered by id."""

    families: tuple[Family, ...]
    concepts: tuple[Concept, ...]
    modifiers: tuple[Modifier, ...]
    editions: dict[str, str]
    places: tuple[PlaceOfService, ...]
    neighbours: tuple[Neighbour, ...]
    guidelines: tuple[Guideline, ...]
    crossings: tuple[Crossing, ...]
    named: Named
    """What the files name elsewhere, with places."""


def read(root: Path = HERE) -> Sources:
    """Read and check all files below ``root``. Raises KnowledgeError with one line for each refusal."""
    refusals, named = Refusals(), Named()
    concepts = tuple(concept for file in _entries(root, "lexicon", refusals) for concept in read_lexicon(file, named))
    families = tuple(read_family(file, named) for file in _entries(root, "families", refusals))
    modifiers = tuple(modifier for file in _entries(root, "modifiers.yaml", refusals) for modifier in read_modifiers(file))
    editions = {name: told for file in _entries(root, "editions.yaml", refusals) for name, told in read_editions(file).items()}
    places = tuple(place for file in _entries(root, "places_of_service.yaml", refusals) for place in read_places(file))
    neighbours = tuple(one for file in _entries(root, "neighbours.yaml", refusals) for one in read_neighbours(file))
    guides = tuple(_entries(root, "guidelines", refusals))
    notes = tuple((file, note) for file in guides for note in read_guidelines(file))
    crossings = tuple(one for file in guides for one in read_crossings(file))
    refuse_twins(notes)
    refuse_lexicon(concepts, refusals)
    known = {w.concept.id for w in concepts}, {m.code for m in modifiers}, {p.code for p in places}
    checks.refuse_strangers(named, families, *known, refusals)
    refusals.raise_any()
    return Sources(
        families=tuple(sorted(families, key=lambda family: family.id)),
        concepts=tuple(sorted((written.concept for written in concepts), key=lambda concept: concept.id)),
        modifiers=modifiers,
        editions=editions,
        places=places,
        neighbours=neighbours,
        guidelines=tuple(note for _, note in notes),
        crossings=crossings,
        named=named,
    )


def digest(root: Path = HERE) -> str:
    """SHA-256 over the names and contents of all source files below ``root``, in hexadecimal. Raises KnowledgeError without any."""
    found = hashlib.sha256()
    paths = [path for part in _PARTS for path in _files(root, part)]
    if not paths:
        msg = f"{root}: no knowledge is written here; name the folder that holds families/ and lexicon/"
        raise KnowledgeError(msg)
    for path in paths:
        for part in (_name(path, root).encode(), path.read_bytes()):
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
    return found.hexdigest()


def _entries(root: Path, part: str, refusals: Refusals) -> Iterator[Entry]:
    for path in _files(root, part):
        entry = read_file(path, _name(path, root), refusals)
        if entry is not None:
            yield entry


def _files(root: Path, part: str) -> list[Path]:
    place = root / part
    if place.is_file():
        return [place]
    return sorted(place.rglob("*.yaml"), key=lambda path: path.relative_to(root).as_posix())


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
