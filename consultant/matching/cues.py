"""Cues: the places where the text means a concept of the lexicon, and the context phrases and fact phrases beside them.

A phrase inside a longer one of the lexicon is no cue, whatever its kind ("vertebral fracture assessment" holds no vertebral
fracture); phrases that only share a word both are ("Colles fracture", "fracture of the right wrist"). The same goes
for phrases of context ("no change" negates nothing).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from consultant.knowledge.family import Concept
from consultant.matching.context_rules import Category, ContextRule, context_rules
from consultant.matching.fact_rules import fact_phrases
from consultant.matching.fold import fold
from consultant.matching.phrases import FactPhrase, Hit, Meaning, PhraseIndex, longest
from consultant.matching.statements import Statements
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import ConceptKind, Cue, Span

_TABLE = "phrase_rules.json"
_STAYS_EFFECTIVE = frozenset({Category.HISTORICAL, Category.SOMEONE_ELSE})
"""Context that still speaks of what follows when it stands inside a status ("family history of osteoporosis, gout")."""


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


def phrase_index(concepts: Iterable[Concept]) -> PhraseIndex:
    """The automaton of a lexicon together with the rules of context and of facts."""
    entries: list[tuple[str, Meaning]] = [(phrase, concept) for concept in concepts for phrase in concept.phrases]
    entries += [(phrase, rule) for rule in context_rules().rules for phrase in rule.literal]
    entries += fact_phrases()
    return PhraseIndex(entries)


def find_cues(text: str, index: PhraseIndex, statements: Statements) -> Sightings:
    """The sightings of a text; cues are not yet asserted. No phrase runs from one statement into the next."""
    scanned = index.scan(fold(text))
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
        facts=tuple(FactHit(hit.span, fact) for hit in longest(hit for hit in hits if hit.facts) for fact in hit.facts),
    )


def _with_cover(hits: list[Hit], meant: list[Hit]) -> Iterator[tuple[Hit, Hit | None]]:
    """Each hit with the one of ``meant`` (in order, none inside another) that covers it."""
    number = 0
    for hit in hits:
        while number < len(meant) and meant[number].span.end < hit.span.end:
            number += 1
        covers = number < len(meant) and meant[number].span.covers(hit.span)
        yield hit, meant[number] if covers else None


def _is_plain_word(text: str, hit: Hit, statements: Statements) -> bool:
    """Whether the phrase is an acronym that is also a word, and stands here as the word ("the nurse gave it")."""
    if hit.phrase not in _capitals_only():
        return False
    around = statements.all[statements.at(hit.span.start)].span.of(text) if statements.all else text
    return not hit.span.of(text).isupper() or around.isupper()


@cache
def _capitals_only() -> frozenset[str]:
    """Acronyms that are also words, and count in capitals only."""
    table = read_table(_TABLE)
    refuse_unknown(table, ("capitals_only",), _TABLE)
    return frozenset(words_of(table, "capitals_only", _TABLE))


def _is_status(hit: Hit) -> bool:
    return any(concept.kind is ConceptKind.STATUS for concept in hit.concepts)
