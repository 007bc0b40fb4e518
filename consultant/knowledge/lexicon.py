"""Reading the lexicon: concepts with their is-a parents and the phrases that coders write for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consultant.knowledge.family import Concept
from consultant.knowledge.references import Named, Naming
from consultant.knowledge.yaml_source import Entry, Place, Refusals, Word
from consultant.model.clinical import ConceptKind

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_JOINTS = re.compile(r"[\s\-\u2010-\u2015/]+")


@dataclass(frozen=True, slots=True)
class WrittenConcept:
    """A concept and where it and its phrases stand."""

    concept: Concept
    place: Place
    phrases: tuple[Word, ...]


def read_lexicon(file: Entry, named: Named) -> tuple[WrittenConcept, ...]:
    """The concepts of one file; parents are noted in ``named``, what is wrong in the refusals of ``file``."""
    file.allow("kind", "concepts")
    kind = file.choice("kind", None, ConceptKind) if "kind" in file else None
    return tuple(_concept(entry, kind, named) for entry in file.entries("concepts", required=True))


def _concept(entry: Entry, kind: ConceptKind | None, named: Named) -> WrittenConcept:
    entry.allow("id", "kind", "is_a", "phrases", "composed_of")
    concept = Concept(
        id=read_id(entry.word("id", required=True), entry.refusals),
        kind=entry.choice("kind", kind, ConceptKind),
        is_a=named.note(Naming.CONCEPT, *entry.words("is_a")),
        phrases=entry.texts("phrases"),
        composed_of=named.note(Naming.CONCEPT, *entry.words("composed_of")),
    )
    return WrittenConcept(concept, entry.place, entry.words("phrases"))


def read_id(word: Word, refusals: Refusals) -> str:
    """The id that ``word`` writes, refused when it has another form than ``small-words-and-digits``."""
    if word.text and not ID.fullmatch(word.text):
        refusals.add(word.place, f"{word.text!r} is no id", "use small letters, digits and single hyphens")
    return word.text


def refuse_lexicon(concepts: tuple[WrittenConcept, ...], refusals: Refusals) -> None:
    """Refuse ids and phrases that stand twice, parents in a circle, and concepts that no word can mean."""
    _refuse_same_ids(concepts, refusals)
    _refuse_same_phrases(concepts, refusals)
    _refuse_circles(concepts, refusals)
    _refuse_silent(concepts, refusals)


def spelling(phrase: str) -> str:
    """The phrase as it is compared: without case, and with hyphens, slashes and blanks alike."""
    return _JOINTS.sub(" ", phrase).strip().casefold()


def _refuse_same_ids(concepts: tuple[WrittenConcept, ...], refusals: Refusals) -> None:
    seen: dict[str, Place] = {}
    for written in concepts:
        first = seen.setdefault(written.concept.id, written.place)
        if first != written.place:
            refusals.add(written.place, f"the concept {written.concept.id!r} is already at {first}", "join the two or rename one")


def _refuse_same_phrases(concepts: tuple[WrittenConcept, ...], refusals: Refusals) -> None:
    seen: dict[tuple[ConceptKind, str], tuple[str, Place]] = {}
    for written in concepts:
        for phrase in written.phrases:
            key = (written.concept.kind, spelling(phrase.text))
            if not key[1]:
                refusals.add(phrase.place, "a phrase has no letters", "write it or take it away")
                continue
            owner, place = seen.setdefault(key, (written.concept.id, phrase.place))
            if owner != written.concept.id:
                refusals.add(
                    phrase.place, f"the phrase {phrase.text!r} already means {owner!r} at {place}", "keep it with one concept"
                )


def _refuse_circles(concepts: tuple[WrittenConcept, ...], refusals: Refusals) -> None:
    parents = {written.concept.id: written.concept.is_a for written in concepts}
    for written in concepts:
        if written.concept.id in ancestors_of(written.concept.id, lambda one: parents.get(one, ())):
            refusals.add(written.place, f"{written.concept.id!r} is its own ancestor", "take one is_a out of the circle")


def ancestors_of(concept: str, parents: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """All concepts above ``concept``; it is itself among them only when its parents form a circle."""
    found: set[str] = set()
    open_ = list(parents(concept))
    while open_:
        above = open_.pop()
        if above not in found:
            found.add(above)
            open_.extend(parents(above))
    return frozenset(found)


def _refuse_silent(concepts: tuple[WrittenConcept, ...], refusals: Refusals) -> None:
    parents = {parent for written in concepts for parent in written.concept.is_a}
    for written in concepts:
        if not (written.phrases or written.concept.composed_of) and written.concept.id not in parents:
            refusals.add(written.place, f"no words mean {written.concept.id!r}", "give it phrases, or concepts that are one of it")
