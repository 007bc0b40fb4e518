"""Diagnoses that do not fit the patient's age or sex, as far as the mail tells them.

Ages and sexes are those of the Medicare Code Editor's age and sex edits. A conflict is a reason to look at the record: the fact or
the code is wrong, and either may be.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import diagnoses, fact
from consultant.coding.diagnosis_rules import PatientKind, diagnosis_rules
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "patient-fit"
_SOURCE = "Medicare Code Editor, age and sex edits"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every diagnosis in play against the age and the sex that are told; nothing told, nothing to check."""
    codes = diagnoses(reading) if has_diagnoses(knowledge) else ()
    age, sex = fact(reading, "age"), fact(reading, "sex")
    if not codes or not (age or sex):
        return
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    wrong = {code: text for code in codes if (text := _conflict(code, age, sex))}
    yield from (report.hit(Severity.WARNING, (code,), text) for code, text in wrong.items())
    if not wrong:
        yield report.clean(codes, f"{listed(codes)} fits the patient's age and sex as told.")


def _conflict(code: str, age: str, sex: str) -> str:
    for kind in diagnosis_rules().patients:
        if code.startswith(kind.prefixes):
            if sex and kind.sex and sex != kind.sex:
                return f"{code} is a diagnosis of {kind.sex} patients, and the mail tells of a {sex} one: check both."
            if age.isdecimal() and not kind.ages[0] <= int(age) <= kind.ages[1]:
                return f"{code} is meant for {_ages(kind)}, and the mail tells of a patient of {age}: check both.{_unless(kind)}"
    return ""


def _ages(kind: PatientKind) -> str:
    youngest, oldest = kind.ages
    return "the first year of life" if (youngest, oldest) == (0, 0) else f"ages {youngest} to {oldest}"


def _unless(kind: PatientKind) -> str:
    return f" It stands only when {kind.unless}." if kind.unless else ""


RULE = Rule(ID, "Diagnoses fit the patient's age and sex", _SOURCE, check)
