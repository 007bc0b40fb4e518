"""The data tables of language, and what is refused in them."""

from __future__ import annotations

import pytest

from consultant.errors import KnowledgeError
from consultant.matching.context_rules import Category, context_rules
from consultant.matching.fact_rules import date_words, fact_phrases
from consultant.matching.tables import read_table, refuse_unknown, words_of

TABLES = (
    "context_rules.json",
    "fact_rules.json",
    "kind_rules.json",
    "noise_rules.json",
    "phrase_rules.json",
    "quantity_rules.json",
    "search_rules.json",
    "section_rules.json",
    "sentence_rules.json",
    "sequence_rules.json",
)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_one_object(name: str):
    assert read_table(name)


def test_an_unknown_key_is_refused_with_its_place():
    with pytest.raises(KnowledgeError, match="rule 3: unknown key 'litral'"):
        refuse_unknown({"litral": []}, ("literal",), "rule 3")


def test_a_list_of_words_must_be_a_list():
    with pytest.raises(KnowledgeError, match="must be a list of words"):
        words_of({"words": "dxa"}, "words", "here")


def test_an_absent_list_is_empty():
    assert words_of({}, "words", "here") == ()


def test_a_literal_with_a_list_stands_for_each_word_of_it():
    literals = {phrase for rule in context_rules().rules for phrase in rule.literal}
    assert {"mother had", "sister had", "at another facility"} <= literals


def test_categories_that_set_no_assertion_say_so():
    assert [Category.TERMINATOR.assertion, Category.PSEUDO.assertion, Category.PERFORMED.assertion] == [None, None, None]


def test_every_fact_phrase_has_a_name_and_a_value():
    assert all(phrase and meaning.name and meaning.value for phrase, meaning in fact_phrases())


def test_words_before_the_date_of_service_are_tried_longest_first():
    assert list(date_words()) == sorted(date_words(), key=len, reverse=True)
