"""Modifiers stand only where they can: on the right kind of code, for the right payer, on the right side's claim, and not together.

The rows of ``data/modifier_uses.yaml`` say where; the modifiers file says what exists, what only goes on certain codes, and which
two contradict each other. One finding name for each kind of modifier (`visit-modifier`, `anatomic-modifier`, `repeat-modifier` …).
Known limit: the groups of codes are ranges, so a rare code inside a range may be an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from consultant.coding import tables
from consultant.coding.book import edition
from consultant.coding.claim import Line, fact, our_lines, payer, their_lines, unique
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "modifier-use"
_SOURCE = "Modifiers as written down here, by the NCCI Policy Manual and the Medicare Claims Processing Manual"
_SPLIT = {"26", "TC"}
_KEYS = ("rule", "modifiers", "only_on", "never_on", "payers", "not_payers", "claim", "severity", "text", "source")


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every line that carries a modifier, ours and the asker's."""
    report = Report(ID, _SOURCE, edition(knowledge))
    lines = tuple(dict.fromkeys(line for line in our_lines(reading) + their_lines(reading) if line.modifiers))
    wrong: dict[str, None] = {}
    for line in lines:
        for finding in _of_line(line, reading, knowledge, report):
            wrong[line.code] = None
            yield finding
    if good := unique(line.code for line in lines if line.code not in wrong):
        yield report.clean(good, f"The modifiers on {listed(good)} stand where they can.")
    if strange := unique(m for line in lines for m in line.modifiers if m not in knowledge.modifiers):
        on = unique(line.code for line in lines if {*strange} & {*line.modifiers})
        yield report.no_data(on, f"The modifier {listed(strange)} on {listed(on)} is not written up here.")


def _of_line(line: Line, reading: Reading, knowledge: Knowledge, report: Report) -> Iterator[Finding]:
    told: set[str] = set()
    for row in tables.rows("modifier_uses.yaml", "uses", *_KEYS):
        carried = next((m for m in line.modifiers if m in tables.words(row, "modifiers")), "")
        if carried and carried not in told and _is_wrong(row, line.code, reading):
            told.add(carried)
            text = str(row["text"]).format(modifier=carried, code=line.code)
            named = Report(str(row["rule"]), str(row["source"]), report.edition)
            yield named.hit(Severity(str(row["severity"])), (line.code,), text)
    for one in (m for m in line.modifiers if m not in told):
        known = knowledge.modifiers.get(one)
        if known and not known.fits(line.code):
            yield report.hit(Severity.ERROR, (line.code,), f"{one} ({known.title.lower()}) cannot stand on {line.code}.")
    yield from _contradictions(line, knowledge, report)


def _is_wrong(row: Mapping[str, Any], code: str, reading: Reading) -> bool:
    only_on, never_on = tables.words(row, "only_on"), tables.words(row, "never_on")
    who, claim = payer(reading), fact(reading, "claim")
    on_wrong_code = bool(only_on and not tables.is_one_of(code, *only_on)) or tables.is_one_of(code, *never_on)
    allowed, refused = tables.words(row, "payers"), tables.words(row, "not_payers")
    by_payer = bool(who) and (bool(allowed and who not in allowed) or who in refused)
    other_side = bool(row.get("claim") and claim and claim != row["claim"])
    return on_wrong_code or by_payer or other_side


def _contradictions(line: Line, knowledge: Knowledge, report: Report) -> Iterator[Finding]:
    for place, one in enumerate(line.modifiers):
        known = knowledge.modifiers.get(one)
        for other in line.modifiers[place + 1 :]:
            against = knowledge.modifiers.get(other)
            is_against = bool((known and other in known.not_with) or (against and one in against.not_with))
            # 26 with TC is told by the rule of components, in better words.
            if is_against and {one, other} != _SPLIT:
                text = f"{one} and {other} contradict each other on {line.code}: keep the one that fits."
                yield report.hit(Severity.ERROR, (line.code,), text)


RULE = Rule(ID, "Modifiers stand where they can", _SOURCE, check)
