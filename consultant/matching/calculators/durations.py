"""How long something took, in minutes: each time told, "1 hour 20 minutes" as one, and each pair of times of day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from consultant.matching.clock import is_by_clock
from consultant.model.clinical import Quantity, Span

_IN_MINUTES = {"min": 1.0, "hour": 60.0}
_JOINED = re.compile(r"[\s,]*(?:and\s+)?")
_AND_A_HALF = re.compile(r"\s+and\s+a\s+half\b", re.IGNORECASE)
_HALF_HOUR = 30.0


@dataclass(frozen=True, slots=True)
class Duration:
    """One time told."""

    minutes: float
    span: Span
    by_clock: bool


def durations(quantities: Iterable[Quantity], text: str) -> list[Duration]:
    """The times among the quantities, in order of place; the same place counts once."""
    found: list[Duration] = []
    times = sorted({q for q in quantities if q.unit in _IN_MINUTES}, key=lambda q: q.span)
    for number, one in enumerate(times):
        minutes = one.value * _IN_MINUTES[one.unit]
        before = times[number - 1] if number else None
        if before and before.unit == "hour" and one.unit == "min" and _JOINED.fullmatch(text, before.span.end, one.span.start):
            found[-1] = Duration(found[-1].minutes + minutes, found[-1].span.joined(one.span), by_clock=False)
            continue
        half = _HALF_HOUR if one.unit == "hour" and _AND_A_HALF.match(text, one.span.end) else 0.0
        found.append(Duration(minutes + half, one.span, is_by_clock(one, text)))
    return found
