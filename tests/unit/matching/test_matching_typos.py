"""Long words with one typing error are read as what they mean; words of their own never are."""

from __future__ import annotations

import pytest
from matching_cast import RECEIVED

from consultant.knowledge.folded import fold
from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher
from consultant.matching.typos import Speller

SPELLER = Speller.of(("colonoscopy", "fracture", "catheter", "catheters", "ureterostomy", "interior", "removed"), ("interior",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("colonscopy", "colonoscopy"),
        ("colonoscoppy", "colonoscopy"),
        ("colnooscopy", "colonoscopy"),
        ("cohonoscopy", "colonoscopy"),
        ("fracturre", "fracture"),
    ],
)
def test_one_slip_in_a_long_word_is_mended(written: str, meant: str):
    assert SPELLER.meant_by(written) == meant


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("colonscpy", "two slips"),
        ("fractures", "another form of the word"),
        ("ureterotomy", "another ending names another act"),
        ("pracrture", "the first letter is wrong too"),
        ("removex", "the end tells the form"),
    ],
)
def test_other_words_are_left_alone(written: str, why: str):
    assert SPELLER.meant_by(written) is None, why


def test_known_words_are_never_mended():
    folded = fold("The interior of the bladder was inspected by Dr. Colonoscppy")
    assert SPELLER.mended(folded) is folded


def test_a_mended_word_keeps_the_place_of_the_written_one():
    text = "A colonscopy was done."
    mended = SPELLER.mended(fold(text))
    start = mended.text.index("colonoscopy")
    assert mended.span(start, start + len("colonoscopy")).of(text) == "colonscopy"


def test_evidence_quotes_the_word_as_written(knowledge: Knowledge):
    reading = Matcher(knowledge).read("Diagnostic colonoscpy to the cecum, normal.", RECEIVED)
    assert [line.code for line in reading.procedures] == ["45378"]
    assert "Diagnostic colonoscpy" in {evidence.text for evidence in reading.procedures[0].evidence}
