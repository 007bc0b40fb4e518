"""The calculators by the names that family files give them (consultant/knowledge/amounts.py lists them with their amounts)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from consultant.matching.calculators.counted import counted
from consultant.matching.calculators.excised_diameter import excised_diameter
from consultant.matching.calculators.measures import Amount
from consultant.matching.calculators.minutes_bands import minutes_bands
from consultant.matching.calculators.per_amount import per_amount
from consultant.matching.calculators.summed import summed_areas, summed_lengths
from consultant.model.clinical import CareEvent

Calculate = Callable[[Sequence[CareEvent], str], Mapping[str, Amount]]


@dataclass(frozen=True, slots=True)
class Calculator:
    """How amounts are worked out of acts."""

    calculate: Calculate
    splits: bool = False
    """Whether one mention may tell of several acts, each with a site and a size of its own."""
    sums: bool = False
    """Whether acts that lead to the same codes are added up."""


CALCULATORS: Mapping[str, Calculator] = MappingProxyType(
    {
        "summed-lengths": Calculator(summed_lengths, splits=True, sums=True),
        "summed-areas": Calculator(summed_areas, splits=True, sums=True),
        "excised-diameter": Calculator(excised_diameter, splits=True),
        "counted": Calculator(counted),
        "minutes-bands": Calculator(minutes_bands),
        "per-amount": Calculator(per_amount),
    }
)
