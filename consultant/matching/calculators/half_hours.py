"""Further half hours of critical care: CPT counts those begun after 74 minutes, Medicare those that are full after 74.

So CPT counts the first from 75 minutes and the second from 105, Medicare from 104 and 134 (Medicare Claims Processing
Manual, chapter 12, 30.6.12). Without a word of the payer Medicare's way is taken, which is the smaller number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.measures import Amount, written

_FIRST, _HALF_HOUR = 74, 30
_BEGUN_COUNT = frozenset({"commercial", "medicaid", "tricare", "workers-compensation", "self-pay"})


def with_half_hours(amounts: Sequence[Mapping[str, Amount]], payer: str) -> list[Mapping[str, Amount]]:
    """The amounts, with ``half-hours`` where ``minutes`` are told."""
    return [{**one, "half-hours": _further(one["minutes"], payer)} if "minutes" in one else one for one in amounts]


def further_half_hours(minutes: float, payer: str) -> int:
    """The further half hours that the payer counts."""
    over = max(0, int(minutes) - _FIRST)
    return -(-over // _HALF_HOUR) if payer in _BEGUN_COUNT else over // _HALF_HOUR


def _further(minutes: Amount, payer: str) -> Amount:
    number = further_half_hours(minutes.value, payer)
    return Amount(number, minutes.spans, f"{written(minutes.value)} minutes, {number} half hours beyond the first {_FIRST}")
