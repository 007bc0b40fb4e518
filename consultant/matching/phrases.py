"""All phrases of the lexicon, of context and of facts in one Aho-Corasick automaton: one pass over a text finds them all.

A phrase matches in any case, with hyphens or spaces ("x-ray", "x ray", "xray"), in the plural, and only between word boundaries.
Long words are read with one typing error (typos.py), save those that are ``known`` to be right although no phrase has them.
The automaton is built once per knowledge base and only read afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ahocorasick

from consultant.knowledge.family import Concept
from consultant.matching.context_rules import ContextRule
from consultant.matching.fold import Folded, fold_phrase
from consultant.matching.typos import Speller
from consultant.model.clinical import Span

_SHORTEST_PLURAL = 3


@dataclass(frozen=True, slots=True)
class FactPhrase:
    """A phrase that tells a fact of the case, and how it ranks among phrases that tell another value."""

    name: str
    value: str
    rank: int


Meaning = Concept | ContextRule | FactPhrase


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a phrase stands, and everything of one sort that the phrase means."""

    span: Span
    phrase: str
    concepts: tuple[Concept, ...]
    context: tuple[ContextRule, ...]
    facts: tuple[FactPhrase, ...]


class PhraseIndex:
    """The automaton over all phrases; see the module docstring."""

    __slots__ = ("_automaton", "_is_empty", "_speller")

    def __init__(self, entries: Iterable[tuple[str, Meaning]], known: Iterable[str] = ()) -> None:
        meanings: dict[str, dict[int, Meaning]] = {}
        listed = [(spellings(phrase), phrase, meaning) for phrase, meaning in entries]
        meant = {form for written, _, meaning in listed if isinstance(meaning, Concept) for form in written}
        for written, phrase, meaning in listed:
            for form in _forms(phrase, written, meant) if isinstance(meaning, Concept) else written:
                meanings.setdefault(form, {})[id(meaning)] = meaning
        self._automaton: Any = ahocorasick.Automaton()
        for form, found in meanings.items():
            self._automaton.add_word(form, (len(form), form, *_sorted_out(found.values())))
        self._is_empty = not meanings
        self._speller = Speller(_words(meant), {*known, *_words(meanings)})
        if meanings:
            self._automaton.make_automaton()

    def scan(self, written: Folded) -> Iterator[Hit]:
        """Every phrase between word boundaries, shorter ones inside longer ones too, by place of its end."""
        if self._is_empty:
            return
        folded = self._speller.mended(written)
        text, last = folded.text, len(folded.text) - 1
        for end, (length, form, concepts, context, facts) in self._automaton.iter(text):
            start = end - length + 1
            if (start and text[start - 1].isalnum()) or (end < last and text[end + 1].isalnum()):
                continue
            yield Hit(folded.span(start, end + 1), form, concepts, context, facts)


def _words(phrases: Iterable[str]) -> set[str]:
    return {word for phrase in phrases for word in phrase.split()}


def _sorted_out(
    meanings: Iterable[Meaning],
) -> tuple[tuple[Concept, ...], tuple[ContextRule, ...], tuple[FactPhrase, ...]]:
    kept = tuple(meanings)
    return (
        tuple(m for m in kept if isinstance(m, Concept)),
        tuple(m for m in kept if isinstance(m, ContextRule)),
        tuple(m for m in kept if isinstance(m, FactPhrase)),
    )


def spellings(phrase: str) -> tuple[str, ...]:
    """The folded spellings of a phrase: with a space for each hyphen, and closed up."""
    closed = phrase.replace("-", "").replace("'", "")
    return tuple(dict.fromkeys(form for form in (fold_phrase(phrase), fold_phrase(closed)) if form))


def forms(phrase: str) -> tuple[str, ...]:
    """The folded spellings of a phrase, also with its last word in the plural."""
    singular = spellings(phrase)
    return tuple(dict.fromkeys((*singular, *(plural for form in singular for plural in _plurals(form)))))


def _forms(phrase: str, written: Sequence[str], others: Collection[str]) -> Iterator[str]:
    """The forms of a phrase; the plural of an acronym is none where another phrase is written so (IVU, IVUS; CRP, CRPS)."""
    is_short = len(phrase) <= _SHORTEST_PLURAL
    yield from (form for form in forms(phrase) if form in written or not (is_short and form in others))


def _plurals(form: str) -> Iterator[str]:
    last = form.rsplit(" ", 1)[-1]
    if len(last) < _SHORTEST_PLURAL or not last.isalpha():
        return
    if last.endswith("sis"):
        yield form[:-2] + "es"
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        yield form + "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        yield form[:-1] + "ies"
    else:
        yield form + "s"


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that stand inside no longer one, in order of place; two that only share words both stay."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.span.start, -h.span.end)):
        if not kept or hit.span.end > kept[-1].span.end:
            kept.append(hit)
    return kept
