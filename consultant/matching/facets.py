"""Deciding the facets of a family: by the words of its own events, then by the rest of the case, by default, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from consultant.knowledge.family import Condition, Facet, FacetValue, Family
from consultant.matching.pool import Pool, Shown


class Ground(IntEnum):
    """What a decision rests on, the firmest first."""

    EVENT = 0
    CASE = 1
    DEFAULT = 2
    OPEN = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """How one facet came out: the values that hold with what shows each; no values when it stays open."""

    facet: Facet
    values: tuple[FacetValue, ...]
    shown: tuple[Shown, ...]
    ground: Ground

    def shown_for(self, value: str) -> Shown | None:
        """What shows the value of that id."""
        return next((shown for v, shown in zip(self.values, self.shown, strict=True) if v.id == value), None)


def decide(family: Family, pools: Sequence[Pool], *, alone: bool = False) -> tuple[Decision, ...]:
    """The decision on each facet, in order. ``pools`` are the event's own cues and those of the case, in this order.

    What a value excludes is looked for in the whole case, save sites and sides, when the line stands ``alone``; beside lines of
    other acts, in its own words.
    """
    return tuple(_decide(facet, pools, alone=alone) for facet in family.facets)


def _decide(facet: Facet, pools: Sequence[Pool], *, alone: bool) -> Decision:
    for ground, pool in zip((Ground.EVENT, Ground.CASE), pools, strict=True):
        other = pools[-1] if alone else pool
        positive = [value for value in facet.values if _is_positive(value.when)]
        holding = [(value, shown) for value in positive if (shown := pool.shows(value.when, other))]
        if holding:
            return _decision(facet, holding, ground)
    # What only excludes ("none of these words") holds on silence, and is heard after everything that was said.
    silent = [(value, shown) for value in facet.values if _only_excludes(value.when) and (shown := pools[-1].shows(value.when))]
    if silent:
        return _decision(facet, silent, Ground.CASE)
    default = [value for value in facet.values if value.id == facet.default]
    if default:
        return Decision(facet, (default[0],), (Shown((), ()),), Ground.DEFAULT)
    return Decision(facet, (), (), Ground.OPEN)


def _decision(facet: Facet, holding: Sequence[tuple[FacetValue, Shown]], ground: Ground) -> Decision:
    kept = holding if facet.several else holding[:1]
    return Decision(facet, tuple(value for value, _ in kept), tuple(shown for _, shown in kept), ground)


def _is_positive(condition: Condition) -> bool:
    return bool(condition.any or condition.all or condition.absent or condition.facts or condition.quantity)


def _only_excludes(condition: Condition) -> bool:
    return bool(condition.none) and not _is_positive(condition)
