"""All phrases of the lexicon, of context and of facts: one walk over the words of a text finds them all.

A phrase matches in any case, with hyphens or spaces ("x-ray", "x ray", "xray"), in the plural, and only between word boundaries
(`knowledge.phrasebook`, which holds the lexicon's; those of context and of facts are few and stand here). Long words are read with
one typing error (typos.py). From each word the walk goes on for as long as some phrase may, which is mostly one word or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from consultant.knowledge.family import Concept
from consultant.knowledge.folded import Folded
from consultant.knowledge.phrasebook import WORD, Phrasebook, beginnings, spellings, words_of
from consultant.matching.context_rules import ContextRule
from consultant.matching.typos import Speller
from consultant.model.clinical import Span


@dataclass(frozen=True, slots=True)
class FactPhrase:
    """A phrase that tells a fact of the case, and how it ranks among phrases that tell another value."""

    name: str
    value: str
    rank: int


Meaning = ContextRule | FactPhrase
_Known = TypeVar("_Known")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a phrase stands, and everything of one sort that the phrase means."""

    span: Span
    phrase: str
    concepts: tuple[Concept, ...]
    context: tuple[ContextRule, ...]
    facts: tuple[FactPhrase, ...]


class _Meant(NamedTuple):
    """Everything that a phrase means, in the order of the fields of `Hit`."""

    concepts: tuple[Concept, ...] = ()
    context: tuple[ContextRule, ...] = ()
    facts: tuple[FactPhrase, ...] = ()

    def and_also(self, meaning: Meaning) -> _Meant:
        """With one more meaning; two ways to write a phrase may be the same when folded."""
        if isinstance(meaning, ContextRule):
            return self._replace(context=(*self.context, *_other(meaning, self.context)))
        return self._replace(facts=(*self.facts, *_other(meaning, self.facts)))


class PhraseIndex:
    """The phrases of a lexicon and of the ``entries`` beside it; see the module docstring."""

    __slots__ = ("_beside", "_concepts", "_meant", "_speller", "_steps")

    def __init__(self, concepts: Sequence[Concept], book: Phrasebook, entries: Iterable[tuple[str, Meaning]] = ()) -> None:
        self._concepts = concepts
        self._beside = _beside(entries)
        self._steps = {**dict.fromkeys((begun for form in self._beside for begun in (*beginnings(form), form)), ""), **book.phrases}
        self._meant: dict[str, _Meant] = {}
        self._speller = Speller(book.slips, book.known | words_of(self._beside))

    def scan(self, written: Folded) -> Iterator[Hit]:
        """Every phrase between word boundaries, shorter ones inside longer ones too, by place of its beginning."""
        folded = self._speller.mended(written)
        text, steps, beside = folded.text, self._steps, self._beside
        words = [word.span() for word in WORD.finditer(text)]
        for number, (start, _) in enumerate(words):
            if start and text[start - 1].isalnum():
                continue
            for place in range(number, len(words)):
                end = words[place][1]
                form = text[start:end]
                means = steps.get(form)
                if means is None:
                    break
                if (means or form in beside) and not text[end : end + 1].isalnum():
                    yield Hit(folded.span(start, end), form, *self._meaning(form, means))

    def _meaning(self, form: str, means: str) -> _Meant:
        found = self._meant.get(form)
        if found is None:
            concepts = tuple(self._concepts[int(number)] for number in means.split())
            found = self._meant[form] = self._beside.get(form, _Meant())._replace(concepts=concepts)
        return found


def _beside(entries: Iterable[tuple[str, Meaning]]) -> Mapping[str, _Meant]:
    found: dict[str, _Meant] = {}
    for phrase, meaning in entries:
        for form in spellings(phrase):
            found[form] = found.get(form, _Meant()).and_also(meaning)
    return found


def _other(meaning: _Known, known: Iterable[_Known]) -> tuple[_Known, ...]:
    return () if any(one is meaning for one in known) else (meaning,)


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that stand inside no longer one, in order of place; two that only share words both stay."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.span.start, -h.span.end)):
        if not kept or hit.span.end > kept[-1].span.end:
            kept.append(hit)
    return kept
