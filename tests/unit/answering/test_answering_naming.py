"""What questions name: modifiers, places, days; and the one form of words."""

from __future__ import annotations

from datetime import date

import pytest

from consultant.answering.asked import is_question
from consultant.answering.naming import day_in, modifiers_in, places_in
from consultant.answering.words import stem, words_of

DAY = date(2026, 11, 20)
KNOWN = {"22", "25", "26", "50", "57", "58", "59", "78", "79", "90", "XS", "XU", "AS", "GA", "GY", "RT", "CT", "AI", "JZ"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("when do I use 25?", ("25",)),
        ("25 on 99213 w/ 11102?", ("25",)),
        ("59 vs XS", ("59", "XS")),
        ("explain modifier 58, 78 and 79", ("58", "78", "79")),
        ("can I put 59 on it?", ("59",)),
        ("is 77080-26 right", ("26",)),
        ("GA or GY?", ("GA", "GY")),
        ("what is modifier AS?", ("AS",)),
        ("is a CT billed AS one unit", ()),
        ("day 25 after surgery, 90 days later, age 50", ()),
        ("seen 22 months ago, 25 minutes", ()),
        ("POS 22 or 11", ()),
        ("in chapter 25 of the manual", ()),
    ],
)
def test_modifiers_are_known_by_their_company(text, found):
    assert modifiers_in(text, KNOWN) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what is POS 22?", ("22",)),
        ("place of service 11 vs 22", ("11", "22")),
        ("POS 2", ("02",)),
        ("22 days", ()),
        ("POS 77", ()),
    ],
)
def test_places_of_service_need_their_name(text, found):
    assert places_in(text, {"02", "11", "22"}) == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("valid on 2014-12-31?", date(2014, 12, 31)),
        ("on 3/1/2014", date(2014, 3, 1)),
        ("valid in 2014?", date(2014, 7, 1)),
        ("on 13/45/2014", DAY),
        ("what is 2014T", DAY),
    ],
)
def test_the_day_that_a_question_asks_about_is_read(text, day):
    assert day_in(text, DAY) == day


@pytest.mark.parametrize(
    ("one", "other"), [("billed", "billing"), ("policies", "policy"), ("codes", "coded"), ("bundled", "bundle")]
)
def test_forms_of_a_word_are_one(one, other):
    assert stem(one) == stem(other)


def test_abbreviations_are_written_out_and_small_words_left_out():
    assert words_of("Is the dx for a DEXA OK?") == words_of("diagnosis DXA ok")


@pytest.mark.parametrize("text", ["Can we bill it", "pls advise on 25", "59 vs XS", "hi, what is 77080", "Guidelines for E/M"])
def test_sentences_that_ask_are_known(text):
    assert is_question(text)


@pytest.mark.parametrize("text", ["Thanks, Moira", "The film was read on Monday.", "Dottie"])
def test_sentences_that_tell_are_no_questions(text):
    assert not is_question(text)
