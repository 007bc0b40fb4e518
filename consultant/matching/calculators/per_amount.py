"""Doses of a drug in mg, mcg, mL and units, so that a code may say how much of it one unit stands for; and what was discarded.

Equal doses told twice are one dose ("Kenalog 40 mg … 40 mg of Kenalog"); different ones are added up, save where a total is told.
What containers hold counts where no dose is told. The discarded part is an amount of its own (``discarded-mg`` …), since Medicare
wants it on a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.doses import Dose, DoseRole, doses
from consultant.matching.calculators.measures import Amount, written
from consultant.model.clinical import CareEvent, Quantity

_IN_MG = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
_UNITS = ("unit", "iu")
_BY_RANK = (DoseRole.TOTAL, DoseRole.GIVEN, DoseRole.HELD)
_Measured = tuple[Dose, float]


def per_amount(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amounts ``mg``, ``mcg``, ``ml`` and ``units`` that the acts name, and what of them was discarded."""
    told = doses((q for event in events for q in event.quantities), text)
    volumes = [(dose, dose.quantity.value) for dose in told if dose.quantity.unit == "mL"]
    masses = [(dose, dose.quantity.value * _IN_MG[dose.quantity.unit]) for dose in told if dose.quantity.unit in _IN_MG]
    masses = masses if any(dose.role in _BY_RANK for dose, _ in masses) else [*masses, *_of_strength(told, volumes)]
    units = [(dose, dose.quantity.value) for dose in told if _is_units(dose.quantity, text)]
    measured = {
        "mg": masses,
        "mcg": [(dose, value * 1000) for dose, value in masses],
        "ml": volumes,
        "units": units,
    }
    found = {name: _given(name, values) for name, values in measured.items()}
    found |= {f"discarded-{name}": _discarded(name, values) for name, values in measured.items()}
    return {name: amount for name, amount in found.items() if amount}


def _is_units(quantity: Quantity, text: str) -> bool:
    words = quantity.span.of(text).lower()
    return quantity.unit == "count" and any(words.rstrip("s").endswith(unit) for unit in _UNITS)


def _of_strength(told: Sequence[Dose], volumes: Sequence[_Measured]) -> list[_Measured]:
    """Doses worked out of a strength and the volumes given of it ("40 mg/mL, 2 mL injected")."""
    strength = next((d for d in told if d.role is DoseRole.STRENGTH and d.quantity.unit in _IN_MG), None)
    if strength is None:
        return []
    in_mg = strength.quantity.value * _IN_MG[strength.quantity.unit]
    return [(dose, volume * in_mg) for dose, volume in volumes if dose.role is DoseRole.GIVEN]


def _given(name: str, values: Sequence[_Measured]) -> Amount | None:
    for role in _BY_RANK:
        same = [(dose, value) for dose, value in values if dose.role is role]
        if same:
            return _total(name, same)
    return None


def _discarded(name: str, values: Sequence[_Measured]) -> Amount | None:
    same = [(dose, value) for dose, value in values if dose.role is DoseRole.DISCARDED and value]
    return _total(f"{name} discarded", same) if same else None


def _total(name: str, values: Sequence[_Measured]) -> Amount:
    # Equal doses are the same dose told again.
    each = {(round(value, 6), dose.times): dose for dose, value in reversed(values)}
    largest: dict[float, float] = {}
    for value, times in each:
        largest[value] = max(times, largest.get(value, 0.0))
    total = sum(value * times for value, times in largest.items())
    parts = [f"{written(value)} x {written(times)}" if times > 1 else written(value) for value, times in largest.items()]
    told = f"{' + '.join(parts)} = {written(total)} {name}" if len(parts) > 1 or "x" in parts[0] else f"{written(total)} {name}"
    return Amount(total, tuple(sorted(dose.quantity.span for dose in each.values())), told)
