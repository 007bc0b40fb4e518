"""From decided facets to codes: which siblings fit, what each rests on, which facts are still to be asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from consultant.knowledge.amounts import units_of
from consultant.knowledge.family import Condition, FacetValue, Family, FamilyCode
from consultant.knowledge.templates import facets_in, fill, is_template
from consultant.matching.facets import Decision, Ground
from consultant.matching.families import Awake
from consultant.matching.knowing import Knowing
from consultant.model.coding import System

Chosen = Mapping[str, str]
"""Facet id to the id of the value chosen."""
_WANTS_WASTE = Condition(facts=(("payer", ("medicare", "medicare-advantage")),))
"""Medicare pays for what is thrown away of a single-dose container, on a line of its own."""
_MOST_LINES = 24
"""More combinations of several values than this are no claim."""


@dataclass(frozen=True, slots=True)
class Line:
    """One code that an awake family gives, under one combination of values."""

    awake: Awake
    entry: FamilyCode
    code: str
    chosen: Chosen
    is_added: bool = False
    """Whether it stands beside another code of the family (``adds``)."""
    units: int = 1
    is_discarded: bool = False
    """Whether it stands for the part of a drug that was thrown away."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an awake family gives: lines, and the facets that must be asked before it can give (more)."""

    awake: Awake
    lines: tuple[Line, ...]
    open: tuple[Decision, ...]
    possible: tuple[str, ...]
    """Codes still possible while facets are open."""

    @property
    def is_service(self) -> bool:
        """Whether the family is one of services, not of diagnoses."""
        return self.awake.family.system is not System.ICD10CM


def outcome_of(awake: Awake, knowledge: Knowing) -> Outcome:
    """The lines of a family, or what to ask."""
    undecided = [d for d in awake.decisions if d.ground is Ground.OPEN]
    lines: dict[tuple[str, bool], Line] = {}
    asked: dict[str, Decision] = {}
    possible: dict[str, None] = {}
    for chosen in _combinations(awake.decisions):
        fitting = [entry for entry in awake.family.codes if entry.when and _fits(entry, chosen)]
        separating = [d for d in undecided if _separates(d, fitting)]
        if separating:
            asked |= {d.facet.id: d for d in separating}
            possible |= {code: None for entry in fitting for code in _codes(awake.family, entry, chosen, knowledge)}
            continue
        for line in _lines(awake, fitting, chosen, knowledge):
            lines.setdefault((line.code, line.is_discarded), line)
    return Outcome(awake, tuple(lines.values()), tuple(asked.values()), tuple(possible))


def needed_by(entry: FamilyCode) -> frozenset[str]:
    """The facets that a code depends on."""
    return frozenset(facet for facet, _ in entry.when) | frozenset(facets_in(entry.code))


def exists(code: str, system: System, knowledge: Knowing) -> bool:
    """Whether the code may be reported as far as the knowledge base can say."""
    return system is not System.ICD10CM or knowledge.billable(code)


def _combinations(decisions: Sequence[Decision]) -> Iterator[Chosen]:
    decided = [d for d in decisions if d.values]
    choices = itertools.product(*([(d.facet.id, value.id) for value in d.values] for d in decided))
    for choice in itertools.islice(choices, _MOST_LINES):
        yield dict(choice)


def _fits(entry: FamilyCode, chosen: Chosen) -> bool:
    return all(facet not in chosen or chosen[facet] in values for facet, values in entry.when)


def _separates(decision: Decision, fitting: Sequence[FamilyCode]) -> bool:
    """Whether the answer to an open facet would change which codes are given."""
    facet = decision.facet.id
    if any(facet in facets_in(entry.code) for entry in fitting):
        return True
    wanted = {dict(entry.when).get(facet) for entry in fitting}
    return len(wanted) > 1 and len(fitting) > 1


def _lines(awake: Awake, fitting: Sequence[FamilyCode], chosen: Chosen, knowledge: Knowing) -> Iterator[Line]:
    by_code = {entry.code: entry for entry in awake.family.codes}
    for entry in fitting:
        code = filled(awake.family, entry, chosen)
        if code is None or not exists(code, entry.system, knowledge):
            continue
        units = _units(awake, entry)
        if not units:
            continue
        yield Line(awake, entry, code, chosen, units=units)
        wasted = _discarded(awake, entry)
        if wasted:
            yield Line(awake, entry, code, chosen, units=wasted, is_discarded=True)
        for added in entry.adds:
            if added in by_code and by_code[added] not in fitting:
                yield Line(awake, by_code[added], added, chosen, is_added=True)


def _units(awake: Awake, entry: FamilyCode) -> int:
    """The units of a code: those that an amount makes, where the code counts one and the case tells it; else one."""
    amount = awake.near.amounts.get(entry.one_unit.amount) if entry.one_unit else None
    return units_of(entry.one_unit, amount.value) if entry.one_unit and amount else 1


def _discarded(awake: Awake, entry: FamilyCode) -> int:
    """The units of what was thrown away, where the payer wants them told: those that the begun units do not hold already."""
    rule = entry.one_unit
    wasted = awake.near.amounts.get(f"discarded-{rule.amount}") if rule else None
    given = awake.near.amounts.get(rule.amount) if rule else None
    if rule is None or wasted is None or given is None or not awake.whole.shows(_WANTS_WASTE):
        return 0
    return units_of(rule, given.value + wasted.value) - units_of(rule, given.value)


def filled(family: Family, entry: FamilyCode, chosen: Chosen) -> str | None:
    """The code that the entry stands for under the chosen values; None when a value it needs is not chosen."""
    if not is_template(entry.code):
        return entry.code
    facets = facets_in(entry.code)
    if any(facet not in chosen for facet in facets):
        return None
    return fill(entry.code, {facet: value_of(family, facet, chosen[facet]).characters for facet in facets})


def value_of(family: Family, facet_id: str, value_id: str) -> FacetValue:
    """The value of that id of the family's facet of that id."""
    facet = next(facet for facet in family.facets if facet.id == facet_id)
    return next(value for value in facet.values if value.id == value_id)


def _codes(family: Family, entry: FamilyCode, chosen: Chosen, knowledge: Knowing) -> Iterator[str]:
    code = filled(family, entry, chosen)
    if code is not None and exists(code, entry.system, knowledge):
        yield code
