"""Coding rules over a reading: what is wrong, what is in order, what could not be checked, and the audit.

``run`` is the story of the package. The order of the rules is the table here and nowhere else; it decides the order of findings
in a letter, and which of two conflicts takes a code out first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from consultant.coding.asking import with_sides
from consultant.coding.audit import audit, unjudged
from consultant.coding.placing import place
from consultant.coding.rule import Rule
from consultant.coding.rules import (
    add_on,
    bilateral,
    category_iii,
    code_limits,
    code_validity,
    combination_codes,
    companion_codes,
    component,
    denial,
    diagnosis_support,
    drug_codes,
    drug_waste,
    excludes1,
    family_bundles,
    first_listed,
    global_period,
    medicare_status,
    modifier_use,
    ncci_ptp,
    neoplasm_behavior,
    pathological_fracture,
    patient_fit,
    payer_code,
    place_of_service,
    repeats,
    seventh_character,
    specialty_fit,
    surgeons,
    table_editions,
    time_threshold,
    units,
    unlisted,
)
from consultant.coding.settle import sequenced, settle
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Disposition, Reading
from consultant.model.finding import AuditLine, Finding

BEFORE_SETTLING: tuple[Rule, ...] = (
    # First whether each code exists and is whole: what does not exist cannot be mended by any later rule.
    code_validity.RULE,
    seventh_character.RULE,
    # Then codes against each other, because a code that falls away needs no look at its units or its payment.
    family_bundles.RULE,
    ncci_ptp.RULE,
    excludes1.RULE,
)
AFTER_SETTLING: tuple[Rule, ...] = (
    # What is left is looked at line by line: beside which code, how often, how long, for whom.
    add_on.RULE,
    units.RULE,
    repeats.RULE,
    time_threshold.RULE,
    code_limits.RULE,
    # Then the modifiers: which part, which side, by whom, around which operation, and whether each stands where it can.
    component.RULE,
    bilateral.RULE,
    surgeons.RULE,
    global_period.RULE,
    modifier_use.RULE,
    drug_waste.RULE,
    # Then the diagnoses that are left: with each other, in their order, and against the patient.
    combination_codes.RULE,
    pathological_fracture.RULE,
    neoplasm_behavior.RULE,
    drug_codes.RULE,
    first_listed.RULE,
    companion_codes.RULE,
    patient_fit.RULE,
    # Last what a payer makes of a claim that is right as coded.
    diagnosis_support.RULE,
    place_of_service.RULE,
    category_iii.RULE,
    unlisted.RULE,
    payer_code.RULE,
    medicare_status.RULE,
    specialty_fit.RULE,
    table_editions.RULE,
)
RULES = (*BEFORE_SETTLING, *AFTER_SETTLING)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the coding rules make of a reading. ``reading`` holds the suggestions as they stand after the rules."""

    reading: Reading
    findings: tuple[Finding, ...]
    audit: tuple[AuditLine, ...]


def run(reading: Reading, knowledge: Knowledge, on: date | None = None) -> Judgement:
    """Check a reading by every rule; ``on`` overrides its date of service. Pure: the same input gives the same judgement."""
    dated = reading if on is None else replace(reading, date_of_service=on)
    if dated.disposition is Disposition.IGNORE:
        return Judgement(dated, (), ())
    placed, put = place(dated, knowledge)
    conflicts = _checked(BEFORE_SETTLING, placed, knowledge)
    settled, left_out = settle(placed, conflicts)
    asked = with_sides(sequenced(settled, knowledge), knowledge)
    findings = (*conflicts, *left_out, *put, *_checked(AFTER_SETTLING, asked, knowledge))
    findings = (*findings, *denial.explain(asked, findings, knowledge))
    lines = audit(asked, findings, knowledge)
    return Judgement(asked, (*findings, *unjudged(asked, lines, knowledge)), lines)


def check(reading: Reading, knowledge: Knowledge) -> Judgement:
    """Check a reading as it stands, and change nothing in it: its lines are a person's word. Pure."""
    findings = _checked(RULES, reading, knowledge)
    findings = (*findings, *denial.explain(reading, findings, knowledge))
    lines = audit(reading, findings, knowledge)
    return Judgement(reading, (*findings, *unjudged(reading, lines, knowledge)), lines)


def _checked(rules: tuple[Rule, ...], reading: Reading, knowledge: Knowledge) -> tuple[Finding, ...]:
    return tuple(finding for rule in rules for finding in rule.check(reading, knowledge))
