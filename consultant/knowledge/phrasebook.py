"""All phrases of the lexicon as they are looked up in a text, worked out once when the knowledge file is built.

A phrase is written in any case, with hyphens or spaces ("x-ray", "x ray", "xray"), and in the plural. All these forms, and every
beginning of one that ends with a word, are the keys of one table: a tree of words laid flat, in which a reader goes on from word
to word for as long as a phrase may go on. Beside it stand the words that are well spelled, and, for mending typing errors, every
long word under each of its parts with one letter left out (Garbe's symmetric delete).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from consultant.knowledge.family import Concept, Family
from consultant.knowledge.folded import fold_phrase

SHORTEST = 7
"""Words of so many letters and more are mended; short medical words are too near to each other."""
WORD = re.compile(r"[^\W_]+|[^\w\s]")
"""Of folded text: letters and digits, or one sign that stands by itself."""
_LONG = re.compile(rf"[a-z]{{{SHORTEST},}}")
_LETTERS = re.compile(r"[A-Za-z]{7,}")
_SHORTEST_PLURAL = 3
_BETWEEN = "\t"
"""Stands between entries of the written tables; folded text has no tabs."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The tables; see the module docstring."""

    TEXTS: ClassVar = ("phrases", "phrase_meanings", "slips", "slip_meanings", "known_words")
    """The names of the texts that ``dumps`` writes."""

    phrases: Mapping[str, str]
    """Each form with the numbers of the concepts that it means, with blanks between; nothing for what only begins one."""
    slips: Mapping[str, str]
    """Each long word, and each such word without one of its letters but the first, with the words that it is a part of."""
    known: frozenset[str]
    """Every word of a form, and every word that coders wrote into the families."""

    @classmethod
    def of(cls, concepts: Iterable[Concept], families: Iterable[Family] = ()) -> Phrasebook:
        """The tables of a lexicon; numbers are places in ``concepts``."""
        written = [(spellings(phrase), phrase, str(number)) for number, one in enumerate(concepts) for phrase in one.phrases]
        meant = {form for spelled, _, _ in written for form in spelled}
        meanings: dict[str, dict[str, None]] = {}
        for spelled, phrase, number in written:
            for form in _forms(phrase, spelled, meant):
                meanings.setdefault(form, {})[number] = None
        phrases = dict.fromkeys((begun for form in meanings for begun in beginnings(form)), "")
        phrases |= {form: " ".join(numbers) for form, numbers in meanings.items()}
        return cls(phrases, slips_of(words_of(meant)), frozenset(words_of(meanings)) | written_words(families))

    def dumps(self) -> dict[str, str]:
        """The tables as texts."""
        tables = (self.phrases, self.phrases.values(), self.slips, self.slips.values(), sorted(self.known))
        return {name: _BETWEEN.join(words) for name, words in zip(self.TEXTS, tables, strict=True)}

    @classmethod
    def loads(cls, texts: Mapping[str, str]) -> Phrasebook:
        """The tables that ``dumps`` wrote."""
        phrases, meanings, slips, meant, known = (texts[name].split(_BETWEEN) if texts[name] else [] for name in cls.TEXTS)
        return cls(_table(phrases, meanings), _table(slips, meant), frozenset(known))


def spellings(phrase: str) -> tuple[str, ...]:
    """The folded spellings of a phrase: with a space for each hyphen, and closed up."""
    closed = phrase.replace("-", "").replace("'", "")
    folded = (fold_phrase(phrase),) if closed == phrase else (fold_phrase(phrase), fold_phrase(closed))
    return tuple(dict.fromkeys(form for form in folded if form))


def forms(phrase: str) -> tuple[str, ...]:
    """The folded spellings of a phrase, also with its last word in the plural."""
    singular = spellings(phrase)
    return tuple(dict.fromkeys((*singular, *_plurals(singular))))


def beginnings(form: str) -> Iterator[str]:
    """The form up to the end of each of its words but the last."""
    ends = [word.end() for word in WORD.finditer(form)]
    yield from (form[:end] for end in ends[:-1])


def words_of(phrases: Iterable[str]) -> set[str]:
    """All words of phrases, as blanks part them."""
    return {word for phrase in phrases for word in phrase.split()}


def slips_of(words: Iterable[str]) -> dict[str, str]:
    """The table of slips for those of the words that are long enough."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(word for word in words if _LONG.fullmatch(word)):
        for part in parts_of(word):
            found[part].append(word)
    return {part: " ".join(dict.fromkeys(whole)) for part, whole in found.items()}


def parts_of(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters but the first."""
    yield word
    yield from (word[:n] + word[n + 1 :] for n in range(1, len(word)))


def written_words(families: Iterable[Family]) -> set[str]:
    """Every long word that coders wrote into the families, in small letters: well spelled, whatever the lexicon holds."""
    return {word.lower() for family in families for text in _texts(family) for word in _LETTERS.findall(text)}


def _forms(phrase: str, spelled: Sequence[str], others: Collection[str]) -> Iterator[str]:
    """The forms of a phrase; the plural of an acronym is none where another phrase is written so (IVU, IVUS; CRP, CRPS)."""
    yield from spelled
    is_short = len(phrase) <= _SHORTEST_PLURAL
    yield from (form for form in _plurals(spelled) if not (is_short and form in others))


def _plurals(spelled: Iterable[str]) -> Iterator[str]:
    yield from (plural for form in spelled for plural in _plural(form))


def _plural(form: str) -> Iterator[str]:
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


def _texts(family: Family) -> Iterator[str]:
    yield from (family.title, family.summary, family.context, *family.notes)
    for facet in family.facets:
        yield facet.ask
        yield from (value.plain for value in facet.values)
    for entry in family.codes:
        yield from (entry.plain, entry.trap)
    yield from (bundle.reason for bundle in family.bundles)
    yield from (use.when for use in family.modifiers)


def _table(keys: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    return dict(zip(keys, values, strict=True))
