"""The facts to ask for: facets that the case leaves open, and specificity that a diagnosis lacks."""

from __future__ import annotations

from collections.abc import Iterable

from consultant.knowledge.templates import facets_in
from consultant.matching.facets import Ground
from consultant.matching.lines import Line, Outcome
from consultant.matching.wording import siblings
from consultant.model.coding import Question

MOST = 8
_MOST_CODES = 12


def questions_of(outcomes: Iterable[Outcome]) -> tuple[Question, ...]:
    """One question for each open facet of each family, in order, the same question once."""
    found: dict[str, Question] = {}
    for outcome in outcomes:
        for decision in outcome.open:
            question = Question(decision.facet.id, decision.facet.ask, outcome.possible[:_MOST_CODES])
            found.setdefault(question.question, question)
    return tuple(found.values())[:MOST]


def specificity_questions(lines: Iterable[Line]) -> tuple[Question, ...]:
    """What would make a diagnosis more specific: facets of its template that were taken by default and have a question."""
    found: dict[str, Question] = {}
    for line in lines:
        for decision in line.awake.decisions:
            facet = decision.facet
            if decision.ground is Ground.DEFAULT and facet.ask and facet.id in facets_in(line.entry.code):
                codes = [c for v in facet.values for c in siblings(line, facet.id, v.id, fill_in=True)]
                found.setdefault(facet.ask, Question(facet.id, facet.ask, tuple(dict.fromkeys(codes))[:_MOST_CODES]))
    return tuple(found.values())
