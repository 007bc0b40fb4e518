"""Visits and operations around an operation: 24, 25, 57, 58, 78 and 79 by the global days of the code and the facts of the case.

Medicare Claims Processing Manual, chapter 12, sections 40.1 to 40.4. Global days 000 and 010 are minor procedures (a separate
visit of the day takes 25), 090 major ones (the visit that decided on it, the day of or before, takes 57). Within the days after
an operation by the same physician, an unrelated visit takes 24 and a procedure 58 (planned or more extensive), 78 (back to the
operating room for a complication) or 79 (unrelated). Known limit: whether it was the same physician or group only the asker
knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding import dates
from consultant.coding.book import edition
from consultant.coding.claim import Line, fact, our_lines, their_lines, unique
from consultant.coding.figures import Figure, Indicator, indicator
from consultant.coding.rule import Report, Rule
from consultant.coding.separation import is_visit
from consultant.coding.words import day, listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "global-period"
_SOURCE = "Medicare physician fee schedule, global days (Claims Processing Manual, chapter 12, section 40)"
DAYS = MappingProxyType({"000": 0, "010": 10, "090": 90})
MAJOR = "090"
AFTER = MappingProxyType({"staged": "58", "return": "78", "unrelated": "79"})
"""The fact ``postoperative`` of the case and the modifier that it asks for on a procedure."""
_STEPS = frozenset(AFTER.values())
_MEANS = MappingProxyType(
    {
        "58": "planned, staged or more extensive: paid in full, and new global days begin",
        "78": "an unplanned return to the operating room: only the operation itself is paid, and no new global days begin",
        "79": "unrelated to the first operation: paid in full, and new global days begin",
    }
)


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our claim and the asker's, each by itself."""
    seen: set[tuple[str, str]] = set()
    for lines in (our_lines(reading), their_lines(reading)):
        days = {
            line.code: found
            for line in lines
            if (found := indicator(line.code, Indicator.GLOBAL_DAYS, reading.date_of_service, knowledge))
        }
        for finding in (*_beside_visits(lines, days, knowledge), *_after_operations(lines, days, reading, knowledge)):
            if (finding.codes[0], finding.text) not in seen:
                seen.add((finding.codes[0], finding.text))
                yield finding
    yield from _known_or_not(reading, knowledge, {code for code, _ in seen})


def _beside_visits(lines: tuple[Line, ...], days: dict[str, Figure], knowledge: Knowledge) -> Iterator[Finding]:
    """25 or 57 on a visit, by the global days of what else was done on the day."""
    operations = {
        line.code: days[line.code]
        for line in lines
        if not is_visit(line.code) and line.code in days and days[line.code].value in DAYS
    }
    major = [code for code, found in operations.items() if found.value == MAJOR]
    minor = [code for code in operations if code not in major]
    for visit in (line for line in lines if is_visit(line.code)):
        if text := _visit_text(visit, major, minor):
            told = next(iter(operations.values()))
            yield Report(ID, _SOURCE, told.edition or edition(knowledge)).hit(Severity.WARNING, (visit.code, *major, *minor), text)


def _visit_text(visit: Line, major: list[str], minor: list[str]) -> str:
    code, has_25, has_57 = visit.code, "25" in visit.modifiers, "57" in visit.modifiers
    if has_57 and minor and not major:
        return (
            f"57 on {code} is for the decision on an operation with 90 global days; {listed(minor)} has 10 or none, which takes 25."
        )
    if has_25 and major and not minor:
        return f"{listed(major)} has 90 global days: a visit that decided on it that day or the day before takes 57, not 25."
    if major and not (has_25 or has_57):
        return f"{code} beside {listed(major)} (90 global days) is paid only with 57, when this visit decided on the operation."
    if minor and not (has_25 or has_57):
        return f"{code} beside {listed(minor)} (0 or 10 global days) is paid only with 25, for a significant, separate visit."
    return ""


def _after_operations(
    lines: tuple[Line, ...], days: dict[str, Figure], reading: Reading, knowledge: Knowledge
) -> Iterator[Finding]:
    """58, 78 and 79 on procedures, by what the mail tells of an operation before."""
    told = AFTER.get(fact(reading, "postoperative"), "")
    for line in (line for line in lines if not is_visit(line.code)):
        carried = next((one for one in line.modifiers if one in _STEPS), "")
        report = Report(ID, _SOURCE, days[line.code].edition if line.code in days else edition(knowledge))
        if carried and told and carried != told:
            yield report.hit(
                Severity.ERROR,
                (line.code,),
                f"{line.code} was billed with {carried}; by the words of the mail it is {told}, {_MEANS[told]}.",
            )
        elif carried:
            yield report.hit(
                Severity.INFO, (line.code,), f"{carried} on {line.code} says: {_MEANS[carried]}.{_window(line, days, reading)}"
            )


def _window(line: Line, days: dict[str, Figure], reading: Reading) -> str:
    """How long ago the operation before was, when the mail gives its date."""
    length = DAYS.get(days[line.code].value, 0) if line.code in days else 0
    told = dates.earlier(reading.text, reading.date_of_service)
    # Without a stated date of service, the last of several days told is the service's own.
    own = (
        reading.date_of_service
        if fact(reading, "date-of-service")
        else next(iter(told[-1:] if len(told) > 1 else ()), reading.date_of_service)
    )
    before = [day_ for day_ in told if day_ < own]
    if not before or not length:
        return ""
    passed = (own - before[-1]).days
    where = "inside" if passed <= length else "past"
    return f" From {day(before[-1])} it is {passed} days, {where} the {length} global days of {line.code}."


def _known_or_not(reading: Reading, knowledge: Knowledge, told: set[str]) -> Iterator[Finding]:
    codes = unique(line.code for line in our_lines(reading) + their_lines(reading) if not is_visit(line.code))
    found = {code: indicator(code, Indicator.GLOBAL_DAYS, reading.date_of_service, knowledge) for code in codes}
    good = [code for code, figure in found.items() if figure and code not in told]
    if good:
        some = found[good[0]]
        release = (some.edition if some else "") or edition(knowledge)
        yield Report(ID, _SOURCE, release).clean(good, f"Nothing on the claim conflicts with the global days of {listed(good)}.")
    unknown = [code for code, figure in found.items() if figure is None]
    if unknown and _depends_on_days(reading):
        yield Report(ID, _SOURCE, "").no_data(unknown, f"The global days of {listed(unknown)} are not known here.")


def _depends_on_days(reading: Reading) -> bool:
    """Whether global days matter to the claim: a visit stands beside something else, or a line follows an operation."""
    lines = our_lines(reading) + their_lines(reading)
    beside_visit = any(is_visit(line.code) for line in lines)
    return beside_visit or any(_STEPS & {*line.modifiers} for line in lines) or bool(fact(reading, "postoperative"))


RULE = Rule(ID, "Visits and operations in global periods", _SOURCE, check)
