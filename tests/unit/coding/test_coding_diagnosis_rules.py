"""The conventions of ICD-10-CM as coding rules, over the real release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claims import diagnosis, proposed, reading
from coding_asserts import checked, hits

from consultant.coding.chain import run
from consultant.coding.companions import in_order
from consultant.coding.rules import (
    combination_codes,
    companion_codes,
    drug_codes,
    first_listed,
    neoplasm_behavior,
    pathological_fracture,
    patient_fit,
)
from consultant.model.analysis import Reading
from consultant.model.clinical import Fact
from consultant.model.finding import Outcome


def ours(*codes: str, facts: tuple[Fact, ...] = ()) -> Reading:
    return replace(reading(diagnoses=tuple(map(diagnosis, codes))), facts=facts)


def theirs(*codes: str) -> Reading:
    return reading(theirs=tuple(map(proposed, codes)))


def told(rule, of, knowledge):
    return [hit.codes for hit in hits(checked(rule, of, knowledge))]


@pytest.mark.parametrize(
    ("codes", "instead"),
    [(("I10", "I50.9"), "I11.0"), (("I10", "N18.4"), "I12.9"), (("E11.9", "N18.31"), "E11.22"), (("J44.9", "J20.9"), "J44.0")],
)
def test_two_diagnoses_that_one_code_says_are_told_with_that_code(knowledge, codes, instead):
    (hit,) = hits(checked(combination_codes.RULE, theirs(*codes), knowledge))

    assert hit.codes == codes
    assert instead in hit.text
    assert "guideline" in hit.source


def test_diagnoses_without_a_combination_give_no_finding(knowledge):
    assert told(combination_codes.RULE, ours("I10", "M81.0"), knowledge) == []


@pytest.mark.parametrize(
    ("codes", "named"),
    [
        (("W54.0XXA", "S61.451A"), ("W54.0XXA",)),
        (("Z79.4", "E11.9"), ("Z79.4",)),
        (("B96.20", "N39.0"), ("B96.20",)),
        (("D64.9", "O99.013"), ("O99.013", "D64.9")),
        (("C50.911", "Z51.11"), ("Z51.11", "C50.911")),
        (("K63.5", "Z12.11"), ("Z12.11", "K63.5")),
    ],
)
def test_the_wrong_diagnosis_first_is_told(knowledge, codes, named):
    assert told(first_listed.RULE, theirs(*codes), knowledge) == [named]


def test_a_list_in_its_order_is_clean(knowledge):
    (finding,) = checked(first_listed.RULE, theirs("Z12.11", "K63.5"), knowledge)

    assert finding.outcome is Outcome.CLEAN


def test_only_status_codes_give_no_finding_of_order(knowledge):
    assert told(first_listed.RULE, ours("Z79.4", "Z95.0"), knowledge) == []


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("N40.0", {"sex": "female"}),
        ("O26.899", {"sex": "male"}),
        ("P59.9", {"age": "30"}),
        ("H25.12", {"age": "6"}),
        ("O26.899", {"age": "70"}),
    ],
)
def test_a_diagnosis_that_does_not_fit_the_patient_is_told(knowledge, code, facts):
    of = ours(code, facts=tuple(Fact(name, value, ()) for name, value in facts.items()))

    assert told(patient_fit.RULE, of, knowledge) == [(code,)]


def test_a_diagnosis_that_fits_is_clean_and_without_facts_nothing_is_said(knowledge):
    fits = ours("N40.0", facts=(Fact("sex", "male", ()), Fact("age", "70", ())))

    assert [one.outcome for one in checked(patient_fit.RULE, fits, knowledge)] == [Outcome.CLEAN]
    assert checked(patient_fit.RULE, ours("N40.0"), knowledge) == ()


def test_a_traumatic_fracture_beside_osteoporosis_is_told(knowledge):
    assert told(pathological_fracture.RULE, theirs("S72.002A", "M81.0"), knowledge) == [("S72.002A", "M81.0")]
    assert told(pathological_fracture.RULE, theirs("S72.002A", "I10"), knowledge) == []


def test_uncertain_behavior_while_pathology_is_awaited_is_told(knowledge):
    waiting = replace(theirs("D48.5"), text="Shave biopsy, path pending.")

    assert told(neoplasm_behavior.RULE, waiting, knowledge) == [("D48.5",)]
    assert told(neoplasm_behavior.RULE, replace(waiting, text="Pathology: behavior uncertain."), knowledge) == []


@pytest.mark.parametrize(
    ("codes", "wrong"),
    [
        (("T45.1X5A", "I42.7"), [("T45.1X5A",)]),
        (("I42.7", "T45.1X5A"), []),
        (("R40.20", "T40.2X1A"), [("T40.2X1A",)]),
        (("T40.2X1A", "R40.20"), []),
        (("T38.3X6A", "E11.65"), [("T38.3X6A",)]),
    ],
)
def test_drug_codes_out_of_their_place_are_told(knowledge, codes, wrong):
    assert told(drug_codes.RULE, theirs(*codes), knowledge) == wrong


def test_a_manifestation_without_its_cause_is_told_and_with_it_clean(knowledge):
    alone = checked(companion_codes.RULE, ours("H42"), knowledge)
    beside = checked(companion_codes.RULE, ours("Q13.81", "H42"), knowledge)

    assert any("coded first" in hit.text for hit in hits(alone))
    assert any(one.outcome is Outcome.CLEAN and set(one.codes) == {"H42", "Q13.81"} for one in beside)


def test_our_diagnoses_are_put_in_the_order_that_the_notes_ask_for(knowledge):
    judged = run(ours("I50.9", "I11.0"), knowledge)

    assert [one.code for one in judged.reading.diagnoses] == ["I11.0", "I50.9"]


def test_ordering_keeps_every_code_and_is_at_rest_after_once(knowledge):
    codes = ("H42", "I50.9", "Q13.81", "I11.0", "M81.0", "N18.4", "E11.22")
    ordered = in_order(codes, knowledge)

    assert sorted(ordered) == sorted(codes)
    assert in_order(ordered, knowledge) == ordered
