from __future__ import annotations

from datetime import date

import pytest
from claims import diagnosis, knowledge, line, proposed, reading
from coding_asserts import KNOWLEDGE, checked, hit_codes, hits, of

from consultant.coding.rules.code_validity import RULE
from consultant.model.finding import Outcome, Severity


def test_a_deleted_code_names_its_date_and_its_successors():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("77082"),))))

    assert hit.severity is Severity.ERROR
    assert "deleted on January 1, 2015" in hit.text
    assert "77085 or 77086" in hit.text


@pytest.mark.parametrize(("on", "expected"), [(date(2014, 12, 31), ()), (date(2015, 1, 1), (("77082",),))])
def test_the_last_day_of_a_code_is_the_day_before_it_ended(on, expected):
    assert expected == hit_codes(RULE, reading(theirs=(proposed("77082"),), on=on))


@pytest.mark.parametrize(("on", "expected"), [(date(2022, 12, 31), (("0743T",),)), (date(2023, 1, 1), ())])
def test_a_code_is_not_valid_before_its_first_day(on, expected):
    assert expected == hit_codes(RULE, reading(ours=(line("0743T"),), on=on))


def test_an_unknown_procedure_code_is_said_to_be_unknown_and_never_invalid():
    (finding,) = checked(RULE, reading(theirs=(proposed("99213"),)))

    assert finding.outcome is Outcome.NO_DATA
    assert finding.codes == ("99213",)


def test_a_known_code_without_deletion_is_written_down_as_clean():
    (finding,) = checked(RULE, reading(ours=(line("77085"),)))

    assert finding.outcome is Outcome.CLEAN
    assert finding.codes == ("77085",)


def test_a_diagnosis_heading_is_not_complete_and_names_the_codes_below_it():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("R05"),))))

    assert hit.severity is Severity.ERROR
    assert "heading" in hit.text
    assert "R05.1 or R05.9" in hit.text


def test_a_diagnosis_code_that_icd_10_cm_does_not_have_is_said_not_to_exist():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("M81.7"),))))

    assert "does not exist" in hit.text
    assert "M81.0 or M81.8" in hit.text


def test_a_code_that_lacks_only_its_seventh_character_is_left_to_that_rule():
    assert hit_codes(RULE, reading(theirs=(proposed("M80.08"),))) == ()


def test_without_icd_10_cm_nothing_is_said_of_a_diagnosis_but_that():
    (finding,) = checked(RULE, reading(theirs=(proposed("M81.7"),)), knowledge(with_diagnoses=False))

    assert finding.outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("on", "expected"), [(date(2027, 9, 30), 0), (date(2027, 10, 1), 1)])
def test_a_date_of_service_after_the_edition_is_told(on, expected):
    findings = checked(RULE, reading(diagnoses=(diagnosis("M81.0"),), on=on))

    assert expected == len(of(Outcome.NO_DATA, findings))


def test_no_code_gives_no_finding():
    assert tuple(RULE.check(reading(), KNOWLEDGE)) == ()
