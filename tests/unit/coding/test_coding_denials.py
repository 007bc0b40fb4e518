from __future__ import annotations

from dataclasses import replace

import pytest
from claims import knowledge as small_knowledge
from claims import line, proposed, reading
from coding_tables import Few, with_tables

from consultant.coding.chain import run
from consultant.coding.rules.denial import ID
from consultant.knowledge.official_kinds import Setting
from consultant.model.finding import Outcome

SMALL = small_knowledge()


def denials(text: str, *codes: str, ours=(), knowledge=SMALL):
    told = replace(reading(ours=ours, theirs=tuple(proposed(code) for code in codes)), text=text)
    return [one for one in run(told, knowledge).findings if one.rule == ID]


def test_a_bundling_denial_points_at_the_pair_that_explains_it():
    (denial,) = denials("77080 denied CO-97", "77085", "77080")

    assert denial.codes == ("77085", "77080")
    assert "77080 is included in 77085" in denial.text


def test_a_units_denial_points_at_the_edit():
    tables = with_tables(Few(mues={("20610", Setting.PRACTITIONER): (1, 2)}))
    (denial,) = denials("MUE exceeded", ours=(line("20610", units=2),), knowledge=tables)

    assert "allows 1 a day" in denial.text


@pytest.mark.parametrize("text", ["denied CO 11", "CARC 11", "PR-11 on the line"])
def test_reason_codes_are_read_in_the_ways_people_write_them(text):
    assert "diagnosis does not fit" in denials(text, "77080")[0].text


def test_a_denial_that_could_not_be_looked_up_is_no_clean_result():
    (denial,) = denials("denied as bundled", "77080", "0554T")

    assert denial.outcome is Outcome.NO_DATA
    assert "not loaded here" in denial.text


def test_a_denial_that_nothing_on_the_claim_explains_says_so():
    (denial,) = denials("denied as duplicate", "77080")

    assert "Nothing that I can check" in denial.text


@pytest.mark.parametrize("text", ["CO2 laser at 97 watts", "58 y/o patient", "PR 140 ms", "knee OA 50 y/o"])
def test_numbers_that_are_no_reason_codes_are_left_alone(text):
    assert denials(text, "77080") == []
