"""50, RT and LT stand as the bilateral indicator of the code asks, and the side of the claim is the side of the note.

Indicator of Medicare's fee schedule: 1 both sides on one line with 50; 3 each side paid in full, with 50 or as two lines; 0 no
extra payment for two sides; 2 both sides by meaning; 9 no sides. The table goes first, what the families write second.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import edition
from consultant.coding.claim import Line, our_lines, their_lines, unique
from consultant.coding.figures import Figure, Indicator, indicator
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "bilateral"
SIDE = "laterality"
"""The rule under which a claim's side that contradicts the note's is told."""
BOTH = "50"
SIDES = frozenset({"RT", "LT"})
TAKES_SIDES = frozenset({"1", "3"})
_SOURCE = "Medicare physician fee schedule, bilateral indicator"
_NOT_50 = MappingProxyType(
    {
        "0": "50 is not used on {code}: two sides are not paid more than one (bilateral indicator 0)",
        "2": "{code} stands for both sides already, so it takes no 50 and is billed once (bilateral indicator 2)",
        "9": "sides do not apply to {code} (bilateral indicator 9), so it takes no 50",
    }
)


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every line that carries 50, RT or LT."""
    report = Report(ID, _SOURCE, edition(knowledge))
    lines = tuple(dict.fromkeys(line for line in our_lines(reading) + their_lines(reading) if {*line.modifiers} & {BOTH, *SIDES}))
    good: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for line in lines:
        found = indicator(line.code, Indicator.BILATERAL, reading.date_of_service, knowledge)
        if found is None:
            unknown[line.code] = None
        elif text := _wrong(line, found):
            yield report.read_from(edition=found.edition).hit(Severity.ERROR, (line.code,), text)
        else:
            good[line.code] = None
    if good:
        yield report.clean(good, f"50, RT and LT stand on {listed(good)} as the bilateral indicator allows.")
    if unknown:
        yield report.no_data(unknown, f"The bilateral indicator of {listed(unknown)} is not known here.")
    yield from _sides(reading, report)


def _wrong(line: Line, found: Figure) -> str:
    if BOTH in line.modifiers and found.value in _NOT_50:
        return f"{_NOT_50[found.value].format(code=line.code)}."
    if BOTH in line.modifiers and line.units > 1 and found.value == "1":
        return (
            f"{line.code}-50 is one line with one unit (bilateral indicator 1): 50 with {line.units} units counts both sides twice."
        )
    if {*line.modifiers} >= SIDES and found.value == "1":
        return f"{line.code} on both sides is one line with 50, not RT and LT on one line (bilateral indicator 1)."
    return ""


def _sides(reading: Reading, report: Report) -> Iterator[Finding]:
    """A side that the asker bills and the note contradicts."""
    ours = {line.code: {*line.modifiers} & SIDES for line in our_lines(reading)}
    told = Report(SIDE, "The words of the mail, against the modifiers of the claim", report.edition)
    for line in their_lines(reading):
        theirs = {*line.modifiers} & SIDES
        if theirs and ours.get(line.code) and not theirs & ours[line.code]:
            side = listed(sorted(ours[line.code]))
            yield told.hit(
                Severity.ERROR,
                (line.code,),
                f"{line.code} was billed {listed(sorted(theirs))}, but by the words of the mail it is {side}.",
            )
    both = [code for code in unique(line.code for line in their_lines(reading)) if ours.get(code)]
    if both and not any(
        {*line.modifiers} & SIDES and not {*line.modifiers} & ours[line.code] for line in their_lines(reading) if line.code in both
    ):
        yield told.clean(both, f"The side on {listed(both)} is that of the note.")


RULE = Rule(ID, "Both sides, right and left", _SOURCE, check)
