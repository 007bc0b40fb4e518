"""The units of each code are within Medicare's medically unlikely edit.

MUE adjudication indicator: 1 by claim line, 2 by date of service and absolute, 3 by date of service and open to appeal with
records. By date of service the lines of one code are added up. Values are the authored facts; a code without one is said not to
be known.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import Sheet, cited, edition, sheet
from consultant.coding.claim import Line, billed, our_lines, their_lines, unique
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "mue"
_SOURCE = "NCCI medically unlikely edits, practitioner services"
_BY_LINE = "1"
_ABSOLUTE = "2"
_HOW = MappingProxyType(
    {
        "1": "on a claim line; a second line with a proper modifier is judged by itself",
        "2": "a day, and no appeal raises it",
        "3": "a day; more is paid only when records show why",
    }
)


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our claim and the asker's, each by itself."""
    report = Report(ID, _SOURCE, edition(knowledge))
    both = (our_lines(reading), their_lines(reading))
    sheets = {line.code: sheet(line.code, knowledge) for lines in both for line in lines}
    known = {code: found for code, found in sheets.items() if found and found.facts.units is not None}
    over = {code: units for lines in both for code, units in _over(lines, known).items()}
    for code, units in over.items():
        severity = Severity.ERROR if known[code].facts.units_adjudication == _ABSOLUTE else Severity.WARNING
        source, release = cited(known[code], "MUE")
        yield report.read_from(source=source, edition=release).hit(severity, (code,), _text(known[code], units))
    if good := [code for code in known if code not in over]:
        yield report.clean(good, f"The units of {listed(good)} are within the medically unlikely edit.")
    if unknown := [code for code in billed(reading) if code not in known]:
        yield report.no_data(unknown, f"No medically unlikely edit for {listed(unknown, last='or')} is written down here.")


def _over(lines: tuple[Line, ...], known: dict[str, Sheet]) -> dict[str, int]:
    """Code to units for each code whose units go beyond its limit."""
    reached = {code: _counted(code, lines, known[code]) for code in unique(line.code for line in lines) if code in known}
    return {code: units for code, units in reached.items() if units > (known[code].facts.units or 0)}


def _counted(code: str, lines: tuple[Line, ...], found: Sheet) -> int:
    units = [line.units for line in lines if line.code == code]
    return max(units) if found.facts.units_adjudication == _BY_LINE else sum(units)


def _text(found: Sheet, units: int) -> str:
    limit = found.facts.units or 0
    how = _HOW.get(found.facts.units_adjudication, "by Medicare's table")
    return f"{found.entry.code} has {units} units, but Medicare's medically unlikely edit allows {limit} {how}."


RULE = Rule(ID, "Units are within the medically unlikely edit", _SOURCE, check)
