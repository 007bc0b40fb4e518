"""Events of care: each procedure that a statement names, with the sites, sides, attributes and quantities bound to it.

A cue binds to the nearest anchor of its statement, commas and brackets counting as distance, a new clause as much more. An act
that names no site or side of its own shares those of the acts told beside it, in its statement or list item, save a side that
belongs to another site. Conditions are bound the same way (``bind`` with conditions as anchors), so that "left" finds its fracture.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from consultant.matching.clauses import Clauses, clauses_of
from consultant.matching.context_rules import context_rules
from consultant.matching.ontology import Ontology
from consultant.matching.statements import Statement, Statements
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue, Quantity, Span

BOUND = frozenset(
    {ConceptKind.SITE, ConceptKind.SIDE, ConceptKind.APPROACH, ConceptKind.DEVICE, ConceptKind.SUBSTANCE, ConceptKind.ATTRIBUTE}
)
"""Kinds of cue that belong to an act."""
_PLACES = (ConceptKind.SITE, ConceptKind.SIDE)
_ACT = ConceptKind.PROCEDURE
_LISTED = re.compile(r"\s*(?:,|/|&|\band\b|\bor\b)*\s*(?:\b(?:and|the|or)\b\s*)*")
_NEXT_WORD = re.compile(r" ([A-Za-z]+)")
_COMMA, _AHEAD, _CLAUSE = 30, 120, 400
"""What a comma, a comma between a number and the act after it, and a new clause count, in characters of distance."""
_JOINING = frozenset({"and", "&", "with", "plus", "then"})
_MOST_SHARED = 24
"""Acts of one statement or item that share their sites and sides; with more of them, sharing says nothing."""
_NEAR_ENOUGH_TO_SEARCH = 40
"""With more anchors than this in one statement only the neighbours are weighed."""

Bindable = Cue | Quantity
_Owned = dict[int, list[Bindable]]
"""What belongs to each anchor of a statement, by its number."""
_Found = tuple[Statement, CareEvent, list[CareEvent]]
"""An act with its statement, and the acts told beside it there."""
_Placed = TypeVar("_Placed", Cue, Quantity)


@dataclass(frozen=True, slots=True)
class Scan:
    """What binding looks at."""

    text: str
    cues: Sequence[Cue]
    quantities: Sequence[Quantity]
    statements: Statements
    ontology: Ontology


def bind(scan: Scan, kind: ConceptKind) -> list[CareEvent]:
    """One event for each cue of ``kind``, in order of place, with what is bound to it."""
    cues = _grouped(scan.cues, scan.statements)
    quantities = _grouped(scan.quantities, scan.statements)
    by_item: dict[int, list[CareEvent]] = defaultdict(list)
    found: list[_Found] = []
    for number, group in sorted(cues.items()):
        statement = scan.statements.all[number]
        bound = _bound(scan.text, statement, group, quantities.get(number, []), kind)
        if len(by_item[statement.item]) < _MOST_SHARED:
            by_item[statement.item] += bound or [_unbound(group, statement)]
        found += [(statement, event, bound) for event in bound]
    if kind is _ACT:
        found = _with_strays(found, cues, quantities, scan)
    return [
        _with_shared(event, (beside[:_MOST_SHARED], by_item[statement.item] if statement.listed else []), scan.ontology)
        for statement, event, beside in found
    ]


def _with_strays(
    found: list[_Found], cues: Mapping[int, list[Cue]], quantities: Mapping[int, list[Quantity]], scan: Scan
) -> list[_Found]:
    """The acts with the quantities of statements that name no act: they belong to the performed act told last, or to the first."""
    places = [n for n, (_, event, _) in enumerate(found) if event.assertion is Assertion.PRESENT]
    if not places:
        return found
    strays: dict[int, list[Quantity]] = defaultdict(list)
    for number, group in sorted(quantities.items()):
        if not any(cue.kind is _ACT for cue in cues.get(number, ())):
            start = scan.statements.all[number].span.start
            before = [n for n in places if found[n][0].span.start < start]
            home = before[-1] if before else places[0]
            sites = _of(ConceptKind.SITE, cues.get(number, ()))
            own = _of(ConceptKind.SITE, found[home][1].cues)
            # What is measured at another place is no measure of this act.
            if not sites or not own or any(scan.ontology.related(a.concept, b.concept) for a in sites for b in own):
                strays[home] += group
    return [
        (statement, replace(event, quantities=(*event.quantities, *strays[n])) if n in strays else event, beside)
        for n, (statement, event, beside) in enumerate(found)
    ]


def _grouped(found: Iterable[_Placed], statements: Statements) -> dict[int, list[_Placed]]:
    groups: dict[int, list[_Placed]] = defaultdict(list)
    for one in found:
        groups[statements.at(one.span.start)].append(one)
    return groups


def _unbound(cues: list[Cue], statement: Statement) -> CareEvent:
    """What a statement without an act names, as if it were one, so that its list item can share it."""
    return CareEvent(cues[0], Assertion.PRESENT, tuple(cues), (), (statement.span,))


def _bound(text: str, statement: Statement, cues: list[Cue], quantities: list[Quantity], kind: ConceptKind) -> list[CareEvent]:
    anchors = [cue for cue in cues if cue.kind is kind]
    if not anchors:
        return []
    others: list[Bindable] = [cue for cue in cues if cue.kind in BOUND and not (kind is _ACT and _is_complaint(text, cue))]
    others += quantities
    owned = _owned(text, statement, anchors, others)
    if kind is ConceptKind.CONDITION:
        rivals = [cue for cue in cues if cue.kind is _ACT]
        owned = _without_rivals(text, owned, _owned(text, statement, [*anchors, *rivals], others)) if rivals else owned
    return [_event(anchor, owned[number], statement) for number, anchor in enumerate(anchors)]


def _owned(text: str, statement: Statement, anchors: list[Cue], others: Iterable[Bindable]) -> _Owned:
    """What belongs to each anchor."""
    owner = _nearest(text, statement, anchors) if len(anchors) > 1 else lambda _: 0
    owned: _Owned = defaultdict(list)
    home: dict[int, int] = {}
    for other in others:
        number = owner(other)
        if isinstance(other, Quantity):
            # The sides of one product ("5 cm x 5 cm") end at one place and belong together.
            number = home.setdefault(other.span.end, number)
        owned[number].append(other)
    return owned


def _without_rivals(text: str, owned: _Owned, contested: _Owned) -> _Owned:
    """What belongs to each condition: the sites and sides nearer to it than to any act, and those of the acts when it has none.

    "DXA of hip and spine, osteopenia of the left femoral neck" is about the neck, "DXA of the left hip for osteopenia" the hip.
    """
    kept: _Owned = defaultdict(list)
    for number, bound in owned.items():
        places = {kind: _own_places(text, kind, bound, contested[number]) for kind in _PLACES}
        for one in bound:
            own = places.get(one.kind) if isinstance(one, Cue) else None
            if not own or one in own:
                kept[number].append(one)
    return kept


def _own_places(text: str, kind: ConceptKind, bound: Iterable[Bindable], own: Sequence[Bindable]) -> list[Cue]:
    """The places of a condition's own, and those listed with them ("polyps of the ascending, transverse and sigmoid colon")."""
    places = sorted((one for one in bound if isinstance(one, Cue) and one.kind is kind), key=lambda cue: cue.span)
    kept: list[Cue] = []
    for listed in _lists(text, places):
        kept += listed if any(place in own for place in listed) else ()
    return kept


