"""Two diagnoses that ICD-10-CM says with one combination code.

Guidelines I.B.9 (combination codes), I.A.15 ("with": diabetes and its complications are taken to be connected) and I.C.9.a
(hypertension with heart or kidney disease). The finding names the code to look at; which of several fits is the record's word.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import our_diagnoses, their_diagnoses
from consultant.coding.diagnosis_rules import Combination, diagnosis_rules
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "combination-code"
_SOURCE = "ICD-10-CM guideline I.B.9"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our diagnoses, and the asker's, each list by itself."""
    if not has_diagnoses(knowledge):
        return
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    told: set[tuple[str, ...]] = set()
    for codes in (our_diagnoses(reading), their_diagnoses(reading)):
        for row in diagnosis_rules().combinations:
            found = _found(row, codes)
            if found and found not in told:
                told.add(found)
                yield report.read_from(source=row.source).hit(Severity.WARNING, found, _text(row, found))


def _found(row: Combination, codes: tuple[str, ...]) -> tuple[str, ...]:
    one = next((code for code in codes if code.startswith(row.one)), "")
    other = next((code for code in codes if code.startswith(row.other)), "")
    return (one, other) if one and other else ()


def _text(row: Combination, found: tuple[str, ...]) -> str:
    return f"{listed(found)}: {row.why}. Look at {listed(row.instead, last='or')}."


RULE = Rule(ID, "Two conditions that one code says together", _SOURCE, check)
