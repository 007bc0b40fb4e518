"""Suggestions from lines: wording, confidence, modifiers and units.

Confidence. HIGH: the words of the case decide, with at most one thing taken by default beside something said. MEDIUM: more is
taken by default than said, or the act is told as ordered or earlier and taken as done. LOW: both. The score orders suggestions
of one level: it starts at 0.97 and falls with each facet decided by words further off, each default and a missing statement that
the act was done; it is a rank, not a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consultant.matching.facets import Ground
from consultant.matching.lines import Line, needed_by
from consultant.matching.modifiers import modifiers_of
from consultant.matching.scene import Scene
from consultant.matching.wording import alternatives, because, evidence
from consultant.model.coding import Confidence, Diagnosis, Suggestion, System

_BEST, _FURTHER, _DEFAULT, _PROMOTED = 0.97, 0.02, 0.05, 0.3


def suggestions(scene: Scene, lines: Iterable[Line]) -> tuple[Suggestion, ...]:
    """The service lines of a case. The same code with the same modifiers for several acts is one line with more units."""
    found: dict[tuple[str, tuple[str, ...]], Suggestion] = {}
    seen_by_family: dict[str, str] = {}
    for line in lines:
        suggestion = _suggestion(scene, line)
        key = (suggestion.code, suggestion.modifiers)
        if seen_by_family.setdefault(suggestion.code, suggestion.family) != suggestion.family:
            # Two families hold the code; the first has said it.
            continue
        found[key] = _with_more(found[key], suggestion) if key in found else suggestion
    return tuple(found.values())


def diagnoses(scene: Scene, lines: Iterable[Line]) -> tuple[Diagnosis, ...]:
    """The diagnoses of a case, each once, in the order in which families gave them."""
    found: dict[str, Diagnosis] = {}
    for line in lines:
        confidence, score = confidence_of(line, promoted=False)
        found.setdefault(
            line.code,
            Diagnosis(
                code=line.code,
                description=line.entry.plain,
                confidence=confidence,
                score=score,
                evidence=evidence(scene.text, line),
                because=because(scene.text, line, promoted=False),
                alternatives=alternatives(line, fill_in=True),
            ),
        )
    return tuple(found.values())


def confidence_of(line: Line, *, promoted: bool) -> tuple[Confidence, float]:
    """How sure a line is, in a word and as a rank; see the module docstring for what they mean."""
    grounds = [d.ground for d in line.awake.decisions if d.facet.id in needed_by(line.entry)]
    assumed, further = grounds.count(Ground.DEFAULT), grounds.count(Ground.CASE)
    score = _BEST - _DEFAULT * assumed - _FURTHER * further - _PROMOTED * promoted
    return _level(assumed, len(grounds), promoted=promoted), round(max(score, 0.05), 4)


def _level(assumed: int, needed: int, *, promoted: bool) -> Confidence:
    mostly_said = assumed == 0 or (assumed == 1 and needed > 1)
    if promoted:
        return Confidence.MEDIUM if mostly_said else Confidence.LOW
    return Confidence.HIGH if mostly_said else Confidence.MEDIUM


def _suggestion(scene: Scene, line: Line) -> Suggestion:
    promoted = scene.acts.promoted and line.entry.system is not System.ICD10CM
    confidence, score = confidence_of(line, promoted=promoted)
    return Suggestion(
        code=line.code,
        system=line.entry.system,
        description=line.entry.plain,
        confidence=confidence,
        score=score,
        evidence=evidence(scene.text, line),
        because=because(scene.text, line, promoted=promoted),
        family=line.awake.family.id,
        units=line.units,
        modifiers=modifiers_of(line, scene.facts.get("component")),
        alternatives=alternatives(line, fill_in=False),
    )


def _with_more(one: Suggestion, other: Suggestion) -> Suggestion:
    return Suggestion(
        code=one.code,
        system=one.system,
        description=one.description,
        confidence=one.confidence,
        score=max(one.score, other.score),
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        because=tuple(dict.fromkeys((*one.because, *other.because))),
        family=one.family,
        modifiers=one.modifiers,
        units=one.units + other.units,
        diagnoses=one.diagnoses,
        alternatives=one.alternatives,
    )


def in_order(found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Suggestions in the order of their first evidence: the claim follows the story."""
    return tuple(sorted(found, key=lambda s: (s.evidence[0].span.start if s.evidence else 0, -s.score, s.code)))
