"""How sure a line is: in a word that was measured, and as a rank.

The word. ``confidence_rules.json`` counts, for lines with none, one and more facets taken by default, how many were right on the
development cases; by the rule of succession (right + 1 of all + 2) that is HIGH above 0.8, MEDIUM above 0.6, else LOW. An act told
as ordered or earlier and taken as done is one step less sure; the cases hold too few of those to measure. The rank starts at 0.97
and falls with each default, each facet decided by words further off, and a missing statement that the act was done; it never rises
with any of them, and is no probability. Known limit: few lines have two defaults, so their word may change with more cases.
"""

from __future__ import annotations

from functools import cache

from consultant.matching.facets import Ground
from consultant.matching.lines import Line, needed_by
from consultant.matching.tables import read_table, refuse_unknown
from consultant.model.coding import Confidence, System

_TABLE = "confidence_rules.json"
_BEST, _FURTHER, _DEFAULT, _PROMOTED, _LEAST = 0.97, 0.02, 0.05, 0.3, 0.05
_STEPS = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


def confidence_of(line: Line, *, promoted: bool) -> tuple[Confidence, float]:
    """How sure a line is, in a word and as a rank; see the module docstring for what they mean."""
    grounds = [d.ground for d in line.awake.decisions if d.facet.id in needed_by(line.entry)]
    assumed, further = grounds.count(Ground.DEFAULT), grounds.count(Ground.CASE)
    score = _BEST - _DEFAULT * assumed - _FURTHER * further - _PROMOTED * promoted
    steps = _levels()["diagnoses" if line.entry.system is System.ICD10CM else "services"]
    step = steps[min(assumed, len(steps) - 1)] - promoted
    return _STEPS[max(step, 0)], round(max(score, _LEAST), 4)


@cache
def _levels() -> dict[str, tuple[int, ...]]:
    """The step of confidence by how much was taken by default, never rising with it."""
    table = read_table(_TABLE)
    refuse_unknown(table, ("observed_on", "above", "services", "diagnoses"), _TABLE)
    bounds = sorted(table["above"].values())
    found: dict[str, tuple[int, ...]] = {}
    for kind in ("services", "diagnoses"):
        steps: list[int] = []
        for row in table[kind]:
            rate = (row["right"] + 1) / (row["of"] + 2)
            steps.append(min([sum(rate > bound for bound in bounds), *steps]))
        found[kind] = tuple(steps)
    return found
