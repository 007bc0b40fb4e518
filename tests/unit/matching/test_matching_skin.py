"""Sizes in families: several growths and wounds of one mail, each with its site, its size and its margins."""

from __future__ import annotations

from datetime import date

import pytest

from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher

RECEIVED = date(2026, 11, 20)


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge):
    return Matcher(knowledge)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Excision of 3 lesions: 0.5cm cheek, 1.1 cm nose, 2.0cm back. Path all benign nevi.",
            {("11440", 1), ("11442", 1), ("11402", 1)},
        ),
        (
            "Excised two lesions: BCC left nasal ala 0.7 cm with 3mm margins, and a benign nevus right forearm 0.5 cm, no margins.",
            {("11642", 1), ("11400", 1)},
        ),
        ("BCCs excised from the face: nose 0.6cm, forehead 1.1cm, 4mm margins each.", {("11642", 2)}),
        (
            "PROCEDURE: Excision of SCC, left forearm. The lesion measured 1.8 cm, margin 5 mm. Closed in layers, 4.2 cm.",
            {("11603", 1), ("12032", 1)},
        ),
        ("SCC scalp 2.0 x 1.5 cm excised with 5 mm margins, complex closure 6.5 cm", {("11623", 1), ("13121", 1)}),
        (
            "Lac repair only.\n\n1. Scalp 3.4 cm, staples\n2. L cheek 2.2 cm, layered closure\n3. L forearm 3.6 cm, simple nylon",
            {("12002", 1), ("12051", 1)},
        ),
        ("Complex repair, trunk, 7.5 cm", {("13101", 1)}),
        ("Complex repair, trunk, 18 cm", {("13101", 1), ("13102", 3)}),
        ("12 cm lac of thigh repaired with layered closure, 4cm lac of hand simple repair", {("12034", 1), ("12002", 1)}),
        ("Laceration of the right eyebrow 2.5cm and chin 1 cm, both closed with single layer nylon", {("12013", 1)}),
    ],
)
def test_sizes_choose_the_codes(text: str, expected: set[tuple[str, int]], matcher: Matcher):
    assert expected == {(line.code, line.units) for line in matcher.read(text, RECEIVED).procedures}


def test_the_reason_shows_how_the_amount_was_worked_out(matcher: Matcher):
    (line,) = matcher.read("Excision of BCC of the nose, lesion 0.8 cm with 0.2 cm margins.", RECEIVED).procedures
    assert any("0.8 + 2 x 0.2 = 1.2 cm" in sentence for sentence in line.because)


def test_a_size_at_another_place_is_no_size_of_the_act(matcher: Matcher):
    text = "Patient fell, 4 cm laceration of the right knee, left open. Also a 3 cm laceration of the lip closed in layers."
    assert [line.code for line in matcher.read(text, RECEIVED).procedures] == ["12052"]
