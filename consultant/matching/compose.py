"""Composition: a general act whose words name the method and the place is the specific act, without a phrase that lists them all.

The lexicon says what a specific act is composed of (``composed_of: [bone-density, ultrasound-machine]``). An act whose anchor
is one of the parts, or more general than it, and which shows every part is taken for it; of several, the one with most parts. A
method told as an act of its own ("bone density, ultrasound, left heel") counts too when nothing but a comma or a preposition stands
between, and is then no second act. Known limit: only the words of one statement are composed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consultant.knowledge.family import Concept
from consultant.matching.acts import is_one_place
from consultant.matching.ontology import Ontology
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue

_APART = re.compile(r"[.;?!\n]|\b(?:and|plus|then|also|or)\b|[&+]", re.IGNORECASE)
"""What stands between two acts, and not between an act and its method."""


@dataclass(frozen=True, slots=True)
class _Found:
    concept: Concept
    parts: tuple[Cue, ...]


class Compositions:
    """The concepts of a lexicon that are composed of others, by the concept that must anchor the act."""

    __slots__ = ("_by_anchor", "_ontology")

    def __init__(self, concepts: Iterable[Concept], ontology: Ontology) -> None:
        self._ontology = ontology
        self._by_anchor: dict[str, list[Concept]] = defaultdict(list)
        for concept in concepts:
            if concept.composed_of:
                for anchor in dict.fromkeys((*ontology.ancestors(concept.id)[1:], *concept.composed_of)):
                    self._by_anchor[anchor].append(concept)

    def composed(self, mentions: Sequence[CareEvent], conditions: Sequence[Cue], text: str) -> list[CareEvent]:
        """The mentions, with each general act that is a composed one made specific and its method no act of its own.

        A condition told in the statement of an act may be a part of it ("excised a basal cell carcinoma").
        """
        if not any(mention.anchor.concept in self._by_anchor for mention in mentions):
            return list(mentions)
        absorbed: set[int] = set()
        made: dict[int, CareEvent] = {}
        for number, mention in enumerate(mentions):
            choices = self._by_anchor.get(mention.anchor.concept, ())
            beside = [n for n in self._beside(mentions, number, text) if n not in absorbed and n not in made] if choices else []
            told = (cue for cue in conditions if any(span.covers(cue.span) for span in mention.spans)) if choices else ()
            cues = (*mention.cues, *(cue for n in beside for cue in _named_by(mentions[n])), *told)
            found = self._best(choices, cues)
            if found:
                used = [n for n in beside if not set(_named_by(mentions[n])).isdisjoint(found.parts)]
                absorbed.update(used)
                made[number] = _specific(mention, [mentions[n] for n in used], found)
        return [made.get(number, mention) for number, mention in enumerate(mentions) if number not in absorbed]

    def _best(self, choices: Iterable[Concept], cues: Sequence[Cue]) -> _Found | None:
        found = [_Found(concept, parts) for concept in choices if (parts := self._parts(concept, cues))]
        return max(found, key=lambda f: (len(f.parts), f.concept.id)) if found else None

    def _parts(self, concept: Concept, cues: Sequence[Cue]) -> tuple[Cue, ...]:
        """The cue for each part of the concept, in order; nothing when one is missing."""
        shown = [next((cue for cue in cues if self._is_part(cue, part, cues[0])), None) for part in concept.composed_of]
        return tuple(cue for cue in shown if cue) if all(shown) else ()

    def _is_part(self, cue: Cue, part: str, anchor: Cue) -> bool:
        is_told = cue.assertion is anchor.assertion or (
            cue.kind is ConceptKind.CONDITION and cue.assertion in (Assertion.PRESENT, Assertion.POSSIBLE)
        )
        return is_told and self._ontology.is_a(cue.concept, part)

    def _beside(self, mentions: Sequence[CareEvent], number: int, text: str) -> list[int]:
        """The mentions before and after in the same statement that may name the method of this one."""
        one = mentions[number]
        return [
            n
            for n in (number - 1, number + 1)
            if 0 <= n < len(mentions)
            and mentions[n].spans == one.spans
            and mentions[n].assertion is one.assertion
            and is_one_place(mentions[n], one, self._ontology)
            and not _APART.search(_between(text, mentions[n].anchor, one.anchor))
        ]


def _named_by(mention: CareEvent) -> list[Cue]:
    """What the words of the act itself mean: a sonogram is an act, and names its machine."""
    return [cue for cue in mention.cues if cue.span == mention.anchor.span]


def _between(text: str, one: Cue, other: Cue) -> str:
    first, second = sorted((one.span, other.span))
    return text[first.end : second.start]


def _specific(mention: CareEvent, used: Sequence[CareEvent], found: _Found) -> CareEvent:
    """The mention as the composed act; its anchor keeps its place and shows the other parts as its context."""
    context = tuple(sorted({*mention.anchor.context, *(cue.span for cue in found.parts if cue.span != mention.anchor.span)}))
    anchor = replace(mention.anchor, concept=found.concept.id, kind=found.concept.kind, context=context)
    # The anchors of the methods stay behind: they are no acts of their own any more.
    cues = (anchor, *mention.cues[1:], *(cue for event in used for cue in event.cues[1:]))
    return replace(
        mention,
        anchor=anchor,
        cues=tuple(dict.fromkeys(cues)),
        quantities=tuple(dict.fromkeys((*mention.quantities, *(q for event in used for q in event.quantities)))),
    )
