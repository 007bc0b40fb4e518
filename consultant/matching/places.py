"""Lines by place: a family that names its places gives a line for each of them at which something was done.

"PTCA and stent in LAD and RCA" is one mention of an act and two lines. With ``per: site`` a place that several acts name is one
line, looked at with what those acts tell of it; with ``per: event`` each act has lines of its own. A side belongs to the place
beside which it stands. Known limit:
what is told of all places together ("each with a drug-eluting stent") is told of each, and so is what stands beside none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from consultant.knowledge.family import Family
from consultant.matching.groups import Group
from consultant.matching.ontology import Ontology
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue


def at_places(family: Family, groups: Sequence[Group], ontology: Ontology) -> list[Group]:
    """The groups, each split by the family's places that its acts name; a group that names fewer than two stays whole."""
    return [part for group in groups for part in _split(family, group, ontology)]


def _split(family: Family, group: Group, ontology: Ontology) -> list[Group]:
    named = dict.fromkeys(place for event in group.events for cue in event.cues if (place := _place(family, cue, ontology)))
    if len(named) < 2:  # noqa: PLR2004 - one place is no several
        return [group]
    return [Group(tuple(_events_at(place, family, group.events, ontology)), group.amounts) for place in named]


def _events_at(place: str, family: Family, events: Iterable[CareEvent], ontology: Ontology) -> Iterable[CareEvent]:
    for event in events:
        places = {cue: name for cue in event.cues if (name := _place(family, cue, ontology))}
        if not places:
            yield event
        elif place in places.values():
            anchor = _anchor_at(place, family, event.anchor, ontology)
            kept = (cue for cue in event.cues[1:] if _belongs(cue, place, places))
            yield replace(event, anchor=anchor, cues=(anchor, *kept))


def _anchor_at(place: str, family: Family, anchor: Cue, ontology: Ontology) -> Cue:
    """The anchor; where its words name another of the places ("stent to the LAD"), the same act without that place."""
    if _place(family, anchor, ontology) in ("", place):
        return anchor
    plain = (name for name in ontology.ancestors(anchor.concept) if not any(ontology.is_a(name, site) for site in family.sites))
    return replace(anchor, concept=next(plain, anchor.concept))


def _belongs(cue: Cue, place: str, places: dict[Cue, str]) -> bool:
    if cue in places:
        return places[cue] == place
    if cue.kind is not ConceptKind.SIDE:
        return True
    nearest = min(places, key=lambda one: _distance(cue, one))
    return places[nearest] == place


def _distance(side: Cue, place: Cue) -> int:
    """How far a side is from a place; one after the place counts as further, because a side mostly stands before it."""
    before = place.span.start - side.span.end
    return before if before >= 0 else 2 * max(side.span.start - place.span.end, 0) + 1


def _place(family: Family, cue: Cue, ontology: Ontology) -> str:
    if cue.assertion is not Assertion.PRESENT:
        return ""
    return next((place for place in family.sites if ontology.is_a(cue.concept, place)), "")
