"""Modifiers that the rules can derive with certainty, put on our lines before anything is checked line by line.

Each is put on for one reason that can be shown, and told in a finding with its source. Nothing is taken off but a modifier that the
tables refuse. What depends on the record (was the visit separate?) is put on only when the words of the mail show it; otherwise the
rules ask or warn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from consultant.coding import separation
from consultant.coding.book import edition
from consultant.coding.claim import Line, fact, our_lines
from consultant.coding.figures import Figure, Indicator, indicator
from consultant.coding.rule import Report
from consultant.coding.rules import bilateral, component, global_period, ncci_ptp
from consultant.coding.words import listed, quoted
from consultant.knowledge.family import Bundle
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.coding import Suggestion
from consultant.model.finding import Finding

ID = "modifier-placed"
_PERMITTED = "1"
_FACILITIES = frozenset({"inpatient", "outpatient-hospital", "emergency"})
_PROFESSIONAL = "professional"
_MAJOR, _MINOR = "090", frozenset({"000", "010"})
_OF_A_VISIT = frozenset({"24", "25", "57"})
_TELLS = {
    "25": "a visit on the day of a minor operation is paid only when it went beyond it.",
    "57": "a visit on the day of a major operation, or the day before, is paid only when it decided on it.",
}


@dataclass(frozen=True, slots=True)
class _Change:
    """A modifier put on or taken off the line at ``place``, with the reason as a sentence and its source."""

    place: int
    modifier: str
    why: str
    source: str
    is_added: bool = True


_Look = Callable[[Reading, Knowledge], Iterator[_Change]]


def place(reading: Reading, knowledge: Knowledge) -> tuple[Reading, tuple[Finding, ...]]:
    """The reading with derived modifiers on its lines, and one finding for each change."""
    findings: list[Finding] = []
    for look in _LOOKS:
        for change in tuple(look(reading, knowledge)):
            reading = _changed(reading, change, knowledge)
            findings.append(_told(reading.procedures[change.place], change, knowledge))
    return reading, tuple(findings)


def _changed(reading: Reading, change: _Change, knowledge: Knowledge) -> Reading:
    lines = list(reading.procedures)
    line = lines[change.place]
    kept = [one for one in line.modifiers if one != change.modifier]
    ordered = sorted([*kept, change.modifier], key=lambda one: _order(one, knowledge)) if change.is_added else kept
    lines[change.place] = replace(line, modifiers=tuple(ordered))
    return replace(reading, procedures=tuple(lines))


def _order(modifier: str, knowledge: Knowledge) -> int:
    known = knowledge.modifiers.get(modifier)
    return known.order if known else 0


def _told(line: Suggestion, change: _Change, knowledge: Knowledge) -> Finding:
    # What was put right before anybody saw it is no warning; the audit gives the reason where the asker had it otherwise.
    return Report(ID, change.source, edition(knowledge)).clean((line.code,), change.why)


def _refused_sides(reading: Reading, knowledge: Knowledge) -> Iterator[_Change]:
    """50 leaves a line whose bilateral indicator refuses it, or whose operation of the other side was at another time."""
    sides = {p.code: {*p.modifiers} & bilateral.SIDES for p in reading.proposed}
    for number, line in enumerate(reading.procedures):
        if bilateral.BOTH not in line.modifiers:
            continue
        found = indicator(line.code, Indicator.BILATERAL, reading.date_of_service, knowledge)
        if found and found.value not in bilateral.TAKES_SIDES:
            why = f"{line.code} takes no 50 (bilateral indicator {found.value})."
            yield _Change(number, bilateral.BOTH, why, found.source, is_added=False)
        elif len(sides.get(line.code, ())) == 1 and {*line.modifiers} & {*global_period.AFTER.values()}:
            (side,) = sides[line.code]
            why = f"The line is {side}: the other side was done at another time, and 50 is for both sides in one session."
            yield _Change(number, bilateral.BOTH, why, global_period.RULE.source, is_added=False)
            yield _Change(number, side, why, global_period.RULE.source)


def _professional_part(reading: Reading, knowledge: Knowledge) -> Iterator[_Change]:
    """26 on a test that can be split, done in a hospital and billed by the physician: the technical part is the hospital's."""
    is_ours = fact(reading, "claim") == _PROFESSIONAL or fact(reading, "component") == _PROFESSIONAL
    if fact(reading, "setting") not in _FACILITIES or not is_ours:
        return
    for number, line in enumerate(reading.procedures):
        found = indicator(line.code, Indicator.COMPONENT, reading.date_of_service, knowledge)
        if found and found.value == _PERMITTED and not {"26", "TC"} & {*line.modifiers}:
            why = f"{line.code} takes 26: in a hospital the technical part is the hospital's (PC/TC indicator 1)."
            yield _Change(number, "26", why, component.RULE.source)