def _lists(text: str, places: Iterable[Cue]) -> list[list[Cue]]:
    """The places in order, those of one list together."""
    lists: list[list[Cue]] = []
    for place in places:
        if lists and _LISTED.fullmatch(text, lists[-1][-1].span.end, max(place.span.start, lists[-1][-1].span.end)):
            lists[-1].append(place)
        else:
            lists.append([place])
    return lists


def _is_complaint(text: str, cue: Cue) -> bool:
    """Whether the site is that of a complaint: an MRI of the back for leg pain images no leg."""
    after = _NEXT_WORD.match(text, cue.span.end) if cue.kind is ConceptKind.SITE else None
    return after is not None and after[1].lower() in context_rules().complaints


def _event(anchor: Cue, owned: Iterable[Bindable], statement: Statement) -> CareEvent:
    kept = list(owned)
    return CareEvent(
        anchor=anchor,
        assertion=anchor.assertion,
        cues=(anchor, *(cue for cue in kept if isinstance(cue, Cue))),
        quantities=tuple(quantity for quantity in kept if isinstance(quantity, Quantity)),
        spans=(statement.span,),
    )


def _nearest(text: str, statement: Statement, anchors: list[Cue]) -> Callable[[Bindable], int]:
    clauses = clauses_of(text, statement.span)
    places = [anchor.span for anchor in anchors]

    def owner(other: Bindable) -> int:
        span = other.span
        first = next((n for n, place in enumerate(places) if place.start >= span.start), len(places))
        choices = (
            range(max(0, first - 2), min(len(places), first + 2)) if len(places) > _NEAR_ENOUGH_TO_SEARCH else range(len(places))
        )
        # A size or a dose closes what was told; it seldom opens what follows after a comma.
        after = _AHEAD if isinstance(other, Quantity) else _COMMA

        def far(n: int) -> tuple[int, int]:
            return _distance(clauses, span, places[n], after if places[n].start > span.start else _COMMA), n

        return min(choices, key=far)

    return owner


