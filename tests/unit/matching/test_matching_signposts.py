"""Diagnoses as coders write them, and what the tables that lead to them must hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from consultant.errors import KnowledgeError
from consultant.matching import signposts as module
from consultant.matching.match import Matcher
from consultant.matching.signposts import signposts

RECEIVED = date(2026, 11, 20)
WRITTEN = Path(__file__).with_name("diagnoses_as_written.txt")


@pytest.fixture(scope="module")
def read(knowledge):
    matcher = Matcher(knowledge)
    return lambda text: [diagnosis.code for diagnosis in matcher.read(text, RECEIVED).diagnoses]


def test_phrases_as_coders_write_them_give_exactly_their_codes(read):
    wrong = {}
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        text, _, codes = line.rpartition(" | ")
        if set(found := read(text)) != set(codes.split()):
            wrong[text] = found
    assert wrong == {}


def test_every_place_that_a_signpost_leads_to_exists_and_ends_at_a_billable_code(knowledge):
    for row in signposts().rows:
        for code in (row.to, *row.also):
            sides = ({"right"}, {"right", "foot"})
            choices = [knowledge.conditions.most_specific(code, row.told | more) for more in sides]
            assert any(choice and knowledge.billable(choice.code) for choice in choices), row.to


def test_no_signpost_excludes_the_words_that_show_it():
    for row in signposts().rows:
        assert all(not (len(group) == 1 and group <= row.unless) for said in row.said for group in said), row.to


def test_a_word_of_exclusion_that_is_several_is_refused(monkeypatch):
    table = {"rows": [{"to": "A90", "said": ["dengue"], "unless": ["not this"]}]}
    monkeypatch.setattr(module, "read_table", lambda _: table)

    with pytest.raises(KnowledgeError, match="not one word"):
        signposts.__wrapped__()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Bradycardia due to metoprolol, adverse effect.", ["R00.1", "T44.7X5A"]),
        ("Preterm infant, 31 weeks, birth weight 1450 g.", ["P07.15", "P07.34"]),
        ("Newborn, 4 lb 13.6 oz, 34 weeks.", ["P07.18", "P07.37"]),
    ],
)
def test_what_a_drug_did_and_the_weight_at_birth_stand_first(read, text, order):
    assert read(text) == order


@pytest.mark.parametrize(
    "text",
    [
        "Colles fracture of the right wrist after a fall from a ladder. No external cause needed.",
        "POSTOPERATIVE DIAGNOSIS: Colles fracture of the right wrist after a fall from a ladder.",
        "Primary osteoarthritis of the right knee. She fell from a ladder.",
    ],
)
def test_an_outside_cause_is_left_out_where_it_is_not_wanted_or_nothing_is_injured(read, text):
    assert not any(code[0] in "VWXY" for code in read(text))
