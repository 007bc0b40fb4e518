"""Excised diameter of a lesion: its greatest diameter and the narrowest margin on both sides, before the tissue shrinks.

A diameter told as excised, or as including its margins, is taken as it is. Without any word of margins the diameter of the lesion
alone is taken: the least that was excised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consultant.matching.calculators.measures import Amount, Role, measures_of, written
from consultant.model.clinical import CareEvent

_BOTH_SIDES = 2
_SIZES = (Role.SIZE, Role.LESION)


def excised_diameter(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``diameter`` in centimetres; nothing when no size is told."""
    measures = measures_of(events, text)
    told = [m for m in measures if m.role is Role.EXCISED]
    if told:
        largest = max(told, key=lambda m: m.sides[0])
        return {"diameter": Amount(largest.sides[0], (largest.span,), f"{written(largest.sides[0])} cm, margins included")}
    sizes = [m for m in measures if m.role in _SIZES]
    if not sizes:
        return {}
    size = max(sizes, key=lambda m: m.sides[0])
    margins = [m for m in measures if m.role is Role.MARGIN]
    if not margins:
        return {"diameter": Amount(size.sides[0], (size.span,), f"{written(size.sides[0])} cm, no margins told")}
    margin = min(margins, key=lambda m: m.sides[-1])
    diameter = round(size.sides[0] + _BOTH_SIDES * margin.sides[-1], 4)
    told_as = f"{written(size.sides[0])} + 2 x {written(margin.sides[-1])} = {written(diameter)} cm"
    return {"diameter": Amount(diameter, (size.span, margin.span), told_as)}
