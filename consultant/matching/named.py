"""Things that one sentence names side by side, each with the numbers and words that belong to it: drugs, timed services.

"Toradol 30 mg and Zofran 4 mg IV push" are two drugs, each with its dose, both pushed. A number belongs to the nearest name of its
statement; one in a statement without a name to the last name before it, where it speaks of time, of containers or of waste. A word
that stands beside (a route) serves every name of its statement that has none nearer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from consultant.matching.ontology import Ontology
from consultant.matching.scene import Scene
from consultant.model.clinical import Assertion, CareEvent, Cue, Quantity, Span

_BREAK = re.compile(r"[,;:()]|\b(?:and|then|plus|followed)\b|\n", re.IGNORECASE)
_FAR, _BEFORE = 30, 12
"""What a comma or an "and" between counts, and a number that stands before the name, in characters of distance."""
_TIMES = frozenset({"min", "hour"})
_CONTAINED = re.compile(r"\b(?:vials?|syringes?|ampules?|discard\w*|wast\w+)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\btotal\b", re.IGNORECASE)
_FURTHEST = 3
"""So many statements after the name a number may still belong to it."""


def named_events(scene: Scene, names: Iterable[Cue], beside: Collection[str] = (), rivals: Iterable[Cue] = ()) -> list[CareEvent]:
    """One event for each concept named, in order of place, with its mentions, its numbers, and the words ``beside`` as concepts.

    A number that stands nearer to one of the ``rivals`` (drugs of another family) is not that of any name.
    """
    by_concept = _by_concept([cue for cue in names if cue.assertion is Assertion.PRESENT], scene.ontology)
    own = [cue for cues in by_concept.values() for cue in cues]
    others = [cue for cue in rivals if not any(cue.span.overlaps(one.span) for one in own)]
    mentions = sorted((*own, *others), key=lambda cue: cue.span)
    owned = _owned(scene, mentions)
    words = _meaning(scene, beside)
    return [
        CareEvent(
            cues[0],
            Assertion.PRESENT,
            (*cues, *dict.fromkeys(word for cue in cues for word in _nearest_words(scene, cue, mentions, words))),
            tuple(quantity for cue in cues for quantity in owned[cue]),
            tuple(cue.span for cue in cues),
        )
        for cues in by_concept.values()
    ]


def surveyed(scene: Scene, anchor: Cue, wanted: Collection[str]) -> CareEvent:
    """The whole case as one event: its cues that mean one of the concepts, by that concept, and all its quantities."""
    cues = tuple(sorted((cue for found in _meaning(scene, wanted).values() for cue in found), key=lambda cue: cue.span))
    return CareEvent(anchor, Assertion.PRESENT, cues, scene.quantities, (Span(0, len(scene.text)),))


def _by_concept(names: Sequence[Cue], ontology: Ontology) -> dict[str, list[Cue]]:
    """The mentions of each concept; a general word ("immune globulin") beside a special one is no thing of its own."""
    concepts = {cue.concept for cue in names}
    found: dict[str, list[Cue]] = {}
    for cue in sorted(names, key=lambda cue: cue.span):
        if not any(other != cue.concept and ontology.is_a(other, cue.concept) for other in concepts):
            found.setdefault(cue.concept, []).append(cue)
    return found


def _owned(scene: Scene, mentions: Sequence[Cue]) -> Mapping[Cue, list[Quantity]]:
    by_statement: dict[int, list[Cue]] = defaultdict(list)
    for cue in mentions:
        by_statement[scene.statements.at(cue.span.start)].append(cue)
    owned: dict[Cue, list[Quantity]] = defaultdict(list)
    for quantity in scene.quantities if mentions else ():
        number = scene.statements.at(quantity.span.start)
        here = by_statement.get(number)
        home = min(here, key=lambda cue: _distance(scene.text, cue, quantity)) if here else None
        if home is None and _may_stray(scene, number, quantity):
            near = [cue for back in range(1, _FURTHEST + 1) for cue in by_statement.get(number - back, ())]
            home = max(near, key=lambda cue: cue.span, default=None)
        if home is not None:
            owned[home].append(quantity)
    return owned


def _may_stray(scene: Scene, number: int, quantity: Quantity) -> bool:
    words = scene.statements.all[number].span.of(scene.text)
    if quantity.unit in _TIMES:
        return not _TOTAL.search(words)
    return bool(_CONTAINED.search(words))


def _distance(text: str, cue: Cue, quantity: Quantity) -> tuple[int, int]:
    if quantity.span.overlaps(cue.span):
        # "17 actinic keratoses": the number counts what is named.
        return -1, cue.span.start
    before = quantity.span.start < cue.span.start
    start, end = (quantity.span.end, cue.span.start) if before else (cue.span.end, quantity.span.start)
    breaks = len(_BREAK.findall(text, start, end)) if start < end else 0
    return max(0, end - start) + _FAR * breaks + _BEFORE * before, cue.span.start


def _meaning(scene: Scene, wanted: Collection[str]) -> dict[int, list[Cue]]:
    """The cues that mean one of the concepts, as cues of that concept, by their statement."""
    found: dict[int, list[Cue]] = defaultdict(list)
    for cue in scene.lent if wanted else ():
        if cue.assertion is Assertion.PRESENT:
            for concept in scene.ontology.ancestors(cue.concept):
                if concept in wanted:
                    place = scene.statements.at(cue.span.start)
                    found[place].append(Cue(cue.span, concept, cue.kind, cue.phrase, cue.assertion, cue.context))
    return found


def _nearest_words(scene: Scene, cue: Cue, mentions: Sequence[Cue], words: Mapping[int, list[Cue]]) -> list[Cue]:
    """The words of the statement that stand in the stretch of this name, else the nearest before or after; its own meanings too."""
    number = scene.statements.at(cue.span.start)
    here = words.get(number, [])
    if not here:
        is_last = not any(number < scene.statements.at(other.span.start) <= number + 1 for other in mentions)
        return words.get(number + 1, []) if is_last else []
    beside = [word for word in here if not any(word.span.overlaps(other.span) for other in mentions if other is not cue)]
    following = min((other.span.start for other in mentions if other.span.start > cue.span.start), default=len(scene.text))
    own = [word for word in beside if cue.span.start <= word.span.start < following]
    others = [word for word in beside if not word.span.overlaps(cue.span)]
    if any(not word.span.overlaps(cue.span) for word in own) or not others:
        return own
    nearest = min(others, key=lambda word: abs(word.span.start - cue.span.start))
    return [*own, *(word for word in others if word.span == nearest.span)]
