"""Counts: how many lesions, levels, injections … the acts name ("three lesions", "x3"); of several acts the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.measures import Amount, written
from consultant.model.clinical import CareEvent

_COUNT = "count"
_PAIR = 2


def counted(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``count``. An act that names no number is one, once there are several acts; alone it tells no number."""
    del text
    # What two acts share ("12 tags removed with scissors") is told once.
    sharing = {tuple(q for q in event.quantities if q.unit == _COUNT) or event: event for event in events}
    counts = [[q for q in event.quantities if q.unit == _COUNT] for event in sharing.values()]
    if not any(counts) and len(counts) < 2:  # noqa: PLR2004 - several acts are two at least
        return {}
    # Of several numbers of one act the largest counts the whole: "6 lesions, 2 of them on the arm".
    numbers = [max((q.value for q in own), default=1.0) for own in counts]
    spans = tuple(q.span for own in counts for q in own) or tuple(event.anchor.span for event in events)
    return {_COUNT: Amount(sum(numbers), spans, " + ".join(written(number) for number in numbers))}


def added(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``count`` of different things ("4 motor and 4 sensory studies"), whether the whole is told besides or not."""
    del text
    told = sorted({q for event in events for q in event.quantities if q.unit == _COUNT}, key=lambda q: q.span)
    if not told:
        return {}
    numbers = [q.value for q in told]
    # "8 studies: 4 motor and 4 sensory": the largest is the whole when the others make it up.
    is_whole = len(numbers) > _PAIR and max(numbers) == sum(numbers) - max(numbers)
    number = max(numbers) if is_whole else sum(numbers)
    return {_COUNT: Amount(number, tuple(q.span for q in told), " + ".join(written(one) for one in numbers))}
