"""Conditions over pools of cues, and the lexicon's is-a."""

from __future__ import annotations

import pytest
from matching_cast import CONCEPTS, staged

from consultant.knowledge.family import Condition
from consultant.matching.ontology import Ontology
from consultant.matching.pool import Pool
from consultant.model.clinical import Assertion

ONTOLOGY = Ontology(CONCEPTS)


def pool(text: str) -> Pool:
    scene = staged(text)
    return scene.pool(scene.lent)


def shows(text: str, **condition: object) -> bool:
    return pool(text).shows(Condition(**condition)) is not None


@pytest.mark.parametrize(
    ("text", "condition", "expected"),
    [
        ("DXA of the hip", {"any": ("axial",)}, True),
        ("DXA of the heel", {"any": ("axial",)}, False),
        ("DXA of the heel and hip", {"all": ("axial", "heel")}, True),
        ("DXA of the heel", {"all": ("axial", "heel")}, False),
        ("DXA of the hip", {"any": ("axial",), "none": ("dxa",)}, False),
        ("No VFA.", {"absent": ("vfa",)}, True),
        ("VFA done.", {"absent": ("vfa",)}, False),
        ("No bone density.", {"absent": ("dxa",)}, True),
        ("No DXA.", {"absent": ("bone-density",)}, True),
        ("No DXA of the hip. Bone density of the heel was done.", {"absent": ("bone-density",)}, False),
        ("Medicare", {"facts": (("payer", ("medicare",)),)}, True),
        ("Aetna", {"facts": (("payer", ("medicare",)),)}, False),
        ("70F", {"facts": (("age", ("65-",)),)}, True),
        ("60F", {"facts": (("age", ("65-",)),)}, False),
        ("17M", {"facts": (("age", ("-17",)),)}, True),
        ("30M", {"facts": (("age", ("18-64",)),)}, True),
        ("mother had osteoporosis", {"any": ("family-history-osteoporosis",)}, True),
        ("osteoporosis", {"any": ("family-history-osteoporosis",)}, False),
        ("mother had osteoporosis", {"any": ("osteoporosis",)}, False),
    ],
)
def test_a_condition_holds_when_all_its_parts_do(text: str, condition: dict[str, object], expected: bool):
    assert expected is shows(text, **condition)


def test_what_makes_a_condition_hold_is_quoted_with_its_context():
    text = "No VFA."
    shown = pool(text).shows(Condition(absent=("vfa",)))
    assert [span.of(text) for span in shown.spans] == ["VFA", "No"]


def test_the_cue_that_stands_first_is_quoted():
    text = "spine and hip"
    shown = pool(text).shows(Condition(any=("hip", "spine")))
    assert [span.of(text) for span in shown.spans] == ["spine"]


def test_a_concept_is_itself_and_all_its_ancestors():
    assert ONTOLOGY.ancestors("hip") == ("hip", "axial")
    assert ONTOLOGY.ancestors("unknown") == ("unknown",)


def test_two_concepts_are_related_in_either_direction():
    assert ONTOLOGY.related("axial", "hip")
    assert ONTOLOGY.related("hip", "axial")
    assert not ONTOLOGY.related("hip", "heel")


def test_the_history_of_a_special_condition_is_that_of_its_ancestor():
    assert ONTOLOGY.history_of("steroid-osteoporosis", Assertion.SOMEONE_ELSE) == "family-history-osteoporosis"
    assert ONTOLOGY.history_of("osteoporosis", Assertion.ABSENT) is None


def test_a_concept_is_looked_up_by_its_id():
    assert ONTOLOGY.concept("hip") in CONCEPTS
    assert ONTOLOGY.concept("nowhere") is None
