"""A small index over the authored wording of service codes, in memory, so that words nobody foresaw still find candidates cheaply.

A code is found by the words of its own description, of its family's title and of the facet values it needs; a rare word counts
more than a common one (inverse document frequency). ICD-10-CM is far larger and stays in the knowledge file.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from consultant.knowledge.family import Family, FamilyCode
from consultant.knowledge.templates import is_template
from consultant.knowledge.wording import STOP_WORDS, fold, words_of
from consultant.model.coding import System

_LETTERS = re.compile(r"[A-Za-z]{7,}")


class AuthoredWords:
    """The words of all service codes that may be suggested; built once for a knowledge base."""

    __slots__ = ("_codes", "_weights")

    def __init__(self, families: Iterable[Family]) -> None:
        self._codes: dict[str, set[str]] = defaultdict(set)
        all_codes: set[str] = set()
        for family in families:
            for entry in family.codes if family.system is not System.ICD10CM else ():
                if entry.when and not is_template(entry.code):
                    all_codes.add(entry.code)
                    for word in _words(family, entry):
                        self._codes[word].add(entry.code)
        self._weights = {word: math.log(1 + len(all_codes) / len(codes)) for word, codes in self._codes.items()}

    def rarest(self, words: Iterable[str], most: int) -> list[str]:
        """The words that few or no codes have, the longest of equally rare ones first."""
        unseen = max(self._weights.values(), default=0.0) + 1
        return sorted(dict.fromkeys(words), key=lambda word: (-self._weights.get(fold(word), unseen), -len(word), word))[:most]

    def nearest(self, words: Iterable[str], limit: int) -> list[tuple[str, float]]:
        """The codes that share most with the words, best first, each with the part (0 to 1) of their weight that it shares."""
        known = [word for word in dict.fromkeys(fold(word) for word in words) if word in self._weights]
        whole = sum(self._weights[word] for word in known)
        scores: dict[str, float] = defaultdict(float)
        for word in known:
            for code in self._codes[word]:
                scores[code] += self._weights[word] / whole
        return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:limit]


def _words(family: Family, entry: FamilyCode) -> Iterator[str]:
    needed = dict(entry.when)
    values = (value.plain for facet in family.facets for value in facet.values if value.id in needed.get(facet.id, ()))
    for text in (entry.plain, family.title, *values):
        yield from (fold(word) for word in words_of(text) if word not in STOP_WORDS)


def written_words(families: Iterable[Family]) -> set[str]:
    """Every word that coders wrote into the families, in small letters: well spelled, whatever the lexicon holds."""
    return {word.lower() for family in families for text in _texts(family) for word in _LETTERS.findall(text)}


def _texts(family: Family) -> Iterator[str]:
    yield from (family.title, family.summary, family.context, *family.notes)
    for facet in family.facets:
        yield facet.ask
        yield from (value.plain for value in facet.values)
    for entry in family.codes:
        yield from (entry.plain, entry.trap)
    yield from (bundle.reason for bundle in family.bundles)
    yield from (use.when for use in family.modifiers)
