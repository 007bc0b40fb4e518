"""Suggestions from lines: wording, confidence, modifiers and units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consultant.matching.confidence import confidence_of
from consultant.matching.lines import Line
from consultant.matching.modifiers import modifiers_of
from consultant.matching.scene import Scene
from consultant.matching.wording import alternatives, because, evidence
from consultant.model.coding import Diagnosis, Suggestion, System


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
