"""Vaccines of a day: how many were given by needle, how many by mouth or nose, and how many components one has.

A component is one antigen that prevents one disease (CPT, introduction to 90460). Which vaccine has more than one stands in
vaccine_rules.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from consultant.matching.calculators.measures import Amount
from consultant.matching.tables import read_table, refuse_unknown
from consultant.model.clinical import CareEvent

_TABLE = "vaccine_rules.json"


def vaccine_components(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``components`` of the vaccines named, one for each that has no more."""
    del text
    number = sum(int(_table()["components"].get(event.anchor.concept, 1)) for event in events)
    return {"components": Amount(number, tuple(event.anchor.span for event in events), f"{number} components")} if events else {}


def vaccine_counts(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amounts ``injected`` and ``swallowed``, each told even when it is none."""
    del text
    found = {}
    for name in ("injected", "swallowed"):
        given = [event for event in events if any(cue.concept == _table()[name] for cue in event.cues)]
        found[name] = Amount(len(given), tuple(event.anchor.span for event in given), f"{len(given)} vaccines")
    return found


def looked_at() -> frozenset[str]:
    """The concepts of the two ways of giving."""
    return frozenset({_table()["injected"], _table()["swallowed"]})


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("injected", "swallowed", "components"), _TABLE)
    return table
