from __future__ import annotations

from dataclasses import replace

import pytest
from claims import diagnosis, frans_reading, line, proposed, reading
from drafting_letters import analysis

from consultant.drafting.opening import opening
from consultant.model.analysis import Analysis, Answer, CaseKind
from consultant.model.coding import Confidence


def first(one) -> str:
    return opening(analysis(one))[0]


def test_one_line_with_its_diagnoses():
    one = reading(ours=(line("77085", diagnoses=("M81.0",)),), diagnoses=(diagnosis("M81.0"),))

    assert first(one) == "Bill 77085 with M81.0."


def test_lines_on_different_diagnoses_are_told_apart():
    ours = (line("77085", diagnoses=("M81.0",)), line("20610", modifiers=("LT",), diagnoses=("R05.1",)))

    assert first(reading(ours=ours)) == "Bill 77085 with M81.0, and 20610-LT with R05.1."


def test_units_are_named_when_there_are_several():
    assert first(reading(ours=(line("J1010", units=40),))) == "Bill J1010 x40."


def test_many_lines_are_left_to_the_table():
    ours = tuple(line(code) for code in ("77085", "20610", "J1010", "64635", "0750T"))

    assert first(reading(ours=ours)) == "Bill the five lines below."


def test_diagnoses_alone_are_coded():
    assert first(reading(diagnoses=(diagnosis("M81.0"), diagnosis("Z78.0")))) == "Code M81.0 and Z78.0."


def test_a_claim_that_agrees_is_told_so():
    one = reading(ours=(line("77085"),), theirs=(proposed("77085"),))

    assert first(one) == "Yes, your codes stand: bill 77085."


def test_a_changed_modifier_is_not_told_as_a_code_to_leave_off():
    one = reading(ours=(line("20610", modifiers=("LT",)),), theirs=(proposed("20610"),))

    assert first(one) == "Bill 20610-LT."


def test_only_codes_to_leave_off_make_a_sentence_too():
    assert first(reading(theirs=(proposed("77082"),))) == "Do not bill 77082."


def test_a_direct_answer_needs_no_opening():
    empty = Analysis(reading(), answers=(Answer("units", "One unit.", (), ()),))

    assert opening(empty) == ()


def test_nothing_to_name_is_said():
    assert opening(Analysis(reading())) == ("From the words of your mail I cannot name a code yet.",)
    asked = Analysis(reading(kind=CaseKind.QUESTION))
    assert opening(asked) == ("Nothing written up here answers your question yet.",)


@pytest.mark.parametrize(("level", "words"), [(Confidence.MEDIUM, "fairly sure"), (Confidence.LOW, "best reading")])
def test_doubt_is_told_in_words(level, words):
    ours = replace(frans_reading().procedures[0], confidence=level)
    sentences = opening(analysis(replace(frans_reading(), procedures=(ours,))))

    assert words in sentences[1]
