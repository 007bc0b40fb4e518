"""Phrases, cues and what stands beside them."""

from __future__ import annotations

import pytest
from matching_cast import CONCEPTS, cues_of, seen, statements_of

from consultant.knowledge.folded import fold
from consultant.knowledge.phrasebook import Phrasebook, forms, spellings
from consultant.matching.cues import find_cues, phrase_index
from consultant.matching.phrases import PhraseIndex


@pytest.mark.parametrize(
    "text", ["DXA", "a dexa.", "DEXAs", "dual energy X-ray\nabsorptiometry", "Dual-Energy x-ray absorptiometry", "(dxa)"]
)
def test_a_phrase_is_found_in_any_case_hyphenation_and_number(text: str):
    assert seen(text) == ["dxa"]


@pytest.mark.parametrize("text", ["dxas2", "adxa", "hip\n\nspinex", "x ray absorptiometry"])
def test_a_phrase_is_found_only_between_word_boundaries(text: str):
    assert "dxa" not in seen(text)
    assert "spine" not in seen(text)


def test_a_phrase_inside_a_longer_one_is_no_cue():
    assert seen("vertebral fracture assessment") == ["vfa"]


def test_phrases_that_only_share_a_word_are_both_cues():
    assert seen("osteoporosis screening l1-l4 spine") == ["screening", "spine", "spine"]
    assert seen("torn meniscus tear") == ["meniscus-tear", "meniscus-tear"]


@pytest.mark.parametrize(
    ("text", "expected"), [("EGD shows GAVE today", ["ectasia"]), ("the nurse gave it", []), ("RN GAVE IT", [])]
)
def test_an_acronym_that_is_also_a_word_counts_in_capitals_only(text: str, expected: list[str]):
    assert expected == seen(text)


def test_no_phrase_runs_from_one_item_into_the_next():
    assert seen("- bone\n- density") == []


def test_a_hyphenated_phrase_is_also_found_closed_up():
    assert spellings("x-ray") == ("x ray", "xray")


@pytest.mark.parametrize(
    ("phrase", "plural"), [("biopsy", "biopsies"), ("metastasis", "metastases"), ("cross", "crosses"), ("hip", "hips")]
)
def test_the_last_word_is_also_found_in_the_plural(phrase: str, plural: str):
    assert plural in forms(phrase)


def test_short_words_have_no_plural():
    assert forms("lt") == ("lt",)


def test_an_index_without_phrases_finds_nothing():
    assert list(PhraseIndex((), Phrasebook.of(())).scan(fold("dxa"))) == []


def test_a_span_gives_the_words_of_the_text():
    text = "our  Dual-energy X-ray absorptiometry"
    cue = find_cues(text, phrase_index(CONCEPTS), statements_of(text)).cues[0]
    assert cue.span.of(text) == "Dual-energy X-ray absorptiometry"


def test_context_inside_a_cue_says_nothing_of_others():
    text = "family history of osteoporosis"
    contexts = find_cues(text, phrase_index(CONCEPTS), statements_of(text)).contexts
    assert [hit.rule.category.value for hit in contexts] == ["someone-else"]


def test_a_modifier_of_a_named_code_is_no_side():
    assert [cue.concept for cue in cues_of("Sending 20610-RT for the left knee.")] == ["left", "knee"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I think 20610 is right.", []),
        ("Is that the right code?", []),
        ("The hip was left alone.", ["hip"]),
        ("This is right knee pain.", ["right", "knee-pain"]),
        ("On the right.", ["right"]),
        ("Left hip.", ["left", "hip"]),
    ],
)
def test_right_and_left_are_sides_only_where_they_mean_a_side(text: str, expected: list[str]):
    assert expected == seen(text)
