"""Doses of a drug in mg, mcg, mL and units, so that a code may say how much of it one unit stands for.

Equal doses told twice are one dose ("Kenalog 40 mg … 40 mg of Kenalog"); different ones are added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.measures import Amount, written
from consultant.model.clinical import CareEvent, Quantity

_IN_MG = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
_UNITS = "unit"


def per_amount(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amounts ``mg``, ``mcg``, ``ml`` and ``units`` that the acts name."""
    given = sorted({q for event in events for q in event.quantities}, key=lambda q: q.span)
    mass = _total([(q, q.value * _IN_MG[q.unit]) for q in given if q.unit in _IN_MG])
    found = {"mg": mass, "mcg": mass and (mass[0] * 1000, mass[1])}
    found["ml"] = _total([(q, q.value) for q in given if q.unit == "mL"])
    found["units"] = _total([(q, q.value) for q in given if q.unit == "count" and _UNITS in q.span.of(text).lower()])
    return {
        name: Amount(total[0], tuple(q.span for q in total[1]), f"{written(total[0])} {name}")
        for name, total in found.items()
        if total
    }


def _total(doses: Sequence[tuple[Quantity, float]]) -> tuple[float, tuple[Quantity, ...]] | None:
    each = {round(value, 6): quantity for quantity, value in reversed(doses)}
    return (sum(each), tuple(each.values())) if each else None
