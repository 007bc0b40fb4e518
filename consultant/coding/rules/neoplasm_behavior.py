"""Uncertain behavior is what a pathologist found; while nothing was found yet, behavior is unspecified.

Chapter 2 of ICD-10-CM, notes at D37-D48 and D49: the uncertain ones are histologically confirmed and cannot be told to be malignant
or benign. Guideline I.C.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import diagnoses
from consultant.coding.diagnosis_rules import diagnosis_rules
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed, verb
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "neoplasm-behavior"
_SOURCE = "ICD-10-CM tabular list, notes at D37-D48 and D49 (guideline I.C.2)"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Codes of uncertain behavior in a mail that says that pathology is still awaited."""
    table, lowered = diagnosis_rules(), reading.text.lower()
    uncertain = [code for code in diagnoses(reading) if code.startswith(table.uncertain_behavior)]
    if has_diagnoses(knowledge) and uncertain and any(words in lowered for words in table.pending):
        yield Report(ID, _SOURCE, edition(knowledge, DIAGNOSES)).hit(
            Severity.WARNING,
            uncertain,
            f"{listed(uncertain)} {verb(uncertain, 'says', 'say')} that a pathologist could not tell the behavior; the mail says "
            "that pathology is awaited. Until then it is unspecified (D49), or the claim waits for the report.",
        )


RULE = Rule(ID, "Uncertain behavior is a pathologist's finding", _SOURCE, check)
