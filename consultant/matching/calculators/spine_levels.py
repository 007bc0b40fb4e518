"""Interspaces of the spine that a case names: each counted once, or the number of levels that is told without their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from consultant.matching.calculators.measures import Amount
from consultant.matching.tables import read_table, refuse_unknown
from consultant.model.clinical import CareEvent

_TABLE = "spine_rules.json"


def spine_levels(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``levels``; nothing when neither names nor a number of levels are told."""
    del text
    table = _table()
    named = [event for event in events if any(cue.concept == table["interspace"] for cue in event.cues)]
    said = [(table["said"][cue.concept], cue.span) for event in events for cue in event.cues if cue.concept in table["said"]]
    if not named and not said:
        return {}
    number = max(len(named), *(levels for levels, _ in said), 0)
    spans = tuple(dict.fromkeys((*(event.anchor.span for event in named), *(span for _, span in said))))
    return {"levels": Amount(number, spans, f"{number} levels")}


def looked_at() -> frozenset[str]:
    """The concepts of a level, and of numbers of levels."""
    return frozenset({_table()["interspace"], *_table()["said"]})


def names() -> frozenset[str]:
    """The concept of a level."""
    return frozenset({_table()["interspace"]})


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("interspace", "said"), _TABLE)
    return table
