"""Assertion: how the text holds each cue, by the context phrases that reach it, past dates, its section, and questions.

When several speak of one cue, a question outvotes a denial, a denial outvotes another person, and so on down ``_STRONGEST``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from consultant.matching.clauses import Clauses, clauses_of
from consultant.matching.context_rules import Category, ContextRule, Direction, Reach, context_rules
from consultant.matching.cues import ContextHit, Sightings
from consultant.matching.dates import past_times
from consultant.matching.scopes import scopes_of
from consultant.matching.statements import Statement, Statements
from consultant.model.clinical import Assertion, ConceptKind, Cue, Span

_STRONGEST = (
    Assertion.ASKED,
    Assertion.ABSENT,
    Assertion.SOMEONE_ELSE,
    Assertion.PLANNED,
    Assertion.HISTORICAL,
    Assertion.POSSIBLE,
)
_DATED = frozenset({ConceptKind.PROCEDURE, ConceptKind.DEVICE, ConceptKind.SUBSTANCE})
_BESIDE = 16
"""A past year this close to a condition dates it; further away it may date anything."""
_PLACED = frozenset({ConceptKind.SITE, ConceptKind.SIDE})
_YEAR_RULE = ContextRule(
    literal=("past year",),
    category=Category.HISTORICAL,
    direction=Direction.BOTH,
    reach=Reach.CLAUSE,
    words=0,
    kinds=_DATED | _PLACED,
    weak=False,
    question=False,
    last=False,
    trailing=False,
    time=True,
)
_MONTH_RULE = replace(_YEAR_RULE, literal=("past month",), kinds=_DATED, weak=True)


@dataclass(frozen=True, slots=True)
class Asserted:
    """Cues with their assertions; ``weak`` are the places of those that other words of the case may outvote."""

    cues: tuple[Cue, ...]
    weak: frozenset[Span]


@dataclass(frozen=True, slots=True)
class _Vote:
    assertion: Assertion
    span: Span | None
    weak: bool


def assert_cues(text: str, sightings: Sightings, statements: Statements, received: date) -> Asserted:
    """The cues with their assertions. Only PRESENT ones will support a code."""
    contexts: dict[int, list[ContextHit]] = defaultdict(list)
    for hit in sightings.contexts:
        contexts[statements.at(hit.span.start)].append(hit)
    by_statement: dict[int, list[Cue]] = defaultdict(list)
    for cue in sightings.cues:
        by_statement[statements.at(cue.span.start)].append(cue)
    cues: list[Cue] = []
    weak: set[Span] = set()
    for number, group in by_statement.items():
        statement = statements.all[number]
        for cue, votes in _votes(text, statement, group, contexts[number], received):
            winner = _winner(votes)
            cues.append(replace(cue, assertion=winner.assertion, context=_said_by(votes, winner)) if winner else cue)
            if winner and winner.weak:
                weak.add(cue.span)
    return Asserted(tuple(sorted(cues, key=lambda c: (c.span, c.concept))), frozenset(weak))


def _votes(
    text: str, statement: Statement, cues: list[Cue], contexts: list[ContextHit], received: date
) -> Iterator[tuple[Cue, list[_Vote]]]:
    speaking = [hit for hit in contexts if hit.rule.category.assertion and (statement.question or not hit.rule.question)]
    terminators = [hit.span for hit in contexts if hit.rule.category is Category.TERMINATOR]
    past = [ContextHit(t.span, _MONTH_RULE if t.weak else _YEAR_RULE) for t in past_times(text, statement.span, received)]
    performed = any(hit.rule.category is Category.PERFORMED for hit in contexts)
    polar = statement.question and _is_polar(text, statement.span)
    if not (speaking or past or statement.presumed or polar):
        yield from ((cue, []) for cue in cues)
        return
    clauses = clauses_of(text, statement.span, terminators)
    spans = [hit.span for hit in (*speaking, *past)]
    reaches = [_Reached(hit, clauses, spans, text) for hit in (*speaking, *past)]
    for cue in cues:
        votes = [vote for reach in reaches for vote in reach(cue)]
        votes += _dated(cue, past) if cue.kind is ConceptKind.CONDITION else ()
        if polar and cue.span.start < clauses.account:
            votes.append(_Vote(Assertion.ASKED, None, weak=False))
        if statement.presumed and not performed and (not statement.presumed_kinds or cue.kind in statement.presumed_kinds):
            votes.append(_Vote(statement.presumed, None, weak=False))
        yield cue, votes


class _Reached:
    """One context phrase with its scopes, asked for its vote on a cue."""

    __slots__ = ("_hit", "_scopes", "_text")

    def __init__(self, hit: ContextHit, clauses: Clauses, contexts: Sequence[Span], text: str) -> None:
        self._hit = hit
        self._text = text
        self._scopes = tuple(scopes_of(hit, clauses, contexts))

    def __call__(self, cue: Cue) -> Iterator[_Vote]:
        rule = self._hit.rule
        span = _beyond(cue.span, self._hit.span)
        if span is None or rule.category.assertion is None or (rule.kinds and cue.kind not in rule.kinds):
            return
        if (
            rule.time
            and cue.kind is ConceptKind.PROCEDURE
            and _image_between().search(self._text, cue.span.end, self._hit.span.start)
        ):
            return
        is_condition = cue.kind is ConceptKind.CONDITION
        if any(scope.holds(span, is_condition=is_condition) for scope in self._scopes):
            yield _Vote(rule.category.assertion, self._hit.span, rule.weak)


def _beyond(cue: Span, phrase: Span) -> Span | None:
    """The part of a cue outside a context phrase that reaches into it ("no hx of" and "hx of breast cancer"); None inside it."""
    if not cue.overlaps(phrase):
        return cue
    if phrase.start < cue.start and phrase.end < cue.end:
        return Span(phrase.end, cue.end)
    return Span(cue.start, phrase.start) if cue.start < phrase.start and cue.end < phrase.end else None


@cache
def _image_between() -> re.Pattern[str]:
    """An image that an act works on, told after the act and before the time: "FEA and VFA on a chest CT done …"."""
    onto, images = ("|".join(map(re.escape, words)) for words in (context_rules().works_on, context_rules().images))
    return re.compile(rf"\b(?:{onto})\b(?:(?!\b(?:and|or|then)\b|[;.]).)*?\b(?:{images})\b", re.IGNORECASE | re.DOTALL)


def _dated(cue: Cue, past: Iterable[ContextHit]) -> Iterator[_Vote]:
    for hit in past:
        if not hit.rule.weak and 0 <= hit.span.start - cue.span.end <= _BESIDE:
            yield _Vote(Assertion.HISTORICAL, hit.span, weak=False)


def _winner(votes: Sequence[_Vote]) -> _Vote | None:
    for assertion in _STRONGEST:
        matching = [vote for vote in votes if vote.assertion is assertion]
        if matching:
            return next((vote for vote in matching if not vote.weak), matching[0])
    return None


def _said_by(votes: Iterable[_Vote], winner: _Vote) -> tuple[Span, ...]:
    return tuple(sorted({vote.span for vote in votes if vote.assertion is winner.assertion and vote.span}))


def _is_polar(text: str, span: Span) -> bool:
    """Whether the question can be answered by yes or no; "can you code …" is a request, not a proposal."""
    words = text[span.start : span.start + 40].lower().split()
    return bool(words) and words[0] in context_rules().polar and words[1:2] not in (["you"], ["u"])
