"""Cues: the places where the text means a concept of the lexicon, and the context phrases and fact phrases beside them.

A phrase inside a longer one of the lexicon is no cue, whatever its kind ("vertebral fracture assessment" holds no vertebral
fracture); phrases that only share a word both are ("Colles fracture", "fracture of the right wrist"). The same goes
for phrases of context ("no change" negates nothing).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from consultant.knowledge.family import Concept
from consultant.matching.context_rules import Category, ContextRule, context_rules
from consultant.matching.fact_rules import fact_concepts, fact_phrases
from consultant.matching.fold import fold
from consultant.matching.phrases import FactPhrase, Hit, Meaning, PhraseIndex, longest
from consultant.matching.senses import in_context
from consultant.matching.statements import Statements
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import ConceptKind, Cue, Span

_TABLE = "phrase_rules.json"
_WORD_BEFORE, _WORD_AFTER, _NEAR = re.compile(r"([A-Za-z0-9]+)[ ,]*$"), re.compile(r"[ -]([A-Za-z0-9]+)"), 24
_STAYS_EFFECTIVE = frozenset({Category.HISTORICAL, Category.SOMEONE_ELSE, Category.PLANNED})
"""Context that still speaks of what is beside it when it stands inside a status ("family history of osteoporosis, gout")."""


@dataclass(frozen=True, slots=True)
class ContextHit:
    """A context phrase of the text and what it may do."""

    span: Span
    rule: ContextRule


@dataclass(frozen=True, slots=True)
class FactHit:
    """A fact phrase of the text."""

    span: Span
    fact: FactPhrase


@dataclass(frozen=True, slots=True)
class Sightings:
    """Everything that one pass of the automaton saw, in order of place."""

    cues: tuple[Cue, ...]
    contexts: tuple[ContextHit, ...]
    facts: tuple[FactHit, ...]


def phrase_index(concepts: Iterable[Concept], known: Iterable[str] = ()) -> PhraseIndex:
    """The automaton of a lexicon together with the rules of context and of facts; ``known`` are further well-spelled words."""
    entries: list[tuple[str, Meaning]] = [(phrase, concept) for concept in concepts for phrase in concept.phrases]
    entries += [(phrase, rule) for rule in context_rules().rules for phrase in rule.literal]
    entries += fact_phrases()
    return PhraseIndex(entries, known)


def find_cues(text: str, index: PhraseIndex, statements: Statements) -> Sightings:
    """The sightings of a text; cues are not yet asserted. No phrase runs from one statement into the next."""
    folded = fold(text)
    scanned = in_context(index.scan(folded), folded.text)
    hits = [hit for hit in scanned if statements.at(hit.span.start) == statements.at(hit.span.end - 1)]
    meant = longest(hit for hit in hits if hit.concepts and not _is_plain_word(text, hit, statements))
    contexts = longest(hit for hit in hits if hit.context)
    return Sightings(
        cues=tuple(Cue(hit.span, concept.id, concept.kind, hit.phrase) for hit in meant for concept in hit.concepts),
        contexts=tuple(
            ContextHit(hit.span, rule)
            for hit, cover in _with_cover(contexts, meant)
            for rule in hit.context
            if cover is None or (_is_status(cover) and rule.category in _STAYS_EFFECTIVE)
        ),
        facts=tuple(_fact_hits(hits, meant)),
    )


def _fact_hits(hits: Iterable[Hit], meant: Iterable[Hit]) -> Iterator[FactHit]:
    told = [FactHit(hit.span, fact) for hit in longest(hit for hit in hits if hit.facts) for fact in hit.facts]
    by_concept = fact_concepts()
    told += [FactHit(hit.span, by_concept[c.id]) for hit in meant for c in hit.concepts if c.id in by_concept]
    yield from sorted(told, key=lambda hit: hit.span)


def _with_cover(hits: list[Hit], meant: list[Hit]) -> Iterator[tuple[Hit, Hit | None]]:
    """Each hit with the one of ``meant`` (in order, none inside another) that covers it."""
    number = 0
    for hit in hits:
        while number < len(meant) and meant[number].span.end < hit.span.end:
            number += 1
        covers = number < len(meant) and meant[number].span.covers(hit.span)
        yield hit, meant[number] if covers else None


def _is_plain_word(text: str, hit: Hit, statements: Statements) -> bool:
    """Whether the phrase is also an ordinary word, and stands here as that ("the nurse gave it", "is 77085 right?")."""
    if any(idiom.holds(text, hit.span) for idiom in _idioms().get(hit.phrase, ())):
        return True
    if hit.phrase not in _capitals_only():
        return False
    around = statements.all[statements.at(hit.span.start)].span.of(text) if statements.all else text
    return not hit.span.of(text).isupper() or around.isupper()


@dataclass(frozen=True, slots=True)
class _Idiom:
    """A word that means no concept after or before certain words; ``alone`` asks that its clause ends with it too."""

    after: tuple[str, ...]
    before: tuple[str, ...]
    alone: bool

    def holds(self, text: str, span: Span) -> bool:
        """Whether the word at ``span`` stands in the idiom."""
        earlier, later = _WORD_BEFORE.search(text, max(0, span.start - _NEAR), span.start), _WORD_AFTER.match(text, span.end)
        if self.before:
            return later is not None and later[1].lower() in self.before
        is_after = earlier is not None and earlier[1].lower() in self.after
        return is_after and not (self.alone and later)


@cache
def _idioms() -> dict[str, list[_Idiom]]:
    found: dict[str, list[_Idiom]] = defaultdict(list)
    for number, row in enumerate(_table()["idioms"], 1):
        place = f"{_TABLE}: idiom {number}"
        refuse_unknown(row, ("word", "after", "before", "alone"), place)
        after, before = words_of(row, "after", place), words_of(row, "before", place)
        found[row["word"]].append(_Idiom(after, before, bool(row.get("alone", False))))
    return found


@cache
def _capitals_only() -> frozenset[str]:
    """Acronyms that are also words, and count in capitals only."""
    return frozenset(words_of(_table(), "capitals_only", _TABLE))


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("capitals_only", "idioms"), _TABLE)
    return table


def _is_status(hit: Hit) -> bool:
    return any(concept.kind is ConceptKind.STATUS for concept in hit.concepts)
