from __future__ import annotations

from claims import diagnosis, knowledge, proposed, reading
from coding_asserts import KNOWLEDGE, checked, hits

from consultant.coding.rules.excludes1 import RULE
from consultant.model.finding import Outcome, Severity


def test_two_proposed_diagnoses_that_exclude_each_other_are_an_error_with_the_note():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("M80.08XA"), proposed("M81.0")))))

    assert hit.severity is Severity.ERROR
    assert "M81: osteoporosis with current pathological fracture" in hit.text


def test_our_diagnosis_against_a_proposed_one_is_a_warning():
    (hit,) = hits(checked(RULE, reading(diagnoses=(diagnosis("M81.0"),), theirs=(proposed("M80.08XA"),))))

    assert hit.severity is Severity.WARNING


def test_a_symptom_of_ours_stands_last_as_the_one_that_gives_way():
    (hit,) = hits(checked(RULE, reading(diagnoses=(diagnosis("R29.890"), diagnosis("M81.0")))))

    assert hit.codes == ("M81.0", "R29.890")
    assert hit.severity is Severity.ERROR


def test_a_conflict_of_ours_without_a_symptom_is_left_to_the_consultant():
    (hit,) = hits(checked(RULE, reading(diagnoses=(diagnosis("M80.08XA"), diagnosis("M81.0")))))

    assert hit.severity is Severity.WARNING


def test_diagnoses_that_may_stand_together_are_clean():
    (finding,) = checked(RULE, reading(diagnoses=(diagnosis("M81.0"), diagnosis("Z87.310"))))

    assert finding.outcome is Outcome.CLEAN


def test_one_diagnosis_or_no_table_gives_no_finding():
    assert tuple(RULE.check(reading(diagnoses=(diagnosis("M81.0"),)), KNOWLEDGE)) == ()
    both = reading(diagnoses=(diagnosis("M80.08XA"), diagnosis("M81.0")))
    assert tuple(RULE.check(both, knowledge(with_diagnoses=False))) == ()
