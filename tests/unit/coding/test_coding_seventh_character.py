from __future__ import annotations

import pytest
from claims import diagnosis, proposed, reading
from coding_asserts import KNOWLEDGE, checked, hit_codes, hits

from consultant.coding.rules.seventh_character import RULE, completed
from consultant.model.finding import Outcome


def test_a_missing_seventh_character_names_the_complete_codes():
    (hit,) = hits(checked(RULE, reading(theirs=(proposed("M80.08"),))))

    assert "M80.08XA (initial encounter), M80.08XD (subsequent encounter) or M80.08XS (sequela)" in hit.text


def test_a_seventh_character_set_without_the_placeholder_is_mended():
    assert completed("M80.08A", KNOWLEDGE)[0] == "M80.08XA"


@pytest.mark.parametrize("code", ["M80.08A", "M80.08X"])
def test_each_way_of_lacking_it_is_one_hit(code):
    assert hit_codes(RULE, reading(theirs=(proposed(code),))) == ((code,),)


def test_a_complete_code_is_clean():
    (finding,) = checked(RULE, reading(diagnoses=(diagnosis("M80.08XA"),)))

    assert finding.outcome is Outcome.CLEAN


def test_a_code_of_a_category_without_seventh_characters_is_not_looked_at():
    assert checked(RULE, reading(diagnoses=(diagnosis("M81.0"),))) == ()
