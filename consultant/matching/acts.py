"""From mentions of an act to the acts: the title line, the subject and the description of one act are one event.

Two performed mentions are one act when one concept is the other (or its descendant), their sites and sides do not differ, and
they are not two items of one list. A mere order or a title joins the performed act that it announces, and a title is outvoted by
a text that says the act was not done, or done earlier or elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from consultant.matching.ontology import Ontology
from consultant.matching.statements import Statements
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue, SectionKind, Span

_TITLES = frozenset({SectionKind.SUBJECT})
_TELLS_OTHER_ACTS = frozenset({SectionKind.INDICATION, SectionKind.COMPARISON})
_FOR = re.compile(r"\bfor\b[^.;]{0,40}$")
_MOST = 400
"""More mentions than this are no case; further ones are left out."""


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of a case: those performed, and the mentions that tell of no performed act."""

    performed: tuple[CareEvent, ...]
    others: tuple[CareEvent, ...]
    promoted: bool
    """Whether the performed ones are mere orders or earlier mentions, taken as done because nothing else is told."""
    orders: tuple[CareEvent, ...] = ()
    """Those mentions as they were told, before they were taken as done."""


def find_acts(mentions: Sequence[CareEvent], weak: frozenset[Span], statements: Statements, ontology: Ontology) -> Acts:
    """The acts that the mentions tell of."""
    performed: list[CareEvent] = []
    others: list[CareEvent] = []
    told = [m for m in mentions if _section(m, statements) not in _TITLES]
    titles = [m for m in mentions if _section(m, statements) in _TITLES]
    for mention in (*told[:_MOST], *titles[:_MOST]):
        is_title = mention.assertion is Assertion.PRESENT and _section(mention, statements) in _TITLES
        if is_title and _is_outvoted(mention, told, ontology):
            others.append(mention)
        elif mention.assertion is Assertion.PRESENT and not _is_reason(mention, statements):
            _join(performed, mention, statements, ontology)
        else:
            others.append(mention)
    return _with_orders(performed, others, weak, statements, ontology)


def _with_orders(
    performed: list[CareEvent], others: list[CareEvent], weak: frozenset[Span], statements: Statements, ontology: Ontology
) -> Acts:
    left: list[CareEvent] = []
    for mention in others:
        is_weak = mention.anchor.span in weak and mention.assertion is Assertion.PLANNED
        home = _home(performed, mention, statements, ontology) if is_weak else None
        if home is None:
            left.append(mention)
        else:
            performed[home] = _joined(performed[home], _as_present(mention), ontology)
    if performed:
        return Acts(tuple(performed), tuple(left), promoted=False)
    promoted: list[CareEvent] = []
    orders = tuple(m for m in left if m.anchor.span in weak)
    for mention in orders:
        _join(promoted, _as_present(mention), statements, ontology)
    return Acts(tuple(promoted), tuple(m for m in left if m.anchor.span not in weak), promoted=bool(promoted), orders=orders)


def _join(acts: list[CareEvent], mention: CareEvent, statements: Statements, ontology: Ontology) -> None:
    home = _home(acts, mention, statements, ontology)
    if home is None:
        acts.append(mention)
    else:
        acts[home] = _joined(acts[home], mention, ontology)


def _home(acts: Sequence[CareEvent], mention: CareEvent, statements: Statements, ontology: Ontology) -> int | None:
    for number, act in enumerate(acts):
        if (
            ontology.related(act.anchor.concept, mention.anchor.concept)
            and is_one_place(act, mention, ontology)
            and not _are_items(act, mention, statements)
        ):
            return number
    return None


def _joined(act: CareEvent, mention: CareEvent, ontology: Ontology) -> CareEvent:
    is_closer = ontology.is_a(mention.anchor.concept, act.anchor.concept) and mention.anchor.concept != act.anchor.concept
    return CareEvent(
        mention.anchor if is_closer else act.anchor,
        act.assertion,
        tuple(dict.fromkeys((*act.cues, *mention.cues))),
        tuple(dict.fromkeys((*act.quantities, *mention.quantities))),
        tuple(dict.fromkeys((*act.spans, *mention.spans))),
    )


def _as_present(mention: CareEvent) -> CareEvent:
    cues = tuple(
        replace(cue, assertion=Assertion.PRESENT, context=()) if cue.assertion is mention.assertion else cue for cue in mention.cues
    )
    return CareEvent(cues[0], Assertion.PRESENT, cues, mention.quantities, mention.spans)


def _section(mention: CareEvent, statements: Statements) -> SectionKind:
    return statements.all[statements.at(mention.anchor.span.start)].section


def _is_reason(mention: CareEvent, statements: Statements) -> bool:
    """Whether the mention stands where the reason for the act is told, which names earlier studies and wishes."""
    return _section(mention, statements) in _TELLS_OTHER_ACTS


def _is_outvoted(title: CareEvent, told: Sequence[CareEvent], ontology: Ontology) -> bool:
    same = [m for m in told if ontology.related(m.anchor.concept, title.anchor.concept) and is_one_place(m, title, ontology)]
    held = {m.assertion for m in same}
    return bool(held & {Assertion.ABSENT, Assertion.HISTORICAL, Assertion.SOMEONE_ELSE}) and Assertion.PRESENT not in held


def is_one_place(one: CareEvent, other: CareEvent, ontology: Ontology) -> bool:
    """Whether nothing tells the two mentions apart by side or site."""
    sides, other_sides = (set(concepts(e, ConceptKind.SIDE)) for e in (one, other))
    if sides and other_sides and not sides & other_sides:
        return False
    sites, other_sites = (concepts(e, ConceptKind.SITE) for e in (one, other))
    return not sites or not other_sites or any(ontology.related(a, b) for a in sites for b in other_sites)


def _are_items(one: CareEvent, other: CareEvent, statements: Statements) -> bool:
    """Whether the two stand in different items of a list, each telling its own act."""
    first, second = (statements.all[statements.at(e.anchor.span.start)] for e in (one, other))
    return first.listed and second.listed and first.item != second.item and first.section is second.section


def concepts(event: CareEvent, kind: ConceptKind) -> list[str]:
    """The concepts of that kind among the event's present cues."""
    return [cue.concept for cue in event.cues if cue.kind is kind and cue.assertion is Assertion.PRESENT]


def lent(acts: Acts, cues: Sequence[Cue], text: str, statements: Statements) -> tuple[Cue, ...]:
    """The cues that may tell of the performed acts and of the patient now, in order of place.

    Those bound to an act that was not performed here and now stay behind, and so does what such an act was done for.
    """
    own = {cue for event in acts.performed for cue in event.cues}
    elsewhere = [event for event in acts.others if event.assertion is not Assertion.ASKED]
    kept_back = {cue for event in elsewhere for cue in event.cues} | set(_reasons(elsewhere, cues, text, statements))
    free = {cue for cue in cues if cue.kind is not ConceptKind.PROCEDURE and cue not in kept_back}
    return tuple(sorted(own | free, key=lambda cue: (cue.span, cue.concept)))


def _reasons(elsewhere: Sequence[CareEvent], cues: Sequence[Cue], text: str, statements: Statements) -> Iterator[Cue]:
    """Conditions told as the reason of an act done earlier or elsewhere ("… at another hospital for flank pain")."""
    past = {statements.at(e.anchor.span.start): e.anchor for e in elsewhere if e.assertion is Assertion.HISTORICAL}
    for cue in cues if past else ():
        anchor = past.get(statements.at(cue.span.start))
        if cue.kind is ConceptKind.CONDITION and anchor and _FOR.search(text, anchor.span.end, cue.span.start):
            yield cue