def _after_operation(reading: Reading, knowledge: Knowledge) -> Iterator[_Change]:
    """58, 78 or 79 on an operation, when the mail tells how it follows an earlier one."""
    modifier = global_period.AFTER.get(fact(reading, "postoperative"), "")
    if not modifier:
        return
    for number, line in enumerate(reading.procedures):
        days = indicator(line.code, Indicator.GLOBAL_DAYS, reading.date_of_service, knowledge)
        is_operation = days is not None and days.value in global_period.DAYS
        if is_operation and not separation.is_visit(line.code) and not {*global_period.AFTER.values()} & {*line.modifiers}:
            why = f"{line.code} takes {modifier}, by what the mail says of the operation before it."
            yield _Change(number, modifier, why, global_period.RULE.source)


def _separate_services(reading: Reading, knowledge: Knowledge) -> Iterator[_Change]:
    """59, or 25 on a visit, where a pair allows it and the words of the mail show that the services were separate."""
    ways = separation.told_ways(reading)
    lines = our_lines(reading)
    for number, line in enumerate(reading.procedures):
        pair = _pair_over(line, lines, reading, knowledge)
        if pair is None or separation.are_separated(pair.column_1, pair.column_2, lines, knowledge):
            continue
        if separation.is_visit(line.code):
            if _has_reason_of_its_own(line, pair, reading):
                why = f"{line.code} takes 25: it was for {listed(line.diagnoses)}, apart from {pair.column_1}."
                yield _Change(number, "25", why, separation.SOURCE)
        elif ways and not separation.is_visit(pair.column_1):
            form, words = ways[0]
            why = f"{line.code} takes 59 beside {pair.column_1}: the mail says {quoted(words)}."
            why = f"{why} {form} says the same more exactly, where the payer takes it."
            yield _Change(number, separation.DISTINCT, why, separation.SOURCE)


def _visit_beside_operation(reading: Reading, knowledge: Knowledge) -> Iterator[_Change]:
    """25 or 57 on a visit that stands with us beside an operation: without it the visit is part of the operation's global days."""
    if fact(reading, "postoperative"):
        return  # The visit may be one of the days after the earlier operation.
    days = {one.value for line in reading.procedures if (one := _days_of(line, reading, knowledge))}
    modifier = "57" if _MAJOR in days else "25" if days & _MINOR else ""
    for number, line in enumerate(reading.procedures):
        if modifier and separation.is_visit(line.code) and not _OF_A_VISIT & {*line.modifiers}:
            why = f"{line.code} takes {modifier}: {_TELLS[modifier]}"
            yield _Change(number, modifier, why, global_period.RULE.source)


def _days_of(line: Suggestion, reading: Reading, knowledge: Knowledge) -> Figure | None:
    return (
        None if separation.is_visit(line.code) else indicator(line.code, Indicator.GLOBAL_DAYS, reading.date_of_service, knowledge)
    )


def _pair_over(line: Suggestion, lines: tuple[Line, ...], reading: Reading, knowledge: Knowledge) -> Bundle | None:
    """The first pair in which another of our codes would take this one with it, and that a modifier may lift."""
    for other in lines:
        found = ncci_ptp.pair(other.code, line.code, reading, knowledge)
        if found and found.column_1 == other.code and found.column_2 == line.code and found.indicator == _PERMITTED:
            return found
    return None


def _has_reason_of_its_own(line: Suggestion, pair: Bundle, reading: Reading) -> bool:
    others = {code for one in reading.procedures if one.code == pair.column_1 for code in one.diagnoses}
    return bool(line.diagnoses and others and not {*line.diagnoses} & others)


_LOOKS: tuple[_Look, ...] = (_refused_sides, _professional_part, _after_operation, _separate_services, _visit_beside_operation)
