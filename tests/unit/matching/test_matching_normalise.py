"""One spelling of characters, and the folded view with its way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.folded import fold, fold_phrase
from consultant.matching.normalise import case_text, normalise


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str):
    assert normalise(text) == normalise(normalise(text))


def test_line_ends_blanks_quotes_and_dashes_get_one_spelling():
    assert normalise("DXA\u00a0\u2013 \u201chip\u201d\r\nit\u2019s 2\u00d73\u200b cm  \r\n") == 'DXA - "hip"\nit\'s 2x3 cm'


def test_many_empty_lines_become_one():
    assert normalise("a\n\n\n\n\nb") == "a\n\nb"


def test_control_characters_and_lone_surrogates_are_dropped():
    assert normalise("a\x00b\ud800c") == "abc"


def test_the_case_text_names_its_subject_on_the_first_line():
    assert case_text("dxa\n today", "Hi") == "Subject: dxa today\n\nHi"


def test_the_case_text_without_a_subject_is_its_body():
    assert case_text(" ", "Hi") == "Hi"


@given(st.text())
def test_every_folded_character_knows_an_ascending_place_in_the_text(text: str):
    folded = fold(text)
    assert len(folded.text) == len(folded.places)
    assert folded.places == sorted(set(folded.places))
    assert all(0 <= place < len(text) for place in folded.places)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_a_folded_letter_is_the_letter_at_its_place(text: str):
    folded = fold(text)
    assert all(text[p].lower() == c for c, p in zip(folded.text, folded.places, strict=True) if c.isalnum())


def test_hyphens_and_blanks_fold_into_one_space_and_apostrophes_vanish():
    assert fold("X-ray \n of  patient's").text == "x ray of patients"


def test_an_empty_line_stays_a_break_that_no_phrase_crosses():
    assert fold("hip\n\nspine").text == "hip\nspine"


def test_a_phrase_is_folded_like_the_text():
    assert fold_phrase("Dual-Energy  X-ray") == "dual energy x ray"


def test_a_folded_range_finds_back_to_its_span():
    folded = fold("an  X-ray  film")
    start = folded.text.index("x ray")
    assert folded.span(start, start + 5).of("an  X-ray  film") == "X-ray"