def _distance(clauses: Clauses, one: Span, other: Span, comma: int) -> int:
    first, second = (one, other) if one.start <= other.start else (other, one)
    marks = sum(_CLAUSE if b.hard else comma for b in clauses.boundaries if first.end <= b.start and b.end <= second.start)
    # "DXA of the hip and injection of the knee": the hip is nearer to what follows, but it belongs before the "and".
    joins = sum(_COMMA for place, word in clauses.words if first.end <= place < second.start and word in _JOINING)
    return max(0, second.start - first.end) + marks + joins


def _with_shared(event: CareEvent, groups: Iterable[Sequence[CareEvent]], ontology: Ontology) -> CareEvent:
    """The event with the sites and sides of what is told beside it, where it has none itself; the nearest group first."""
    cues = event.cues
    for donors in groups:
        for kind in (ConceptKind.SITE, ConceptKind.SIDE):
            if not _of(kind, cues):
                giving = [donor for donor in donors if _gives(donor, event) and _of(kind, donor.cues)]
                # "Repaired a cut of the thigh with layered closure, a cut of the hand by …": the same act gives first.
                akin = [donor for donor in giving if ontology.related(donor.anchor.concept, event.anchor.concept)]
                given = (cue for donor in akin or giving for cue in _of(kind, donor.cues) if _fits(cue, donor, event, ontology))
                cues = (*cues, *dict.fromkeys(cue for cue in given if cue not in cues))
    return event if cues is event.cues else CareEvent(event.anchor, event.assertion, cues, event.quantities, event.spans)


def _gives(donor: CareEvent, event: CareEvent) -> bool:
    return donor is not event and donor.assertion is event.assertion


def _of(kind: ConceptKind, cues: Iterable[Cue]) -> list[Cue]:
    return [cue for cue in cues if cue.kind is kind]


def _fits(cue: Cue, donor: CareEvent, event: CareEvent, ontology: Ontology) -> bool:
    """Whether a shared cue may belong to the event: a side does not leave its site for an unrelated one."""
    sites, own = _of(ConceptKind.SITE, donor.cues), _of(ConceptKind.SITE, event.cues)
    if cue.kind is not ConceptKind.SIDE or not sites or not own:
        return True
    return any(ontology.related(one.concept, other.concept) for one in sites for other in own)
