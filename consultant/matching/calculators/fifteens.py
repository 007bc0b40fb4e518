"""Units of services told by quarters of an hour: Medicare's eight-minute rule, and the midpoint of CPT for other payers.

Medicare adds the minutes of all timed services of the day: 8 to 22 are one unit, 23 to 37 two, and so on; each service first
gets its whole quarters, and what is left goes to those with the most minutes over (Medicare Claims Processing Manual, chapter
5, 20.2). By the midpoint rule each service stands for itself and needs more than half of its quarter. Without a word of the
payer Medicare's rule is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.measures import Amount, written

QUARTER, LEAST = 15, 8
FIFTEENS = "fifteens"
_BY_MIDPOINT = frozenset({"commercial", "workers-compensation", "self-pay"})


def with_fifteens(amounts: Sequence[Mapping[str, Amount]], payer: str) -> list[Mapping[str, Amount]]:
    """The amounts of the timed services, each with ``fifteens`` where its ``minutes`` are told."""
    minutes = [int(one["minutes"].value) if "minutes" in one else 0 for one in amounts]
    is_midpoint = payer in _BY_MIDPOINT
    units = by_midpoint(minutes) if is_midpoint else by_eight_minutes(minutes)
    rule = "more than half of each quarter of an hour counts" if is_midpoint else f"{sum(minutes)} timed minutes in all"
    return [
        {**one, FIFTEENS: Amount(number, one["minutes"].spans, f"{written(one['minutes'].value)} minutes, {rule}")}
        if "minutes" in one
        else one
        for one, number in zip(amounts, units, strict=True)
    ]


def by_midpoint(minutes: Sequence[int]) -> list[int]:
    """Units of each service by itself."""
    return [(one + QUARTER - LEAST) // QUARTER for one in minutes]


def by_eight_minutes(minutes: Sequence[int]) -> list[int]:
    """Units of each service of one day, the sum of which the minutes of all of them give."""
    units = [one // QUARTER for one in minutes]
    left = (sum(minutes) + QUARTER - LEAST) // QUARTER - sum(units)
    by_rest = sorted(range(len(minutes)), key=lambda n: (-(minutes[n] % QUARTER), n))
    for number in by_rest[: max(left, 0)]:
        units[number] += 1
    return units
