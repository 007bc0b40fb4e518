"""Events of care: each procedure that a statement names, with the sites, sides, attributes and quantities bound to it.

A cue binds to the nearest anchor of its statement, commas and brackets counting as distance, a new clause as much more. An act
that names no site or side of its own shares those of its statement, then of its list item. Conditions are bound the same way
(``bind`` with conditions as anchors), so that "left" finds its fracture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from consultant.matching.clauses import Clauses, clauses_of
from consultant.matching.statements import Statement, Statements
from consultant.model.clinical import CareEvent, ConceptKind, Cue, Quantity, Span

BOUND = frozenset(
    {ConceptKind.SITE, ConceptKind.SIDE, ConceptKind.APPROACH, ConceptKind.DEVICE, ConceptKind.SUBSTANCE, ConceptKind.ATTRIBUTE}
)
"""Kinds of cue that belong to an act."""
SHARED = (ConceptKind.SITE, ConceptKind.SIDE)
"""Kinds that several acts of one statement share when only one of them names it."""
_COMMA, _CLAUSE = 30, 400
"""What a comma and a new clause count, in characters of distance."""
_MOST_SHARED = 24
"""Sites and sides of one statement or item that are shared; more of them place nothing."""
_NEAR_ENOUGH_TO_SEARCH = 40
"""With more anchors than this in one statement only the neighbours are weighed."""

Bindable = Cue | Quantity


def bind(
    text: str, cues: Sequence[Cue], quantities: Sequence[Quantity], statements: Statements, kind: ConceptKind
) -> list[CareEvent]:
    """One event for each cue of ``kind``, in order of place, with what is bound to it."""
    grouped: dict[int, list[Cue]] = defaultdict(list)
    for cue in cues:
        grouped[statements.at(cue.span.start)].append(cue)
    counted: dict[int, list[Quantity]] = defaultdict(list)
    for quantity in quantities:
        counted[statements.at(quantity.span.start)].append(quantity)
    by_item: dict[int, list[Cue]] = defaultdict(list)
    for number, group in grouped.items():
        item = by_item[statements.all[number].item]
        item += [cue for cue in group if cue.kind in SHARED][: _MOST_SHARED - len(item)] if len(item) < _MOST_SHARED else ()
    events: list[CareEvent] = []
    for number, group in sorted(grouped.items()):
        statement = statements.all[number]
        bound = _bound(text, statement, group, counted[number], kind)
        placed = [cue for cue in group if cue.kind in SHARED][:_MOST_SHARED]
        events += [_with_shared(event, placed, by_item[statement.item]) for event in bound]
    return events


def _bound(text: str, statement: Statement, cues: list[Cue], quantities: list[Quantity], kind: ConceptKind) -> list[CareEvent]:
    anchors = [cue for cue in cues if cue.kind is kind]
    if not anchors:
        return []
    others: list[Bindable] = [cue for cue in cues if cue.kind in BOUND]
    others += quantities
    owner = _nearest(text, statement, anchors) if len(anchors) > 1 else lambda _: 0
    owned: dict[int, list[Bindable]] = defaultdict(list)
    for other in others:
        owned[owner(other.span)].append(other)
    return [_event(anchor, owned[number], statement) for number, anchor in enumerate(anchors)]


def _event(anchor: Cue, owned: Iterable[Bindable], statement: Statement) -> CareEvent:
    kept = list(owned)
    return CareEvent(
        anchor=anchor,
        assertion=anchor.assertion,
        cues=(anchor, *(cue for cue in kept if isinstance(cue, Cue))),
        quantities=tuple(quantity for quantity in kept if isinstance(quantity, Quantity)),
        spans=(statement.span,),
    )


def _nearest(text: str, statement: Statement, anchors: list[Cue]) -> Callable[[Span], int]:
    clauses = clauses_of(text, statement.span)
    places = [anchor.span for anchor in anchors]

    def owner(span: Span) -> int:
        first = next((n for n, place in enumerate(places) if place.start >= span.start), len(places))
        choices = (
            range(max(0, first - 2), min(len(places), first + 2)) if len(places) > _NEAR_ENOUGH_TO_SEARCH else range(len(places))
        )
        return min(choices, key=lambda n: (_distance(clauses, span, places[n]), n))

    return owner


def _distance(clauses: Clauses, one: Span, other: Span) -> int:
    first, second = (one, other) if one.start <= other.start else (other, one)
    between = [b for b in clauses.boundaries if first.end <= b.start and b.end <= second.start]
    return max(0, second.start - first.end) + sum(_CLAUSE if b.hard else _COMMA for b in between)


def _with_shared(event: CareEvent, statement: Sequence[Cue], item: Sequence[Cue]) -> CareEvent:
    """The event with the site and side of its statement, or else of its list item, where it has none itself."""
    own = {cue.kind for cue in event.cues}
    extra: list[Cue] = []
    for kind in SHARED:
        if kind not in own and kind is not event.anchor.kind:
            near = [cue for cue in statement if cue.kind is kind and cue.assertion is event.assertion]
            extra += near or [cue for cue in item if cue.kind is kind and cue.assertion is event.assertion]
    if not extra:
        return event
    return CareEvent(event.anchor, event.assertion, (*event.cues, *dict.fromkeys(extra)), event.quantities, event.spans)
