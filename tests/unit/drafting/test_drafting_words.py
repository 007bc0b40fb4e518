from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.drafting.words import (
    WIDTH,
    beside,
    clause,
    counted,
    day,
    first_and_rest,
    first_name,
    folded,
    listed,
    one_line,
    plain,
    quoted,
    readable_date,
    sentence,
    wrapped,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Fran Smith", "Fran"),
        ("Smith, Fran", "Fran"),
        ("Kline, CPC", "Kline"),
        ("Dr. Marisol Vega", "Marisol"),
        ("RENEE", "Renee"),
        ("jo", "Jo"),
        ("O'Brien", "O'Brien"),
        ("José Ruiz", "José"),
        ("D. Kline CPC", ""),
        ("Billing Department", ""),
        ("Medical Coding Team", ""),
        ("", ""),
        ("12345", ""),
        ("Fran\r\nBcc: x", "Fran"),
        ("<b>Fran</b>", ""),
    ],
)
def test_the_asker_is_called_by_the_first_name_when_there_is_one(name, expected):
    assert first_name(name) == expected


@pytest.mark.parametrize(("words", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_words_are_listed_as_in_english(words, expected):
    assert listed(words) == expected


def test_small_numbers_are_words():
    assert (counted(1, "fact"), counted(2, "fact"), counted(12, "fact")) == ("one fact", "two facts", "12 facts")


def test_dates_read_as_american_coders_write_them():
    assert day(date(2015, 1, 1)) == "January 1, 2015"
    assert readable_date("2026-04-01") == "April 1, 2026"
    assert readable_date("RVU25D, October 2025") == "RVU25D, October 2025"


def test_typographic_signs_become_plain_ones():
    assert plain("\u201cspine \u2013 hip\u201d \u2265 2 \u00d7 3\u2026") == '"spine - hip" >= 2 x 3...'


def test_a_quote_is_one_line_and_no_longer_than_a_glance():
    assert quoted('the "old"\nwedge') == "\"the 'old' wedge\""
    assert len(quoted("word " * 100)) <= 92


def test_a_sentence_ends_once():
    assert (sentence("both were done"), sentence("Both were done."), sentence("")) == ("Both were done.", "Both were done.", "")


def test_a_clause_loses_the_word_that_its_sentence_brings():
    assert (clause("if no VFA was done."), clause("no VFA was done")) == ("no VFA was done", "no VFA was done")


@given(st.text(max_size=400), st.text(alphabet="0123456789AXM.-", max_size=12))
def test_no_line_is_too_wide(text, label):
    assert all(len(one) <= WIDTH for one in (wrapped(text, "  - ") + "\n" + beside(text, label)).split("\n"))


@given(st.text(max_size=400))
def test_own_words_are_folded_once_and_for_all(text):
    once = folded(text)

    assert all(len(one) <= WIDTH for one in once.split("\n"))
    assert folded(once) == once


@given(st.text(max_size=200))
def test_one_line_is_one_line_of_printable_characters(text):
    line = one_line(text)

    assert len(line.splitlines()) <= 1
    assert all(unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"} for sign in line)


@given(st.text(max_size=200))
def test_plain_text_stays_as_it_is_a_second_time(text):
    assert plain(plain(text)) == plain(text)


def test_the_first_sentence_ends_at_no_abbreviation_number_or_code():
    text = "No: see ch. 12 of the manual and M81.0 vs. M80. It is included. Why not?"
    assert first_and_rest(text) == ("No: see ch. 12 of the manual and M81.0 vs. M80.", "It is included. Why not?")
    assert first_and_rest("One unit") == ("One unit", "")
