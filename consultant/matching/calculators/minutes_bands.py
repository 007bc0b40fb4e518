"""Minutes of a service: the sum of its clock times, or the longest time told when that is more ("35 minutes", "1.5 hours")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.measures import Amount, written
from consultant.model.clinical import CareEvent, Quantity

_IN_MINUTES = {"min": 1.0, "hour": 60.0}


def minutes_bands(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``minutes``; the families hold the bands."""
    times = sorted({q for event in events for q in event.quantities if q.unit in _IN_MINUTES}, key=lambda q: q.span)
    if not times:
        return {}
    clock = [q for q in times if ":" in q.span.of(text)]
    longest = max(times, key=_minutes)
    whole = sum(_minutes(q) for q in clock)
    if whole >= _minutes(longest):
        return {"minutes": Amount(whole, tuple(q.span for q in clock), f"{written(whole)} minutes by the clock")}
    return {"minutes": Amount(_minutes(longest), (longest.span,), f"{written(_minutes(longest))} minutes")}


def _minutes(quantity: Quantity) -> float:
    return quantity.value * _IN_MINUTES[quantity.unit]
