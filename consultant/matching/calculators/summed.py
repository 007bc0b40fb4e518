"""Sums: the lengths of all repairs of one kind and region, and the areas of all grafts or wounds of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from consultant.matching.calculators.measures import Amount, Role, measures_of, written
from consultant.model.clinical import CareEvent, Quantity, Span

_NO_REPAIR = (Role.MARGIN, Role.DEPTH, Role.EXCISED, Role.LESION)
_CUT_OUT = (Role.EXCISED, Role.LESION)
_AREA = "sq cm"
_SIDES_OF_AREA = 2
_TOTAL = re.compile(r"\btotal(?:l?ing|s|ed)?(?: (?:area|defect|size|surface|of|is|was|graft|wound))*[\s:=,]*$", re.IGNORECASE)
_AROUND = 40
_SENTENCE = re.compile(r"\.\s|\n")


def summed_lengths(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``length`` in centimetres: of each measured wound its longest side, added up."""
    measures = measures_of(events, text)
    repaired = [m for m in measures if m.role not in _NO_REPAIR]
    # Without a length of its own a closure is at least as long as what was cut out is wide.
    cut = [m for m in measures if m.role in _CUT_OUT and not repaired]
    return _sum("length", "cm", [(m.sides[0], m.span) for m in repaired or cut[:1]])


def summed_areas(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amount ``area`` in square centimetres: areas as told, else products of two sides."""
    told = sorted({q for event in events for q in _once(event, text)}, key=lambda q: q.span)
    whole = [q for q in told if _TOTAL.search(text[max(0, q.span.start - _AROUND) : q.span.start])]
    # A total that is told holds the parts that are told besides it.
    told = whole or told
    # "7 x 6 sq cm" is a slip of the pen for the product of its sides.
    areas = [_product([(q.value, q.span) for q in same]) for _, same in groupby(told, key=lambda q: q.span.end)]
    if not areas:
        sided = [m for m in measures_of(events, text) if len(m.sides) >= _SIDES_OF_AREA]
        areas = [(round(m.sides[0] * m.sides[1], 4), m.span) for m in sided]
    return _sum("area", _AREA, areas)


def _once(event: CareEvent, text: str) -> list[Quantity]:
    """The areas that one act names; one told again in another sentence, as in the subject, is the same area."""
    kept: list[Quantity] = []
    for one in sorted((q for q in event.quantities if q.unit == _AREA), key=lambda q: q.span):
        if not any(one.value == other.value and _SENTENCE.search(text, other.span.end, one.span.start) for other in kept):
            kept.append(one)
    return kept


def _product(sides: Sequence[tuple[float, Span]]) -> tuple[float, Span]:
    area = 1.0
    for value, _ in sides:
        area *= value
    return round(area, 4), sides[0][1]


def _sum(name: str, unit: str, parts: Sequence[tuple[float, Span]]) -> Mapping[str, Amount]:
    if not parts:
        return {}
    total = round(sum(value for value, _ in parts), 4)
    added = " + ".join(written(value) for value, _ in parts)
    told = f"{added} = {written(total)} {unit}" if len(parts) > 1 else f"{written(total)} {unit}"
    return {name: Amount(total, tuple(span for _, span in parts), told)}
