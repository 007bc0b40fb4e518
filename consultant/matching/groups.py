"""What one line of a family stands for: all acts of the case, each act, each piece of an act, or all pieces of one kind together.

A family with a calculator may find several acts in one mention ("lesions of the nose, 0.8 cm, and of the back, 1.2 cm"): each site
with its size is a piece of its own. A calculator that sums puts the pieces together that lead to the same codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from consultant.knowledge.family import Facet, Family, Per
from consultant.matching.calculators.calculators import CALCULATORS, Amounts, Calculator, Looks
from consultant.matching.calculators.measures import Measure, Role, measures_of
from consultant.matching.facets import decide
from consultant.matching.items import with_items
from consultant.matching.named import named_events, surveyed
from consultant.matching.pool import Pool
from consultant.matching.scene import Scene
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue, Span

_PLACES = (ConceptKind.SITE, ConceptKind.SIDE)
_SIZED = (Role.SIZE, Role.LESION, Role.CLOSURE, Role.EXCISED)
_LISTED = re.compile(r"\s*(?:,|&|\band\b|;|\+)+\s*(?:and\b\s*)?", re.IGNORECASE)
_EACH, _COMMA = re.compile(r"\b(?:each|all|both)\b", re.IGNORECASE), re.compile(r"\s*[,;.]\s*")
_MOST_PIECES, _NEAR = 24, 20


@dataclass(frozen=True, slots=True)
class Group:
    """The acts that one line stands for, what belongs to them, and the amounts worked out of them."""

    events: tuple[CareEvent, ...]
    amounts: Amounts


def groups_of(scene: Scene, family: Family, events: tuple[CareEvent, ...], waking: Sequence[Cue], whole: Pool) -> list[Group]:
    """The groups of a family's acts; one without acts when it woke on words outside any act."""
    calculator = CALCULATORS.get(family.calculator)
    if calculator is None:
        return [Group((event,), {}) for event in events] if family.per is Per.EVENT and events else [Group(events, {})]
    if calculator.looks is not Looks.ACTS:
        return _looked_at(scene, family, calculator, events, waking, whole)
    events = events or _unbound(scene, waking)
    if family.per is Per.CASE:
        return [_group(scene, calculator, events)]
    events = tuple(with_items(scene, events)) if calculator.splits else events
    pieces = [piece for event in events for piece in (_pieces(scene, event) if calculator.splits else [event])][:_MOST_PIECES]
    pieces = [_with_conditions(scene, piece, pieces) for piece in pieces]
    if not calculator.sums:
        return [_group(scene, calculator, (piece,)) for piece in pieces]
    if calculator.borrows and not calculator.calculate(pieces, scene.text):
        pieces = _lent(scene, calculator.borrows, pieces) or pieces
    alike: dict[tuple[str, ...], list[CareEvent]] = {}
    for piece in pieces:
        alike.setdefault(_leads_to(scene, family, piece, whole), []).append(piece)
    return [_group(scene, calculator, tuple(same)) for same in alike.values()]


def _lent(scene: Scene, unit: str, pieces: Sequence[CareEvent]) -> list[CareEvent]:
    """The act once for each place with a measure that another act tells: what covers a prepared wound is as large as the wound."""
    found = []
    for donor in scene.acts.performed if pieces else ():
        measured = tuple(q for q in donor.quantities if q.unit == unit)
        places = tuple(cue for cue in donor.cues if cue.kind in _PLACES and cue.assertion is Assertion.PRESENT)
        if measured and any(cue.kind is ConceptKind.SITE for cue in places):
            found.append(replace(pieces[0], cues=(pieces[0].anchor, *places), quantities=measured))
    return found


def _group(scene: Scene, calculator: Calculator, events: tuple[CareEvent, ...]) -> Group:
    amounts = calculator.calculate(events, scene.text)
    return Group(events, calculator.settle([amounts], _payer(scene))[0] if calculator.settle else amounts)


def _payer(scene: Scene) -> str:
    payer = scene.facts.get("payer")
    return payer.value if payer else ""


def _looked_at(
    scene: Scene, family: Family, calculator: Calculator, events: tuple[CareEvent, ...], waking: Sequence[Cue], whole: Pool
) -> list[Group]:
    """The groups of a calculator that looks at more, or at less, than the acts."""
    if calculator.looks is Looks.CASE:
        return [Group(events, calculator.calculate((surveyed(scene, waking[0], calculator.concepts()),), scene.text))]
    names = [c for c in scene.lent if not calculator.names().isdisjoint(scene.ontology.ancestors(c.concept))]
    if calculator.looks is Looks.GIVEN:
        # Without a drug that is known by name, the word for its giving stands for it.
        given = named_events(scene, names or waking, calculator.concepts())
        return [Group(events, calculator.calculate(given, scene.text))]
    named = named_events(scene, waking, rivals=names)
    amounts = [calculator.calculate((event,), scene.text) for event in named]
    if calculator.settle:
        counted = [n for n, event in enumerate(named) if _counts_units(scene, family, event, whole)]
        settled = calculator.settle([amounts[n] for n in counted], _payer(scene))
        amounts = [settled[counted.index(n)] if n in counted else found for n, found in enumerate(amounts)]
    return [Group((event,), found) for event, found in zip(named, amounts, strict=True)]


def _counts_units(scene: Scene, family: Family, event: CareEvent, whole: Pool) -> bool:
    """Whether a code that the thing leads to counts units; what a flat code is for takes no part in sharing them out."""
    codes = _leads_to(scene, family, event, whole)
    return any(entry.one_unit for entry in family.codes if entry.code in codes)


