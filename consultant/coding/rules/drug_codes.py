"""The place of drug codes: a poisoning comes before what it did, an adverse effect after it, underdosing is never first.

Guideline I.C.19.e.5. What a drug code says stands in the last character before its seventh: 5 adverse effect, 6 underdosing, 1 to 4
poisoning (tabular list, note at T36-T50).
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import our_diagnoses, their_diagnoses
from consultant.coding.diagnosis_rules import diagnosis_rules
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "drug-codes"
_SOURCE = "ICD-10-CM guideline I.C.19.e.5"
_SEVENTH = 7
_ADVERSE, _UNDERDOSING, _POISONING = "5", "6", "1234"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our list and the asker's, each as it stands."""
    if not has_diagnoses(knowledge):
        return
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    for codes in dict.fromkeys((our_diagnoses(reading), their_diagnoses(reading))):
        drugs = [code for code in codes if code.startswith(diagnosis_rules().drugs)]
        wrong = [(code, text) for code in drugs if (text := _wrong(code, codes))]
        yield from (report.hit(Severity.WARNING, (code,), text) for code, text in wrong)
        if drugs and not wrong:
            yield report.clean(drugs, f"{listed(drugs)} stands in its place among the diagnoses.")


def _wrong(code: str, codes: tuple[str, ...]) -> str:
    kind, place = _kind(code), codes.index(code)
    if kind == _ADVERSE and place == 0:
        return f"{code} is an adverse effect: what the drug did to the patient is coded before it."
    if kind == _UNDERDOSING and place == 0:
        return f"{code} is underdosing and never stands first: the condition that got worse does."
    conditions_before = [one for one in codes[:place] if not one.startswith(("Z", *diagnosis_rules().drugs))]
    if kind and kind in _POISONING and conditions_before:
        return f"{code} is a poisoning and comes before what it caused ({conditions_before[0]})."
    return ""


def _kind(code: str) -> str:
    """The character that says what happened; empty when the code is not whole."""
    bare = code.replace(".", "")
    return bare[-2] if len(bare) == _SEVENTH else ""


RULE = Rule(ID, "Poisoning, adverse effect and underdosing in their place", _SOURCE, check)
