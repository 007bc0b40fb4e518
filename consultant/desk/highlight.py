"""The text of a case cut into stretches, each with the codes that rest on it, so that a page can light them up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from consultant.model.analysis import Analysis
from consultant.model.clinical import Evidence


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive words of the text that rest under the same codes; no codes means plain text."""

    text: str
    codes: tuple[str, ...]


def stretches(analysis: Analysis) -> tuple[Stretch, ...]:
    """Cut the text of the case at every edge of an evidence span. Joined together, the stretches are the text again."""
    text = analysis.reading.text
    marks = [(evidence, code) for code, all_of in _evidence_of_codes(analysis) for evidence in all_of]
    edges = sorted({0, len(text)} | {edge for e, _ in marks for edge in (e.span.start, e.span.end)})
    return tuple(
        Stretch(text[start:end], _codes_over(start, end, marks)) for start, end in pairwise(edges) if start < end <= len(text)
    )


def _evidence_of_codes(analysis: Analysis) -> list[tuple[str, tuple[Evidence, ...]]]:
    reading = analysis.reading
    services = [(suggestion.code, suggestion.evidence) for suggestion in reading.procedures]
    diagnoses = [(diagnosis.code, diagnosis.evidence) for diagnosis in reading.diagnoses]
    facts = [(f"fact:{fact.name}", fact.evidence) for fact in reading.facts]
    proposed = [(f"asked:{p.code}", (p.evidence,)) for p in reading.proposed]
    return services + diagnoses + facts + proposed


def _codes_over(start: int, end: int, marks: list[tuple[Evidence, str]]) -> tuple[str, ...]:
    over = [code for evidence, code in marks if evidence.span.start < end and start < evidence.span.end]
    return tuple(dict.fromkeys(over))