def _unbound(scene: Scene, waking: Sequence[Cue]) -> tuple[CareEvent, ...]:
    """The waking words as if they were acts, with the quantities of their statements."""
    found = []
    for cue in waking:
        span = scene.statements.all[scene.statements.at(cue.span.start)].span
        found.append(CareEvent(cue, Assertion.PRESENT, (cue,), tuple(q for q in scene.quantities if span.covers(q.span)), (span,)))
    return tuple(found)


def _leads_to(scene: Scene, family: Family, piece: CareEvent, whole: Pool) -> tuple[str, ...]:
    """The codes that the piece may be, as far as anything but its amount decides."""
    decisions = [d for d in decide(family, (scene.pool(piece.cues), whole)) if d.values and not _is_measured(d.facet)]
    chosen = {d.facet.id: {value.id for value in d.values} for d in decisions}
    return tuple(
        entry.code
        for entry in family.codes
        if entry.when and all(facet not in chosen or chosen[facet] & set(values) for facet, values in entry.when)
    )


def _is_measured(facet: Facet) -> bool:
    return any(value.when.quantity for value in facet.values)


def _pieces(scene: Scene, event: CareEvent) -> list[CareEvent]:
    """The acts that one mention tells of, by its sizes and their sites; the mention itself when there is but one."""
    sized = [m for m in measures_of((event,), scene.text) if m.role in _SIZED]
    places = [cue for cue in event.cues if cue.kind in _PLACES and cue.assertion is Assertion.PRESENT]
    starts = _starts(sized, [cue.span for cue in places if cue.kind is ConceptKind.SITE], places)
    if not starts and _is_list_of_sizes(scene.text, sized):
        starts = [m.span.start for m in sized]
    if len(starts) < 2:  # noqa: PLR2004 - fewer than two pieces are no pieces
        return [event]
    bounds = [Span(start, end) for start, end in zip(starts, [*starts[1:], len(scene.text)], strict=True)]
    margins = [m.span for m in measures_of((event,), scene.text) if m.role is Role.MARGIN]
    common = [span for span in margins if _is_common(scene.text, span, sized[-1].span.end)]
    return [_piece(event, bound, starts[0], common) for bound in bounds]


def _is_common(text: str, margin: Span, last: int) -> bool:
    """Whether the margin was that of each growth: told after all of them, by itself or with "each"."""
    after = margin.start >= last
    return after and bool(_EACH.search(text, last, margin.end + _NEAR) or _COMMA.fullmatch(text, last, margin.start))


def _starts(sized: Sequence[Measure], sites: Sequence[Span], places: Sequence[Cue]) -> list[int]:
    """Where each piece begins when each size has a site of its own: at the sizes, or at the sites and sides before them."""
    if len(sized) < 2 or len(set(sites)) < 2:  # noqa: PLR2004 - as above
        return []
    ends = [0, *(m.span.end for m in sized)]
    before = [
        min((c.span.start for c in places if ends[n] <= c.span.start < m.span.start), default=-1) for n, m in enumerate(sized)
    ]
    is_site_first = all(any(ends[n] <= site.start < m.span.start for site in sites) for n, m in enumerate(sized))
    if is_site_first:
        return before
    nexts = [*(m.span.start for m in sized[1:]), max((site.end for site in sites), default=0) + 1]
    is_size_first = all(any(m.span.end <= site.start < nexts[n] for site in sites) for n, m in enumerate(sized))
    return [m.span.start for m in sized] if is_size_first else []


def _is_list_of_sizes(text: str, sized: Sequence[Measure]) -> bool:
    """Whether the sizes are told side by side ("1.1 cm and 0.6 cm"), each of another lesion."""
    listed = (_LISTED.fullmatch(text, one.span.end, other.span.start) for one, other in pairwise(sized))
    return len(sized) > 1 and all(listed)


def _piece(event: CareEvent, bound: Span, first: int, common: Sequence[Span]) -> CareEvent:
    """The part of the mention within ``bound``; what stands before the ``first`` piece, and what is common, belongs to all."""
    own = [cue for cue in event.cues if cue.kind not in _PLACES or bound.covers(cue.span)]
    named = {cue.kind for cue in own}
    shared = [cue for cue in event.cues if cue.kind in _PLACES and cue.kind not in named and cue.span.start < first]
    measured = [q for q in event.quantities if q.span.start < first or bound.covers(q.span) or q.span in common]
    return replace(event, cues=(*own, *shared), quantities=tuple(measured))


def _with_conditions(scene: Scene, piece: CareEvent, pieces: Sequence[CareEvent]) -> CareEvent:
    """The piece with the conditions told in its statements that stand nearer to it than to any other piece."""
    if len(pieces) < 2:  # noqa: PLR2004 - as above
        return piece
    conditions = [c for c in scene.lent if c.kind is ConceptKind.CONDITION and any(s.covers(c.span) for s in piece.spans)]
    nearest = [c for c in conditions if min(pieces, key=lambda one: _distance(one, c.span)) is piece]
    return replace(piece, cues=tuple(dict.fromkeys((*piece.cues, *nearest))))


def _distance(piece: CareEvent, span: Span) -> int:
    """How far the words are from what is the piece's own: its sizes and sites, or its anchor."""
    own = [q.span for q in piece.quantities] + [cue.span for cue in piece.cues if cue.kind in _PLACES]
    places = own or [piece.anchor.span]
    return min(max(span.start - place.end, place.start - span.end, 0) for place in places)
