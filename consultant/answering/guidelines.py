"""Finding the guideline notes that answer a question.

Each note is found by phrases, sets of words; rare words weigh more (inverse document frequency over all notes). A phrase of which
the question has a part counts less than in proportion. Words of the rest of a mail that only asks count half. Modifiers find the
notes that explain them; codes that a note names raise it, but never find it alone. Known limit: words are compared by stem and
synonym, not by meaning.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consultant.answering.asked import Asked
from consultant.answering.telling import answer
from consultant.answering.words import words_of
from consultant.knowledge.guidelines import Guideline
from consultant.model.analysis import Answer

ENOUGH = 5.0
"""A note is told from here on when nothing else answers the question."""
PLENTY = 8.0
"""A note is told from here on beside another answer, or inside a case."""
_NEAR = 0.6
"""A second note is told when it is nearly as good as the first."""
_FURTHER = 0.25
_BACKGROUND = 0.5
_BY_MODIFIER = 5.0
_BY_CODE = 2.5
_BY_RANGE = 1.0
_FEW_CODES = 12
_UNCHECKED = "This note was written from memory and not compared with its source: please check it before you rely on it."


@dataclass(frozen=True, slots=True)
class Found:
    """A note and how well it answers; ``whole`` says that every word of one phrase was there."""

    note: Guideline
    score: float
    whole: bool


class Notes:
    """All notes, prepared once for a knowledge base."""

    __slots__ = ("_phrases", "_weights")

    def __init__(self, notes: Iterable[Guideline]) -> None:
        self._phrases = [(note, tuple(frozenset(words_of(text)) for text in (*note.asks, note.title))) for note in notes]
        known = Counter(word for _, phrases in self._phrases for word in frozenset().union(*phrases))
        self._weights = {word: 1.0 + math.log(max(len(self._phrases), 1) / count) for word, count in known.items()}

    def find(self, asked: Asked) -> tuple[Found, ...]:
        """The notes that have anything to do with a question, best first; alike ones in the order written."""
        found = (self._rated(note, phrases, asked) for note, phrases in self._phrases)
        return tuple(sorted((one for one in found if one.score > 0), key=lambda one: -one.score))

    def _rated(self, note: Guideline, phrases: tuple[frozenset[str], ...], asked: Asked) -> Found:
        scores = sorted((self._score(phrase, asked) for phrase in phrases if phrase), reverse=True)
        best = scores[0] if scores else 0.0
        whole = any(phrase <= asked.words | asked.background and phrase & asked.words for phrase in phrases if phrase)
        named = set(note.modifiers) & set(asked.modifiers)
        score = best + _FURTHER * sum(scores[1:3]) + (_by_codes(note, asked) if best else 0.0)
        return Found(note, score + _BY_MODIFIER * len(named), whole or bool(named))

    def _score(self, phrase: frozenset[str], asked: Asked) -> float:
        weights = {word: self._weights.get(word, 0.0) for word in phrase}
        total = sum(weights.values())
        own = sum(weights[word] for word in phrase & asked.words)
        behind = sum(weights[word] for word in (phrase & asked.background) - asked.words)
        if not own or not total:
            return 0.0
        return (own + _BACKGROUND * behind) * ((own + behind) / total) ** 2


def _by_codes(note: Guideline, asked: Asked) -> float:
    exact = sum(code in note.codes for code in asked.codes)
    if exact and len(note.codes) <= _FEW_CODES:
        return _BY_CODE * exact
    return _BY_RANGE * min(sum(note.is_about(code) for code in asked.codes), 2)


def chosen(found: tuple[Found, ...], *, enough: float, most: int) -> Iterator[Found]:
    """The notes worth telling: those with enough, and nearly as good as the best."""
    worth = [one for one in found if one.whole and one.score >= enough][:most]
    yield from (one for one in worth if one.score >= _NEAR * worth[0].score)


def told(note: Guideline) -> Answer:
    """A note as an answer."""
    sources = [
        f"{source} ({note.edition})" if place == len(note.sources) - 1 else source for place, source in enumerate(note.sources)
    ]
    unsure = "" if note.checked else _UNCHECKED
    return answer(note.topic, (note.answer, *note.disputed, unsure), (*note.modifiers, *_single(note)), sources)


def _single(note: Guideline) -> Iterator[str]:
    return (code for code in note.codes if "-" not in code)
