"""All phrases of the lexicon, of context and of facts: one walk over the words of a text finds them all.

A phrase matches in any case, with hyphens or spaces ("x-ray", "x ray", "xray"), in the plural, and only between word boundaries
(`knowledge.phrasebook`, which holds the lexicon's; those of context and of facts are few and stand here). Long words are read with
one typing error (typos.py). From each word the walk goes on for as long as some phrase may, which is mostly one word or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a phrase stands, and everything of one sort that the phrase means."""

    span: Span
    phrase: str
    concepts: tuple[Concept, ...]
    context: tuple[ContextRule, ...]
    facts: tuple[FactPhrase, ...]


@dataclass(slots=True)
class _Spoken:
    """What a phrase of context or of facts means; nothing for what only begins one."""

    context: list[ContextRule] = field(default_factory=list)
    facts: list[FactPhrase] = field(default_factory=list)

    def learn(self, meaning: Meaning) -> None:
        """Mean this too; two ways to write a phrase may be the same when folded."""
        told: list[Any] = self.context if isinstance(meaning, ContextRule) else self.facts
        if not any(one is meaning for one in told):
            told.append(meaning)


_NOTHING = _Spoken()


class PhraseIndex:
    """The phrases of a lexicon and of the ``entries`` beside it; see the module docstring."""

    __slots__ = ("_beside", "_concepts", "_phrases", "_speller")

    def __init__(self, concepts: Sequence[Concept], book: Phrasebook, entries: Iterable[tuple[str, Meaning]] = ()) -> None:
        self._concepts = concepts
        self._phrases = book.phrases
        self._beside = _spoken(entries)
        self._speller = Speller(book.slips, book.known | words_of(self._beside))

    def scan(self, written: Folded) -> Iterator[Hit]:
        """Every phrase between word boundaries, shorter ones inside longer ones too, by place of its beginning."""
        folded = self._speller.mended(written)
        text, phrases, beside = folded.text, self._phrases, self._beside
        words = [(word.start(), word.end()) for word in WORD.finditer(text)]
        for number, (start, _) in enumerate(words):
            if start and text[start - 1].isalnum():
                continue
            for place in range(number, len(words)):
                end = words[place][1]
                form = text[start:end]
                means, spoken = phrases.get(form), beside.get(form)
                if means is None and spoken is None:
                    break
                if (means or spoken) and not text[end : end + 1].isalnum():
                    yield from self._hits(folded.span(start, end), form, means or "", spoken or _NOTHING)

    def _hits(self, span: Span, form: str, means: str, spoken: _Spoken) -> Iterator[Hit]:
        concepts = tuple(self._concepts[int(number)] for number in means.split())
        if concepts or spoken.context or spoken.facts:
            yield Hit(span, form, concepts, tuple(spoken.context), tuple(spoken.facts))


def _spoken(entries: Iterable[tuple[str, Meaning]]) -> Mapping[str, _Spoken]:
    """Each phrase with what it means, and each of its beginnings."""
    found: dict[str, _Spoken] = {}
    for phrase, meaning in entries:
        for form in spellings(phrase):
            for begun in beginnings(form):
                found.setdefault(begun, _Spoken())
            found.setdefault(form, _Spoken()).learn(meaning)
    return found


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that stand inside no longer one, in order of place; two that only share words both stay."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.span.start, -h.span.end)):
        if not kept or hit.span.end > kept[-1].span.end:
            kept.append(hit)
    return kept
