"""Finding the concepts that a short text names: the words of a code, of a table row, of a title.

This is a plain search for the phrases of the lexicon, longest first, in single phrases without negation or time; the reading of
mails is another and much finer thing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from consultant.knowledge.family import Concept
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.wording import fold
from consultant.model.clinical import ConceptKind

_Words = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")


class ConceptFinder:
    """Finds concepts of some kinds in texts; made once for many texts."""

    def __init__(self, concepts: Iterable[Concept], kinds: Collection[ConceptKind]) -> None:
        self._phrases: dict[_Words, set[str]] = defaultdict(set)
        for concept in concepts:
            if concept.kind in kinds:
                for phrase in concept.phrases:
                    self._phrases[_folded(phrase)].add(concept.id)
        self._longest = max((len(words) for words in self._phrases), default=0)

    def find(self, text: str) -> dict[str, str]:
        """The ids of the concepts named in ``text``, each with its words there; of phrases that overlap the longest counts."""
        places = list(_WORD.finditer(text.casefold()))
        words, start = tuple(fold(place[0]) for place in places), 0
        found: dict[str, str] = {}
        while start < len(words):
            length = self._length_at(words, start)
            for concept in sorted(self._phrases.get(words[start : start + length], ())):
                found.setdefault(concept, text[places[start].start() : places[start + length - 1].end()])
            start += max(length, 1)
        return found

    def _length_at(self, words: _Words, start: int) -> int:
        lengths = range(min(self._longest, len(words) - start), 0, -1)
        return next((length for length in lengths if words[start : start + length] in self._phrases), 0)


def are_akin(one: Iterable[str], other: Collection[str], knowledge: Knowledge) -> bool:
    """Whether some concept of one side is, or is one of, some concept of the other."""
    return any(knowledge.is_a(a, b) or knowledge.is_a(b, a) for a in one for b in other)


def _folded(text: str) -> _Words:
    return tuple(fold(word) for word in _WORD.findall(text.casefold()))
