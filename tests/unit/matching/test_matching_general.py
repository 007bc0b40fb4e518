"""Conditions that no family is written for, proposed from the tabular list itself; and what must hold of every code so proposed."""

from __future__ import annotations

import itertools
import os
import random
from datetime import date

import pytest

from consultant.matching.match import Matcher
from consultant.model.coding import Confidence

RECEIVED = date(2026, 11, 20)
MANY = int(os.environ.get("CONSULTANT_TEST_PHRASES", "400"))
"""So many generated mails are read; 10000 for a thorough run."""
_SIDES = ("", "right ", "left ", "bilateral ")
_FRAMES = (
    "Dx: {}.\nPlease code.",
    "POSTOPERATIVE DIAGNOSIS: {}",
    "Patient seen for {}. ICD-10-CM?",
    "Assessment: {}. Path pending.",
    "54 yo F with {}, follow-up visit.",
)


@pytest.fixture(scope="module")
def read(knowledge):
    matcher = Matcher(knowledge)
    return lambda text: matcher.read(text, RECEIVED)


def codes(reading):
    return [diagnosis.code for diagnosis in reading.diagnoses]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Right orbit, edema. Dx code?", "H05.221"),
        ("POSTOPERATIVE DIAGNOSIS: Chalazion, left upper eyelid", "H00.14"),
        ("Impression: grey baby syndrome.", "P93.0"),
        ("Dx: dengue fever. ICD-10-CM please?", "A90"),
        ("Sacral pressure ulcer, stage 3. Diagnosis?", "L89.153"),
        ("Diagnosis: eczematoid otitis externa in the right ear", "H60.541"),
    ],
)
def test_a_condition_without_a_family_is_coded_from_the_tabular_list(read, text, code):
    assert codes(read(text)) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Dx: rule out dengue fever.",
        "No evidence of dengue fever.",
        "Dengue fever vaccine given today.",
        "Mother has dengue fever.",
        "Dengue fever screening.",
        "TECHNIQUE: the chalazion clamp was placed.",
    ],
)
def test_what_is_denied_uncertain_someone_elses_or_a_service_is_no_diagnosis(read, text):
    assert {"A90", "H00.19"}.isdisjoint(codes(read(text)))


def test_a_side_that_is_not_told_is_asked_and_the_unspecified_code_is_said_to_be_so(read):
    reading = read("Dx: pterygium. Please code.")
    (found,) = reading.diagnoses

    assert (found.code, found.confidence) == ("H11.009", Confidence.MEDIUM)
    assert any("not told" in sentence for sentence in found.because)
    assert any("pterygium" in question.question for question in reading.questions)


def test_a_symptom_gives_way_to_a_stated_cause(read):
    assert codes(read("Dx: tremor and grey baby syndrome.")) == ["P93.0"]


def test_the_words_of_the_mail_stand_behind_each_diagnosis(read):
    reading = read("Dx: chalazion of the left upper eyelid.")
    (evidence,) = reading.diagnoses[0].evidence

    assert evidence.span.of(reading.text) == evidence.text == "chalazion of the left upper eyelid"


def test_the_same_mail_gives_the_same_reading(read):
    text = "Assessment: pterygium right eye, hydrocele, chalazion."

    assert read(text) == read(text)


def test_a_fuller_name_outranks_the_symptom_inside_it(read):
    assert codes(read("Dx: dengue fever.")) == ["A90"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("40-year-old man, morbid obesity, BMI 47.6.", "Z68.42"),
        ("Obesity with BMI of 30.96.", "Z68.30"),
        ("Morbid obesity, BMI: 71", "Z68.45"),
    ],
)
def test_the_body_mass_index_is_coded_beside_a_diagnosis_of_weight(read, text, code):
    assert code in codes(read(text))


@pytest.mark.parametrize("text", ["Low back pain, BMI 47.6.", "12 yo with obesity, BMI 31.0."])
def test_the_body_mass_index_is_not_coded_alone_or_for_a_child(read, text):
    assert not any(code.startswith("Z68") for code in codes(read(text)))


def phrases(knowledge, number):
    """Names of conditions drawn from the keys of ICD-10-CM, one to three in a mail, in the frames of mails."""
    keys = sorted(knowledge.conditions.keys)
    draw = random.Random(7)  # noqa: S311  (the same mails in every run)
    for _ in range(number):
        named = [draw.choice(_SIDES) + draw.choice(keys).replace("-", "no ") for _ in range(draw.randint(1, 3))]
        yield draw.choice(_FRAMES).format(", ".join(named))


def test_every_code_proposed_is_billable_whole_and_at_peace_with_the_others(read, knowledge):
    proposed = 0
    for text in phrases(knowledge, MANY):
        found = codes(read(text))
        proposed += len(found)
        assert [code for code in found if not knowledge.billable(code, RECEIVED)] == [], text
        for code in found:
            takes = knowledge.diagnosis(code).seventh_characters
            assert not takes or len(code.replace(".", "")) == 7, (text, code)
        for one, other in itertools.combinations(found, 2):
            assert knowledge.excludes1(one, other) is None, (text, one, other)
    assert proposed > MANY / 4
