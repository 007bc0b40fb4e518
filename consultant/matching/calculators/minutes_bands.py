"""Minutes of a service: the sum of its clock times, or the longest time told when that is more ("35 minutes", "1.5 hours")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.durations import durations
from consultant.matching.calculators.measures import Amount, written
from consultant.model.clinical import CareEvent


def minutes_bands(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``minutes``; the families hold the bands."""
    times = durations((q for event in events for q in event.quantities), text)
    if not times:
        return {}
    clock = [one for one in times if one.by_clock]
    longest = max(times, key=lambda one: one.minutes)
    whole = sum(one.minutes for one in clock)
    if clock and whole >= longest.minutes:
        return {"minutes": Amount(whole, tuple(one.span for one in clock), f"{written(whole)} minutes by the clock")}
    return {"minutes": Amount(longest.minutes, (longest.span,), f"{written(longest.minutes)} minutes")}
