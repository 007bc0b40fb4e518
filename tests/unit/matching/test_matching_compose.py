"""Composition: a general act whose words name method and place is the specific act."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_cast import CONCEPTS, FAMILIES, RECEIVED, family, staged, value

from consultant.knowledge.family import CodeFacts, Condition, Facet, FamilyCode
from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import match
from consultant.model.clinical import Assertion
from consultant.model.coding import System


def acts(text: str) -> list[str]:
    return [event.anchor.concept for event in staged(text).acts.performed]


@pytest.mark.parametrize(
    "text",
    [
        "Bone density of the heel by ultrasound.",
        "Bone density, sonogram, left heel.",
        "A sonogram for bone density of the heel.",
        "BMD at the heel was measured with an ultrasound unit.",
    ],
)
def test_a_general_act_with_its_method_is_the_specific_act(text: str):
    assert acts(text) == ["qus"]


def test_the_composition_with_most_parts_wins():
    assert acts("Bone density of the hip by ultrasound.") == ["rems"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DXA of the heel by ultrasound.", ["dxa"]),
        ("Bone density of the hip and a sonogram.", ["bone-density", "sonogram"]),
        ("Bone density of the hip, sonogram of the knee.", ["bone-density", "sonogram"]),
        ("Bone density of the heel. A sonogram was done.", ["bone-density", "sonogram"]),
        ("Bone density of the heel.", ["bone-density"]),
    ],
)
def test_an_act_without_its_method_is_not_composed(text: str, expected: list[str]):
    assert expected == acts(text)


def test_a_composed_act_shows_the_words_of_its_parts():
    scene = staged("Bone density of the heel by ultrasound.")
    anchor = scene.acts.performed[0].anchor
    assert [span.of(scene.text) for span in (anchor.span, *anchor.context)] == ["Bone density", "by ultrasound"]


def test_a_composed_act_that_was_only_asked_about_was_not_done():
    scene = staged("Can we bill a bone density of the heel by ultrasound?")
    assert [(e.anchor.concept, e.assertion) for e in scene.acts.others] == [("qus", Assertion.ASKED)]


def asking(*, gives_way: bool) -> Knowledge:
    codes = (
        FamilyCode("77080", System.CPT, "of the hip", (("method", ("dxa",)),), CodeFacts()),
        FamilyCode("76977", System.CPT, "by ultrasound", (("method", ("ultrasound",)),), CodeFacts()),
    )
    method = Facet(
        "method", (value("dxa", "by DXA", any=("dxa",)), value("ultrasound", "by ultrasound", any=("qus",))), "Which method?"
    )
    wakes_on = Condition(any=("bone-density",))
    one = family("method", facets=(method,), codes=codes, wakes_on=wakes_on)
    return Knowledge.of((*FAMILIES, replace(one, gives_way=gives_way)), CONCEPTS)


@pytest.mark.parametrize(("gives_way", "expected"), [(True, []), (False, ["77080"])])
def test_a_family_that_only_asks_gives_way_to_the_one_that_knows_better(expected: list[str], *, gives_way: bool):
    reading = match("DXA done today.", RECEIVED, asking(gives_way=gives_way))
    assert expected == [line.code for line in reading.procedures]


def test_a_family_that_only_asks_is_heard_when_no_other_answers():
    reading = match("Bone density done today.", RECEIVED, asking(gives_way=True))
    assert [q.question for q in reading.questions] == ["Which method?"]
