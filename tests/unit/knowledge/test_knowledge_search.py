from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.wording import likeness, line_of
from consultant.model.coding import System


def codes(hits):
    return [hit.code for hit in hits]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("osteoporosis", "M81.0"),
        ("hypertension", "I10"),
        ("type 2 diabetes with neuropathy", "E11.40"),
        ("acute myocardial infarction", "I21.9"),
        ("long term use of bisphosphonates", "Z79.83"),
        ("height loss", "R29.890"),
        ("screening for osteoporosis", "Z13.820"),
        ("pain in right shoulder", "M25.511"),
        ("right knee primary osteoarthritis", "M17.11"),
        ("vitamin B12 deficiency anemia", "D51.9"),
        ("vitamin B12 deficiency", "E53.8"),
        ("copd exacerbation", "J44.1"),
        ("dexa hip", "77080"),
        ("heel ultrasound", "76977"),
        ("os calcis bmd", "76977"),
    ],
)
def test_words_find_the_code_that_says_them(small, words, first):
    assert codes(small.search(words))[0] == first


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("M81.0", ["M81.0"]),
        ("m810", ["M81.0"]),
        ("M81", ["M81", "M81.0", "M81.6", "M81.8"]),
        ("7708", ["77080", "77081", "77085", "77082"]),
        ("77080", ["77080"]),
        ("S72.001A", ["S72.001A"]),
        ("9999", []),
    ],
)
def test_the_beginning_of_a_code_finds_the_exact_code_first_and_live_before_deleted(small, words, found):
    assert codes(small.search(words)) == found


def test_the_last_word_may_be_the_beginning_of_one(small):
    assert codes(small.search("bone dens", system=System.CPT)) == codes(small.search("bone density", system=System.CPT))


def test_a_code_among_words_comes_first_and_words_after_it(small):
    found = codes(small.search("M81.0 hypertension"))

    assert found[:2] == ["M81.0", "I10"]


def test_a_word_that_only_looks_like_a_code_is_searched_as_a_word(small):
    assert "D51.9" in codes(small.search("B12 deficiency"))


def test_codes_with_all_words_come_before_codes_with_some(small):
    hits = small.search("screening osteoporosis", limit=5)
    scores = [hit.score for hit in hits]

    assert hits[0].code == "Z13.820"
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.5 > scores[1]


def test_a_billable_code_comes_before_a_category_of_the_same_score(small):
    hits = [hit for hit in small.search("vitamin b12 deficiency") if hit.code in {"D51", "D51.9"}]

    assert [(hit.code, hit.billable) for hit in hits] == [("D51.9", True), ("D51", False)]


def test_words_of_a_seventh_character_find_the_code_that_has_it(small):
    hits = small.search("age-related osteoporosis with current pathological fracture vertebra initial encounter")

    assert (hits[0].code, hits[0].billable) == ("M80.08XA", True)


def test_a_search_can_be_kept_to_one_system(small):
    assert {hit.system for hit in small.search("bone density", system=System.CPT)} == {System.CPT}
    assert {hit.system for hit in small.search("bone density", system=System.ICD10CM)} == {System.ICD10CM}
    assert small.search("bone density", system=System.HCPCS) == ()
    assert small.search("M81.0", system=System.CPT) == ()


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_no_more_hits_than_asked_for(small, limit):
    assert len(small.search("fracture", limit=limit)) == limit
    assert len(small.search("S72", limit=limit)) == limit
    assert len(small.search("fracture of femur initial encounter", limit=limit)) == limit


@pytest.mark.parametrize("words", ["", "   ", "of the", "?!", '"', "cpt code for"])
def test_words_that_say_nothing_find_nothing(small, words):
    assert small.search(words) == ()


@given(words=st.text(max_size=60))
def test_any_words_are_searched_without_error_and_with_one_answer(small, words):
    first = small.search(words, limit=3)

    assert small.search(words, limit=3) == first
    assert len({hit.code for hit in first}) == len(first) <= 3
    assert all(0 <= hit.score <= 1 for hit in first)


@pytest.mark.parametrize(
    "words", ['"bone" OR', "bone AND NEAR(", "title:bone", "bone*", "-bone", "bone^2", "NOT bone", "{bone}", "a" * 5000]
)
def test_the_language_of_the_index_is_not_spoken_by_those_who_search(small, words):
    assert isinstance(small.search(words), tuple)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hypertension (arterial) (benign) (systemic)", "hypertension"),
        ("Osteoporosis NOS", "osteoporosis"),
        ("Fractures of the hip, unspecified", "fracture hip"),
        ("Crohn's disease [regional enteritis]", "crohn s disease"),
        ("Unspecified", "unspecified"),
        ("abscess", "abscess"),
    ],
)
def test_a_line_is_what_counts_in_a_title(text, line):
    assert line_of(text) == line


def test_likeness_is_one_for_the_same_words_and_none_for_strange_ones():
    assert likeness("low back pain", ("low", "back", "pain")) == 1
    assert likeness("low back pain", ("pain", "low", "ba")) == 1
    assert likeness("low back pain", ("hip",)) == 0
    assert 0 < likeness("low back pain", ("back", "hip")) < 1
