"""Waking families: which of them the case speaks of, on what grounds, and how their facets come out.

A family of services wakes on performed events, or on cues outside any event (a drug given, a device). A family of diagnoses wakes
on what the patient has. Grounds are told apart from the rest of the case, so that facets look at them first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consultant.knowledge.family import Condition, Family
from consultant.knowledge.reading_index import waking
from consultant.matching.facets import Decision, decide
from consultant.matching.groups import Group, groups_of
from consultant.matching.ontology import Ontology
from consultant.matching.places import at_places
from consultant.matching.pool import Pool
from consultant.matching.scene import Scene
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue
from consultant.model.coding import System


@dataclass(frozen=True, slots=True)
class Awake:
    """A family that the case speaks of, once for each event that makes lines of its own."""

    family: Family
    cues: tuple[Cue, ...]
    """The cues that woke it, in order of place."""
    events: tuple[CareEvent, ...]
    decisions: tuple[Decision, ...]
    near: Pool
    whole: Pool


class Wakers:
    """Which families may wake on a concept; built once, so that a case only tests families it has a word for."""

    __slots__ = ("_by_concept", "_families")

    def __init__(self, families: Sequence[Family], by_concept: Mapping[str, Sequence[int]] | None = None) -> None:
        self._families = families
        self._by_concept = waking(families) if by_concept is None else by_concept

    def of(self, pool: Pool) -> Iterator[Family]:
        """The families that the present concepts of a pool may wake, in the order of the knowledge base."""
        found = {number for concept in pool.present for number in self._by_concept.get(concept, ())}
        yield from (self._families[number] for number in sorted(found))

    def know(self, cue: Cue, ontology: Ontology) -> bool:
        """Whether any family is about what the cue means, be it asleep in this case."""
        return any(concept in self._by_concept for concept in ontology.ancestors(cue.concept))


def wake(scene: Scene, wakers: Wakers) -> tuple[Awake, ...]:
    """The families that the case wakes, with their facets decided."""
    whole = scene.pool(scene.lent)
    found = [awake for family in wakers.of(whole) if whole.shows(family.wakes_on) for awake in _awake(scene, family, whole)]
    chosen = {entry.code for awake in found if not awake.family.gives_way for entry in awake.family.codes if entry.when}
    return tuple(awake for awake in found if not (awake.family.gives_way and _holds(awake.family, chosen)))


def _holds(family: Family, codes: Collection[str]) -> bool:
    return any(entry.code in codes for entry in family.codes)


def _awake(scene: Scene, family: Family, whole: Pool) -> Iterator[Awake]:
    concepts = (*family.wakes_on.any, *family.wakes_on.all)
    waking = whole.cues_of(concepts)
    known = frozenset(waking)
    events = scene.conditions if family.system is System.ICD10CM else scene.acts.performed
    own = tuple(event for event in events if not known.isdisjoint(event.cues))
    groups = at_places(family, groups_of(scene, family, own, waking, whole), scene.ontology)
    for group in groups:
        bound = tuple(dict.fromkeys(cue for event in group.events for cue in event.cues if _is_usable(cue)))
        # Lines that stand for single acts look at their own act; one line for the case looks at all that woke it.
        near = scene.pool(bound if len(groups) > 1 else tuple(dict.fromkeys((*bound, *waking))), group.amounts)
        # A family that excludes something asks the whole case once; each event must still show what wakes it.
        if len(groups) > 1 and not near.shows(Condition(any=family.wakes_on.any)):
            continue
        decisions = decide(family, (near, _beside(scene, group, groups, whole)), alone=len(groups) == 1)
        yield Awake(family, near.cues_of(concepts) or waking, group.events, decisions, near, whole)


def _beside(scene: Scene, group: Group, groups: Sequence[Group], whole: Pool) -> Pool:
    """The rest of the case for a line: without the acts of its own family's other lines, whose words tell of those."""
    own = {cue for event in group.events for cue in event.cues}
    others = {one for other in groups if other is not group for event in other.events for one in event.cues} - own
    acts = {cue for cue in others if cue.kind is ConceptKind.PROCEDURE}
    return scene.pool(tuple(cue for cue in scene.lent if cue not in acts)) if acts else whole


def _is_usable(cue: Cue) -> bool:
    """Whether a bound cue speaks for the act it is bound to."""
    return cue.assertion in (Assertion.PRESENT, Assertion.HISTORICAL, Assertion.SOMEONE_ELSE)
