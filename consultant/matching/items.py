"""Items of a list under one act: "Laceration repair: 1. scalp 3.4 cm 2. left cheek 2.2 cm" tells of one repair for each item.

An item that names a site and a quantity and no act of its own belongs to the last act told before the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from consultant.matching.scene import Scene
from consultant.matching.statements import Statement
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue


def with_items(scene: Scene, events: Sequence[CareEvent]) -> list[CareEvent]:
    """The acts, with one for each item that an act heads; an act that only heads a list is no act of its own."""
    heads = [(event, head) for event in events if (head := _head(scene, event))]
    items: dict[int, list[CareEvent]] = {id(event): [] for event, _ in heads}
    for statement in scene.statements.all if heads else ():
        before = [(event, head) for event, head in heads if head.span.start < statement.span.start]
        cues = _told(scene, statement)
        if statement.listed and before and not any(cue.kind is ConceptKind.PROCEDURE for cue in cues):
            quantities = tuple(q for q in scene.quantities if statement.span.covers(q.span))
            if quantities and any(cue.kind is ConceptKind.SITE for cue in cues):
                event, head = before[-1]
                items[id(event)].append(CareEvent(head, event.assertion, (head, *cues), quantities, (statement.span,)))
    return [one for event in events for one in _expanded(event, items.get(id(event), []))]


def _head(scene: Scene, event: CareEvent) -> Cue | None:
    """The word of the act that may head a list: one that stands in no item itself."""
    acts = (cue for cue in event.cues if cue.kind is ConceptKind.PROCEDURE)
    return next((cue for cue in acts if not scene.statements.all[scene.statements.at(cue.span.start)].listed), None)


def _expanded(event: CareEvent, items: Sequence[CareEvent]) -> Iterator[CareEvent]:
    if not items:
        yield event
        return
    spans = [span for item in items for span in item.spans]
    left = tuple(q for q in event.quantities if not any(span.covers(q.span) for span in spans))
    if left or any(cue.kind is ConceptKind.SITE for cue in event.cues):
        yield replace(event, quantities=left)
    yield from items


def _told(scene: Scene, statement: Statement) -> list[Cue]:
    return [cue for cue in scene.cues if statement.span.covers(cue.span) and cue.assertion is Assertion.PRESENT]
