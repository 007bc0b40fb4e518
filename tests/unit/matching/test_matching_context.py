"""Assertion: each sentence is one that a coder could have written."""

from __future__ import annotations

import pytest
from matching_cast import assertion, cues_of

from consultant.model.clinical import Assertion

A = Assertion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DXA of the hip was done today.", A.PRESENT),
        ("No DXA.", A.ABSENT),
        ("A hip/spine DXA has NOT been done.", A.ABSENT),
        ("We did not repeat the DXA.", A.ABSENT),
        ("DXA was not done.", A.ABSENT),
        ("DXA not scanned.", A.ABSENT),
        ("Unable to do a DXA.", A.ABSENT),
        ("DXA could not be done.", A.ABSENT),
        ("We were not able to obtain the DXA.", A.ABSENT),
        ("My doctor wants to know if 77085 is right: DXA of the hip, we only read it.", A.PRESENT),
        ("Is 77085 right: DXA of the hip and VFA, Medicare?", A.PRESENT),
        ("Can we bill: DXA of the hip and VFA?", A.ASKED),
        ("Can we bill DXA of the hip and VFA?", A.ASKED),
        ("DXA on a CT done 3 years ago.", A.PRESENT),
        ("DXA of the hip done 3 years ago.", A.HISTORICAL),
        ("DXA and a CT done 3 years ago.", A.HISTORICAL),
        ("DXA not fully clear to us.", A.PRESENT),
        ("DXA (declined)", A.ABSENT),
        ("DXA: not done", A.ABSENT),
        ("Dxa: not done", A.ABSENT),
        ("No mammogram, ultrasound or DXA was done.", A.ABSENT),
        ("Mammogram was not done but DXA was done.", A.PRESENT),
        ("No mammogram was done and DXA was performed.", A.PRESENT),
        ("No significant change, DXA done.", A.PRESENT),
        ("No mammogram, hip DXA done.", A.PRESENT),
        ("Mammogram w/o and DXA w/o contrast", A.PRESENT),
        ("DXA will be done next year.", A.PLANNED),
        ("Plan to repeat DXA.", A.PLANNED),
        ("She may have a DXA at the hospital.", A.PLANNED),
        ("DXA to be done later", A.PLANNED),
        ("PLAN: DXA", A.PLANNED),
        ("PLAN: DXA done today", A.PRESENT),
        ("Her spine/hip DXA was done in June at another facility so we did NOT repeat it.", A.HISTORICAL),
        ("Hx: DXA 2 yrs ago", A.HISTORICAL),
        ("DXA of the hip of 11/02/2026, obtained at Mercy Hospital for pain.", A.HISTORICAL),
        ("DXA of the hip, mammogram at another facility.", A.PRESENT),
        ("Prior DXA was normal.", A.HISTORICAL),
        ("DXA in 2021 showed bone loss.", A.HISTORICAL),
        ("COMPARISON: DXA", A.HISTORICAL),
        ("DXA of the spine to monitor therapy, last one was 26 months ago.", A.PRESENT),
        ("Last DXA in March.", A.HISTORICAL),
        ("Her sister had DXA.", A.SOMEONE_ELSE),
        ("Do we add DXA?", A.ASKED),
        ("My biller wants DXA added.", A.ASKED),
        ("Is DXA with this bundled?", A.ASKED),
        ("Which code for DXA of the hip?", A.PRESENT),
        ("Can you code this DXA?", A.PRESENT),
        ("How often does Medicare cover DXA?", A.ASKED),
    ],
)
def test_an_act_is_held_as_the_sentence_says(text: str, expected: Assertion):
    assert expected is assertion(text, "dxa")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Known osteoporosis.", A.PRESENT),
        ("No fracture, no osteoporosis.", A.ABSENT),
        ("Denies knee pain, fracture, osteoporosis.", A.ABSENT),
        ("No symptoms, mother had osteoporosis.", A.SOMEONE_ELSE),
        ("Possible osteoporosis.", A.POSSIBLE),
        ("Rule out osteoporosis", A.POSSIBLE),
        ("Findings consistent with osteoporosis.", A.POSSIBLE),
        ("70 year old with osteoporosis", A.PRESENT),
        ("Family history: osteoporosis", A.SOMEONE_ELSE),
        ("No family hx of osteoporosis", A.ABSENT),
        ("Osteoporosis since 2010", A.PRESENT),
        ("osteoporosis dx in 2015", A.PRESENT),
        ("Osteoporosis ruled out", A.ABSENT),
        ("INDICATION: osteoporosis", A.PRESENT),
        ("Osteoporosis due to steroids, fracture risk high", A.PRESENT),
    ],
)
def test_a_condition_is_held_as_the_sentence_says(text: str, expected: Assertion):
    assert expected is assertion(text, "osteoporosis")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fracture 2021", A.HISTORICAL),
        ("old fracture", A.HISTORICAL),
        ("fracture, healed", A.HISTORICAL),
        ("history of fracture", A.HISTORICAL),
        ("overall fracture risk: high", A.POSSIBLE),
        ("fracture risk", A.POSSIBLE),
        ("no new fracture", A.ABSENT),
        ("fracture not seen", A.ABSENT),
    ],
)
def test_a_fracture_is_held_as_the_words_say(text: str, expected: Assertion):
    assert expected is assertion(text, "fracture")


def test_the_phrase_that_set_the_assertion_is_kept():
    cue = cues_of("No DXA.")[0]
    assert [span.of("No DXA.") for span in cue.context] == ["No"]


def test_a_phrase_that_reaches_into_a_cue_still_denies_it():
    assert assertion("No personal or family history of osteoporosis.", "family-history-osteoporosis") is A.ABSENT


def test_a_denial_does_not_leave_its_bracket():
    assert assertion("CT (no fracture found) and DXA", "dxa") is A.PRESENT


def test_a_side_of_a_dated_act_is_past_too():
    assert assertion("Right shoulder was fixed in 2020.", "right") is A.HISTORICAL


def test_what_was_thought_before_the_operation_gives_way_to_the_diagnosis_after_it():
    text = "PREOPERATIVE DIAGNOSIS: Meniscus tear.\nPOSTOPERATIVE DIAGNOSIS: Knee pain."
    assert assertion(text, "meniscus-tear") is A.POSSIBLE


def test_without_a_diagnosis_after_it_the_one_before_the_operation_stands():
    assert assertion("PREOPERATIVE DIAGNOSIS: Meniscus tear.", "meniscus-tear") is A.PRESENT
