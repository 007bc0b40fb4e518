"""The ranked list of codes behind the proposals, up to twenty, services before diagnoses.

It holds what was settled, its siblings, what is still possible, what the asker named, and what a search over authored wording
finds for the words of the person, so that a phrase nobody foresaw still finds candidates.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from consultant.knowledge.family import Family
from consultant.matching.authored import AuthoredWords
from consultant.matching.families import Awake, Wakers
from consultant.matching.knowing import Knowing
from consultant.matching.lines import Outcome
from consultant.matching.scene import Scene
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import SectionKind
from consultant.model.coding import Candidate, Diagnosis, ProposedCode, Suggestion, System

MOST = 20
_POSSIBLE, _NAMED, _ALTERNATIVE, _SIBLING, _RELATED, _FOUND = 0.5, 0.45, 0.4, 0.3, 0.15, 0.35
_TABLE = "search_rules.json"
_MOST_WORDS, _MOST_SOUGHT = 24, 3
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
_MOST_RELATED = 8


Settled = Suggestion | Diagnosis
Scored = tuple[str, float]


class Ranking:
    """Codes with the best score that anything gave them."""

    __slots__ = ("_scores",)

    def __init__(self) -> None:
        self._scores: dict[str, float] = {}

    def add(self, code: str, score: float) -> None:
        """Rank the code at least this high."""
        if "{" not in code:
            self._scores[code] = max(self._scores.get(code, 0.0), score)

    def best(self) -> tuple[Candidate, ...]:
        """The best twenty: services first, each by score and then by code."""
        services = [c for c in self._scores if System.of(c) is not System.ICD10CM]
        diagnoses = [c for c in self._scores if System.of(c) is System.ICD10CM]
        ordered = [*sorted(services, key=self._key), *sorted(diagnoses, key=self._key)]
        return tuple(Candidate(code, round(self._scores[code], 4)) for code in ordered[:MOST])

    def _key(self, code: str) -> tuple[float, str]:
        return -self._scores[code], code


def rank(
    settled: Sequence[Settled],
    outcomes: Iterable[Outcome],
    asked: Iterable[Outcome],
    proposed: Iterable[tuple[ProposedCode, Sequence[Family]]],
    found: Iterable[Scored],
) -> tuple[Candidate, ...]:
    """The candidates of a case, best first."""
    ranking = Ranking()
    for one in settled:
        ranking.add(one.code, one.score)
        for alternative in one.alternatives:
            ranking.add(alternative.code, _ALTERNATIVE)
    for outcome in outcomes:
        _add_outcome(ranking, outcome, 1.0)
    for outcome in asked:
        _add_outcome(ranking, outcome, 0.9)
    for code, families in proposed:
        _add_proposed(ranking, code, families)
    for name, score in found:
        ranking.add(name, _FOUND * score)
    return ranking.best()


def _add_outcome(ranking: Ranking, outcome: Outcome, weight: float) -> None:
    for code in (*outcome.possible, *(line.code for line in outcome.lines)):
        ranking.add(code, _POSSIBLE * weight)
    _add_family(ranking, outcome.awake.family, weight)


def _add_family(ranking: Ranking, family: Family, weight: float) -> None:
    for entry in family.codes:
        if entry.when:
            ranking.add(entry.code, _SIBLING * weight)
    for code in family.related[:_MOST_RELATED]:
        ranking.add(code, _RELATED * weight)


def _add_proposed(ranking: Ranking, code: ProposedCode, families: Sequence[Family]) -> None:
    entries = [entry for family in families for entry in family.codes if entry.code == code.code]
    if not entries or any(entry.when for entry in entries):
        ranking.add(code.code, _NAMED)
    for successor in (s for entry in entries for s in entry.facts.successors):
        ranking.add(successor, _NAMED)
    for family in families:
        _add_family(ranking, family, 0.9)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched, and where: the words that nothing else explains."""

    wakers: Wakers
    authored: AuthoredWords
    knowledge: Knowing


def searched(scene: Scene, sought: Sought, awake: Sequence[Awake], settled: Sequence[Settled]) -> list[Scored]:
    """What a search finds for acts that no family is about, or for the first words of a mail that told no act at all.

    Diagnoses are searched for only when nothing whatever was settled, in one call with a few rare words: their tables are large.
    """
    words = _unexplained_words(scene, sought.wakers, awake)
    if not words:
        return []
    found = sought.authored.nearest(words, MOST // 2)
    if settled:
        return found
    rare = " ".join(sought.authored.rarest(words, _MOST_SOUGHT))
    hits = sought.knowledge.search(rare, system=System.ICD10CM, limit=MOST // 2)
    return [*found, *((hit.code, hit.score) for hit in hits)]


def _unexplained_words(scene: Scene, wakers: Wakers, awake: Sequence[Awake]) -> list[str]:
    if scene.acts.performed:
        unknown = [e for e in scene.acts.performed if not wakers.know(e.anchor, scene.ontology)]
        return _words(cue.phrase for event in unknown for cue in event.cues)
    if any(one.family.system is not System.ICD10CM for one in awake):
        return []
    first = (SectionKind.PROCEDURE_TITLE, SectionKind.SUBJECT, SectionKind.PREAMBLE)
    return _words(s.span.of(scene.text) for kind in first for s in scene.statements.all if s.section is kind)


def _words(texts: Iterable[str]) -> list[str]:
    """The first words of the texts that may say what was done, in small letters, each once."""
    words = (word.lower() for text in texts for word in _WORD.findall(text))
    return list(itertools.islice(dict.fromkeys(word for word in words if word not in _little_words()), _MOST_WORDS))


@cache
def _little_words() -> frozenset[str]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("little",), _TABLE)
    return frozenset(words_of(table, "little", _TABLE))
