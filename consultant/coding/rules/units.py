"""The units of each code are within Medicare's medically unlikely edit.

The table of the day and setting goes first, what the families write second; a code in neither is said not to be known. MUE
adjudication indicator: 1 by claim line, 2 by date of service and absolute, 3 by date of service and open to appeal with records. By
date of service the lines of one code are added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import edition
from consultant.coding.claim import Line, billed, our_lines, their_lines, unique
from consultant.coding.figures import UnitLimit, has_unit_table, setting_of, unit_limit
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "mue"
_SOURCE = "NCCI medically unlikely edits"
ASSISTANTS = frozenset({"80", "81", "82", "AS"})
_BY_LINE = "1"
_ABSOLUTE = "2"
_HOW = MappingProxyType(
    {
        "1": "on a claim line (MAI 1); a second line with a proper modifier is judged by itself",
        "2": "a day (MAI 2), and no appeal raises it",
        "3": "a day (MAI 3); more is paid only when records show why",
    }
)
_NEVER_PAID = " An edit of 0 means that none is paid in this setting."


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our claim and the asker's, each by itself."""
    report = Report(ID, _SOURCE, _edition(reading, knowledge))
    both = (our_lines(reading), their_lines(reading))
    codes = unique(line.code for lines in both for line in lines)
    known = {code: limit for code in codes if (limit := unit_limit(code, reading, knowledge))}
    over = {code: units for lines in both for code, units in _over(lines, known).items()}
    for code, units in over.items():
        severity = Severity.ERROR if known[code].adjudication == _ABSOLUTE else Severity.WARNING
        told = report.read_from(source=known[code].source, edition=known[code].edition)
        yield told.hit(severity, (code,), _text(code, known[code], units))
    if good := [code for code in known if code not in over]:
        yield report.clean(good, f"The units of {listed(good)} are within the medically unlikely edit.")
    if unknown := [code for code in billed(reading) if code not in known]:
        yield report.no_data(unknown, _unknown(unknown, reading, knowledge))


def _edition(reading: Reading, knowledge: Knowledge) -> str:
    found = knowledge.official.edition(Kind.MUE, reading.date_of_service, setting_of(reading))
    return found.name if found else edition(knowledge)


def _unknown(codes: list[str], reading: Reading, knowledge: Knowledge) -> str:
    if has_unit_table(reading, knowledge):
        return f"The table of medically unlikely edits has no value for {listed(codes, last='or')}: some are not published."
    return f"No medically unlikely edit for {listed(codes, last='or')} is written down here."


def _over(lines: tuple[Line, ...], known: dict[str, UnitLimit]) -> dict[str, int]:
    """Code to units for each code whose units go beyond its limit."""
    reached = {code: _counted(code, lines, known[code]) for code in unique(line.code for line in lines) if code in known}
    return {code: units for code, units in reached.items() if units > known[code].units}


def _counted(code: str, lines: tuple[Line, ...], limit: UnitLimit) -> int:
    # An assistant's line stands on a claim of its own, which has an edit of its own.
    units = [line.units for line in lines if line.code == code and not ASSISTANTS & {*line.modifiers}] or [0]
    return max(units) if limit.adjudication == _BY_LINE else sum(units)


def _text(code: str, limit: UnitLimit, units: int) -> str:
    how = _HOW.get(limit.adjudication, "by Medicare's table")
    why = f" CMS gives as its reason: {limit.rationale}." if limit.rationale else ""
    none = _NEVER_PAID if limit.units == 0 else ""
    verb = "unit" if units == 1 else "units"
    return f"{code} has {units} {verb}, but Medicare's medically unlikely edit allows {limit.units} {how}.{why}{none}"


RULE = Rule(ID, "Units are within the medically unlikely edit", _SOURCE, check)
