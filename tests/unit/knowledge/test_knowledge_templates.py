from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.family import CodeFacts, Condition, Facet, FacetValue, Family, FamilyCode, Per
from consultant.knowledge.templates import combinations, facets_in, fill, fillings, is_template
from consultant.model.coding import System

characters = st.lists(st.text("0123456789AX", min_size=1, max_size=2), min_size=1, max_size=4, unique=True)


def facet(name, values):
    return Facet(name, tuple(FacetValue(f"v{n}", Condition(), "", value) for n, value in enumerate(values)), ask="")


def family_of(code, facets, when=()):
    sibling = FamilyCode(code, System.ICD10CM, "", when, CodeFacts())
    empty = Condition()
    return (
        Family("f", "", System.ICD10CM, "", "", Per.CASE, empty, tuple(facets), (sibling,), (), (), (), (), (), (), ()),
        sibling,
    )


@given(characters, characters)
def test_a_template_is_filled_with_every_pair_of_values(sites, sides):
    family, code = family_of("M80.{site}{side}A", [facet("site", sites), facet("side", sides)])
    found = list(fillings(family, code))

    assert found == [f"M80.{site}{side}A" for site in sites for side in sides]
    assert combinations(family, code) == len(found)


def test_only_the_values_that_when_allows_are_filled_in():
    family, code = family_of("M80.{site}A", [facet("site", "123")], when=(("site", ("v0", "v2")),))

    assert list(fillings(family, code)) == ["M80.1A", "M80.3A"]


def test_a_plain_code_gives_itself():
    family, code = family_of("M81.0", [])

    assert list(fillings(family, code)) == ["M81.0"]
    assert not is_template("M81.0")


def test_the_engine_fills_with_the_characters_decided():
    assert fill("M80.{cause}8X{encounter}", {"cause": "0", "encounter": "A", "side": "1"}) == "M80.08XA"
    assert facets_in("M80.{cause}{site}{cause}") == ("cause", "site")
    with pytest.raises(KeyError):
        fill("M80.{cause}", {})
