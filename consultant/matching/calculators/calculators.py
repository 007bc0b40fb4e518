"""The calculators by the names that family files give them (consultant/knowledge/amounts.py lists them with their amounts)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from consultant.matching.calculators import infusions, injections, medical_decisions, spine_levels, vaccines
from consultant.matching.calculators.counted import added, counted
from consultant.matching.calculators.excised_diameter import excised_diameter
from consultant.matching.calculators.fifteens import with_fifteens
from consultant.matching.calculators.half_hours import with_half_hours
from consultant.matching.calculators.measures import Amount
from consultant.matching.calculators.minutes_bands import minutes_bands
from consultant.matching.calculators.per_amount import per_amount
from consultant.matching.calculators.skin_biopsies import skin_biopsies
from consultant.matching.calculators.staged_removal import staged_removal
from consultant.matching.calculators.summed import summed_areas, summed_lengths
from consultant.model.clinical import CareEvent

Amounts = Mapping[str, Amount]
Calculate = Callable[[Sequence[CareEvent], str], Amounts]
Settle = Callable[[Sequence[Amounts], str], Sequence[Amounts]]


class Looks(StrEnum):
    """What a calculator looks at."""

    ACTS = "acts"
    """The acts that woke the family."""
    NAMES = "names"
    """Each thing by itself that the waking words name, with the numbers nearest to it."""
    GIVEN = "given"
    """All things that were given, together."""
    CASE = "case"
    """The whole case."""


@dataclass(frozen=True, slots=True)
class Calculator:
    """How amounts are worked out of acts."""

    calculate: Calculate
    splits: bool = False
    """Whether one mention may tell of several acts, each with a site and a size of its own."""
    sums: bool = False
    """Whether acts that lead to the same codes are added up."""
    borrows: str = ""
    """The unit whose measures it takes from other acts of the case where its own tell none."""
    looks: Looks = Looks.ACTS
    concepts: Callable[[], frozenset[str]] = frozenset
    """The concepts that it must know by name, whatever special word tells them."""
    names: Callable[[], frozenset[str]] = frozenset
    """The concepts whose mentions are the things given."""
    settle: Settle | None = None
    """What the amounts of all things together, and the payer, make of the amounts of each."""


CALCULATORS: Mapping[str, Calculator] = MappingProxyType(
    {
        "summed-lengths": Calculator(summed_lengths, splits=True, sums=True),
        "summed-areas": Calculator(summed_areas, splits=True, sums=True, borrows="sq cm"),
        "excised-diameter": Calculator(excised_diameter, splits=True),
        "counted": Calculator(counted),
        "added": Calculator(added),
        "counted-by-name": Calculator(counted, looks=Looks.NAMES),
        "minutes-bands": Calculator(minutes_bands),
        "critical-minutes": Calculator(minutes_bands, settle=with_half_hours),
        "per-amount": Calculator(per_amount, looks=Looks.NAMES, names=injections.names),
        "quarter-hours": Calculator(minutes_bands, looks=Looks.NAMES, settle=with_fifteens),
        "infusions": Calculator(infusions.infusions, looks=Looks.GIVEN, concepts=infusions.looked_at, names=infusions.names),
        "injections": Calculator(injections.injections, looks=Looks.GIVEN, concepts=injections.looked_at, names=injections.names),
        "skin-biopsies": Calculator(skin_biopsies),
        "staged-removal": Calculator(staged_removal, looks=Looks.CASE),
        "vaccine-components": Calculator(vaccines.vaccine_components),
        "vaccine-counts": Calculator(
            vaccines.vaccine_counts, looks=Looks.GIVEN, concepts=vaccines.looked_at, names=vaccines.looked_at
        ),
        "spine-levels": Calculator(
            spine_levels.spine_levels, looks=Looks.GIVEN, concepts=spine_levels.looked_at, names=spine_levels.names
        ),
        "medical-decisions": Calculator(
            medical_decisions.medical_decisions, looks=Looks.CASE, concepts=medical_decisions.looked_at
        ),
    }
)
