from __future__ import annotations

import pytest
from claims import line, proposed, reading
from coding_asserts import checked, hits, of

from consultant.coding import tables
from consultant.coding.rules import drug_waste, repeats
from consultant.coding.rules.modifier_use import ID, RULE
from consultant.model.finding import Outcome, Severity


def claim(code: str, *modifiers: str, payer: str = "", claim_of: str = ""):
    facts = tuple((name, value) for name, value in (("payer", payer), ("claim", claim_of)) if value)
    return reading(theirs=(proposed(code, modifiers=modifiers),), facts=facts)


WRONG = [
    ("visit-modifier", "20610", "25", {}),
    ("visit-modifier", "27447", "57", {}),
    ("visit-modifier", "11102", "24", {}),
    ("distinct-modifier", "99213", "59", {}),
    ("distinct-modifier", "99213", "XS", {}),
    ("global-modifier", "99213", "79", {}),
    ("reduced-service", "99214", "22", {}),
    ("reduced-service", "99214", "52", {}),
    ("reduced-service", "45378", "73", {"claim_of": "professional"}),
    ("reduced-service", "45378", "53", {"claim_of": "facility"}),
    ("repeat-modifier", "71046", "91", {}),
    ("repeat-modifier", "80053", "76", {}),
    ("repeat-modifier", "99213", "77", {}),
    ("anatomic-modifier", "28285", "F5", {}),
    ("anatomic-modifier", "26055", "T5", {}),
    ("anatomic-modifier", "27447", "E1", {}),
    ("anatomic-modifier", "37221", "LD", {}),
    ("jz-modifier", "96372", "JZ", {}),
    ("coverage-modifier", "20610", "Q8", {}),
    ("coverage-modifier", "77080", "GA", {"payer": "commercial"}),
    ("preventive-modifier", "45385", "PT", {"payer": "commercial"}),
    ("preventive-modifier", "45385", "33", {"payer": "medicare"}),
    ("preventive-modifier", "77067", "33", {"payer": "commercial"}),
    ("preventive-modifier", "43239", "PT", {"payer": "medicare"}),
    ("telehealth-modifier", "27447", "95", {}),
    ("laboratory-modifier", "99213", "QW", {}),
]
RIGHT = [
    ("99213", "25", {}),
    ("99213", "57", {}),
    ("45380", "59", {}),
    ("66984", "79", {}),
    ("45378", "53", {"claim_of": "professional"}),
    ("45378", "73", {"claim_of": "facility"}),
    ("84132", "91", {}),
    ("71046", "76", {}),
    ("28285", "T5", {}),
    ("26055", "F5", {}),
    ("15823", "E1", {}),
    ("92928", "LD", {}),
    ("J0897", "JZ", {}),
    ("11721", "Q8", {}),
    ("77080", "GA", {"payer": "medicare"}),
    ("45385", "PT", {"payer": "medicare"}),
    ("45385", "33", {"payer": "commercial"}),
    ("99214", "95", {}),
    ("87880", "QW", {}),
]


@pytest.mark.parametrize(("rule", "code", "modifier", "facts"), WRONG)
def test_a_modifier_where_it_cannot_stand_is_told_by_its_rule(rule, code, modifier, facts, knowledge):
    told = hits(checked(RULE, claim(code, modifier, **facts), knowledge))

    assert [(one.rule, one.codes) for one in told] == [(rule, (code,))]
    assert modifier in told[0].text


@pytest.mark.parametrize(("code", "modifier", "facts"), RIGHT)
def test_a_modifier_where_it_belongs_is_clean(code, modifier, facts, knowledge):
    assert [one.outcome for one in checked(RULE, claim(code, modifier, **facts), knowledge)] == [Outcome.CLEAN]


def test_two_modifiers_that_contradict_each_other(knowledge):
    (hit,) = hits(checked(RULE, claim("45380", "59", "XS"), knowledge))

    assert (hit.rule, hit.severity) == (ID, Severity.ERROR)


def test_a_modifier_that_nobody_writes_up_is_said_to_be_unknown(knowledge):
    blank = of(Outcome.NO_DATA, checked(RULE, claim("45380", "ZZ"), knowledge))

    assert "ZZ" in blank[0].text


def test_lines_without_modifiers_are_silent(knowledge):
    assert checked(RULE, claim("45380"), knowledge) == ()


def test_medicare_wants_jz_or_jw_on_a_drug_from_a_single_dose_container(knowledge):
    lacking, given = claim("J0897", payer="medicare"), claim("J0897", "JZ", payer="medicare")

    (hit,) = hits(checked(drug_waste.RULE, lacking, knowledge))

    assert hit.rule == "jz-modifier"
    assert [one.outcome for one in checked(drug_waste.RULE, given, knowledge)] == [Outcome.CLEAN]


def test_another_payer_wants_jz_only_by_its_policy(knowledge):
    assert len(hits(checked(drug_waste.RULE, claim("J0897", "JZ", payer="commercial"), knowledge))) == 1


def test_a_drug_that_no_family_writes_is_said_to_be_unknown(knowledge):
    assert [one.outcome for one in checked(drug_waste.RULE, claim("J9999", payer="medicare"), knowledge)] == [Outcome.NO_DATA]


def test_the_same_code_twice_needs_something_that_tells_the_lines_apart():
    twice = reading(ours=(line("71046"), line("71046")))
    apart = reading(ours=(line("71046"), line("71046", modifiers=("76",))))

    assert [one.rule for one in hits(checked(repeats.RULE, twice))] == ["repeat-modifier"]
    assert [one.outcome for one in checked(repeats.RULE, apart)] == [Outcome.CLEAN]


def test_ranges_take_codes_of_their_own_shape_only():
    assert tables.is_in("0042U", ("0001U-9999U",))
    assert not tables.is_in("00420", ("0001U-9999U",))
    assert not tables.is_in("J0897", ("10004-69990",))
