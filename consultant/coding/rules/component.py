"""The part of a test that was done and the part that is billed are the same, and the code can be split at all.

PC/TC indicator of Medicare's fee schedule: 1 is a diagnostic test, which takes 26 (professional) and TC (technical); 6 a laboratory
interpretation, which takes 26; every other code takes neither. The table goes first, what the families write second. Which part was
done is the fact ``component`` of the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import edition
from consultant.coding.claim import Line, fact, our_lines, their_lines
from consultant.coding.figures import Indicator, indicator
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "component"
_SOURCE = "Medicare physician fee schedule, PC/TC indicator"
_SPLIT = "1"
_SPLITS = frozenset({"26", "TC"})
_TAKES = MappingProxyType({_SPLIT: _SPLITS, "6": frozenset({"26"})})
_DONE = MappingProxyType({"professional": "26", "technical": "TC"})
_MEANS = MappingProxyType(
    {
        "0": "a physician service, which has no technical part",
        "2": "the professional part by itself",
        "3": "the technical part by itself",
        "4": "the whole test by itself; other codes stand for its parts",
        "5": "an incident-to service",
        "6": "a laboratory interpretation, which takes 26 only",
        "7": "a therapy service",
        "8": "a physician interpretation",
        "9": "a code to which the split does not apply",
    }
)


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every line that carries 26 or TC, and the lines of a payer's claim that should."""
    report = Report(ID, _SOURCE, edition(knowledge))
    needed = _DONE.get(fact(reading, "component"), "")
    good: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for line in dict.fromkeys(_looked_at(reading, needed=needed)):
        found = indicator(line.code, Indicator.COMPONENT, reading.date_of_service, knowledge)
        if found is None:
            unknown[line.code] = None
        elif text := _wrong(line, found.value) or _lacking(line, found.value, needed):
            yield report.read_from(edition=found.edition).hit(Severity.ERROR, (line.code,), text)
        else:
            good[line.code] = None
    if good:
        yield report.clean(good, f"26 and TC stand as they should on {listed(good)}.")
    if unknown:
        yield report.no_data(unknown, f"Whether {listed(unknown)} can be split by 26 and TC is not written down here.")


def _looked_at(reading: Reading, *, needed: str) -> Iterator[Line]:
    carrying = (line for line in our_lines(reading) + their_lines(reading) if _SPLITS & {*line.modifiers})
    yield from carrying
    if needed:
        yield from our_lines(reading) or their_lines(reading)


def _wrong(line: Line, indicator: str) -> str:
    carried = [modifier for modifier in line.modifiers if modifier in _SPLITS]
    if {*carried} == _SPLITS:
        return f"{line.code} carries both 26 and TC: whoever did both parts bills the code without either."
    refused = [modifier for modifier in carried if modifier not in _TAKES.get(indicator, frozenset())]
    if not refused:
        return ""
    means = _MEANS.get(indicator, "not a test that can be split")
    return f"{line.code} takes no {refused[0]}: it is {means} (PC/TC indicator {indicator})."


def _lacking(line: Line, indicator: str, needed: str) -> str:
    if indicator != _SPLIT or not needed or needed in line.modifiers:
        return ""
    part = "reading" if needed == "26" else "technical part"
    return f"{line.code} needs {needed}: by the words of the mail only the {part} is yours to bill."


RULE = Rule(ID, "26 and TC stand where they should", _SOURCE, check)
