"""What the reading of a mail looks up in families and concepts, worked out once when the knowledge file is built.

Everything points at families and concepts by their number, which is their place in the knowledge base, so that a reader needs to
decode only those that a mail speaks of.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from consultant.knowledge.family import Concept, Family, FamilyCode
from consultant.knowledge.templates import is_template
from consultant.knowledge.wording import STOP_WORDS, fold, words_of
from consultant.model.coding import System

Numbers = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class ReadingIndex:
    """The tables, as plain as JSON has them; see the module docstring."""

    families: Sequence[str]
    """The id of each family."""
    concepts: Sequence[str]
    """The id of each concept."""
    composed: Sequence[int]
    """The concepts that are composed of others."""
    waking: Numbers
    """Each concept with the families that it may wake."""
    diagnosing: Sequence[str]
    """The concepts that may wake a family of diagnoses."""
    codes: Numbers
    """Each code that is written out in full with the families that write it, one of them twice when it does."""
    bundles: Numbers
    """Each code that is a column of a bundle with the families that write such bundles."""
    wording: Mapping[str, str]
    """Each word of the wording of services with the codes that have it, with blanks between."""

    @classmethod
    def of(cls, families: Sequence[Family], concepts: Sequence[Concept]) -> ReadingIndex:
        """The tables of a knowledge base."""
        return cls(
            families=[family.id for family in families],
            concepts=[concept.id for concept in concepts],
            composed=[number for number, concept in enumerate(concepts) if concept.composed_of],
            waking=waking(families),
            diagnosing=sorted(waking(family for family in families if family.system is System.ICD10CM)),
            codes=_listed((entry.code, number) for number, entry in _entries(families) if not is_template(entry.code)),
            bundles=_once((code, number) for number, family in enumerate(families) for code in _columns(family)),
            wording=wording(families),
        )

    def dumps(self) -> str:
        """The tables as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> ReadingIndex:
        """The tables that ``dumps`` wrote."""
        return cls(**json.loads(text))


def waking(families: Iterable[Family]) -> Numbers:
    """Each concept with the numbers of the families that it may wake, in order."""
    return _once(
        (concept, number) for number, family in enumerate(families) for concept in (*family.wakes_on.any, *family.wakes_on.all)
    )


def wording(families: Iterable[Family]) -> Mapping[str, str]:
    """The words of all service codes that may be suggested, each with those codes."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for family in families:
        for entry in family.codes if family.system is not System.ICD10CM else ():
            if entry.when and not is_template(entry.code):
                for word in _words(family, entry):
                    found[word][entry.code] = None
    return {word: " ".join(codes) for word, codes in found.items()}


def _words(family: Family, entry: FamilyCode) -> Iterator[str]:
    needed = dict(entry.when)
    values = (value.plain for facet in family.facets for value in facet.values if value.id in needed.get(facet.id, ()))
    for text in (entry.plain, family.title, *values):
        yield from (fold(word) for word in words_of(text) if word not in STOP_WORDS)


def _entries(families: Iterable[Family]) -> Iterator[tuple[int, FamilyCode]]:
    return ((number, entry) for number, family in enumerate(families) for entry in family.codes)


def _columns(family: Family) -> Iterator[str]:
    return (code for bundle in family.bundles for code in (bundle.column_1, bundle.column_2))


def _listed(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for name, number in pairs:
        found[name].append(number)
    return dict(found)


def _once(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    return _listed(dict.fromkeys(pairs))
