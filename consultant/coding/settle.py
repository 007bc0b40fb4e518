"""The one step in which coding rules change what matching proposed.

A code that cannot be billed is left out, and diagnoses stand in the order that code-first and use-additional notes ask for.
An error among our own codes names the code that must give way last (`DROPPING`). A code is never swapped for another here:
choosing is matching's work and the consultant's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from consultant.coding.claim import our_diagnoses, our_lines
from consultant.coding.companions import in_order
from consultant.coding.rule import Report
from consultant.coding.rules import code_validity, excludes1, family_bundles, ncci_ptp, seventh_character
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Outcome, Severity

ID = "left-out"
DROPPING = frozenset({code_validity.ID, seventh_character.ID, family_bundles.ID, ncci_ptp.ID, excludes1.ID})
"""Rules whose errors take a code out of the proposal."""


def settle(reading: Reading, findings: Iterable[Finding]) -> tuple[Reading, tuple[Finding, ...]]:
    """The reading without the codes that cannot stand, and one finding for each that was left out."""
    left_out = dict(_left_out(reading, findings))
    settled = replace(
        reading,
        procedures=tuple(
            replace(line, diagnoses=tuple(code for code in line.diagnoses if code not in left_out))
            for line in reading.procedures
            if line.code not in left_out
        ),
        diagnoses=tuple(one for one in reading.diagnoses if one.code not in left_out),
    )
    return settled, tuple(_said(code, why) for code, why in left_out.items())


def sequenced(reading: Reading, knowledge: Knowledge) -> Reading:
    """The reading with our diagnoses, and those of each line, in the order that the notes of the tabular list ask for."""
    place = {code: number for number, code in enumerate(in_order(our_diagnoses(reading), knowledge))}
    return replace(
        reading,
        diagnoses=tuple(sorted(reading.diagnoses, key=lambda one: place[one.code])),
        procedures=tuple(
            replace(line, diagnoses=tuple(sorted(line.diagnoses, key=lambda code: place.get(code, len(place)))))
            for line in reading.procedures
        ),
    )


def _left_out(reading: Reading, findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    ours = {line.code for line in our_lines(reading)} | set(our_diagnoses(reading))
    for finding in findings:
        is_error = finding.outcome is Outcome.HIT and finding.severity is Severity.ERROR and finding.rule in DROPPING
        # A code that has gone already takes no second one with it.
        if is_error and {*finding.codes} <= ours:
            ours.discard(finding.codes[-1])
            yield finding.codes[-1], finding


def _said(code: str, why: Finding) -> Finding:
    return Report(ID, why.source, why.edition).hit(Severity.WARNING, (code,), f"I left {code} out of the proposal. {why.text}")
