"""Rules that look at service lines one by one: add-on codes, units, components, supporting diagnoses."""

from __future__ import annotations

import pytest
from claims import line, proposed, reading
from coding_asserts import checked, hit_codes, hits, of

from consultant.coding.rules import add_on, component, diagnosis_support, units
from consultant.model.finding import Outcome, Severity


def test_an_add_on_code_alone_is_an_error_that_names_its_primary():
    (hit,) = hits(checked(add_on.RULE, reading(theirs=(proposed("64636"),))))

    assert hit.severity is Severity.ERROR
    assert "64635" in hit.text


def test_an_add_on_code_beside_its_primary_is_clean():
    (finding,) = checked(add_on.RULE, reading(ours=(line("64635"), line("64636"))))

    assert finding.outcome is Outcome.CLEAN


def test_our_primary_does_not_carry_an_add_on_of_their_claim():
    assert hit_codes(add_on.RULE, reading(ours=(line("64635"),), theirs=(proposed("64636"),))) == (("64636",),)


def test_units_beyond_an_absolute_limit_are_an_error():
    (hit,) = hits(checked(units.RULE, reading(theirs=(proposed("77080", units=2),))))

    assert hit.severity is Severity.ERROR
    assert "77080 has 2 units" in hit.text
    assert "no appeal" in hit.text


def test_by_date_of_service_the_lines_of_a_code_are_added_up():
    lines = (proposed("20610", modifiers=("RT",), units=2), proposed("20610", modifiers=("LT",), units=1))

    assert hit_codes(units.RULE, reading(theirs=lines)) == (("20610",),)


def test_by_claim_line_each_line_is_judged_by_itself():
    lines = (proposed("64635", modifiers=("RT",), units=1), proposed("64635", modifiers=("LT",), units=1))

    assert hit_codes(units.RULE, reading(theirs=lines)) == ()


def test_a_limit_that_is_not_known_is_no_data():
    (finding,) = checked(units.RULE, reading(ours=(line("J1010", units=40),)))

    assert finding.outcome is Outcome.NO_DATA


@pytest.mark.parametrize("modifier", ["26", "TC"])
def test_a_physician_service_takes_neither_component(modifier):
    (hit,) = hits(checked(component.RULE, reading(theirs=(proposed("20610", modifiers=(modifier,)),))))

    assert f"20610 takes no {modifier}" in hit.text


def test_a_diagnostic_test_takes_a_component():
    (finding,) = checked(component.RULE, reading(ours=(line("77085", modifiers=("26",)),)))

    assert finding.outcome is Outcome.CLEAN


def test_both_components_on_one_line_are_the_whole_test():
    (hit,) = hits(checked(component.RULE, reading(theirs=(proposed("77085", modifiers=("26", "TC")),))))

    assert "without either" in hit.text


@pytest.mark.parametrize(("part", "needed"), [("professional", "26"), ("technical", "TC")])
def test_the_part_that_was_done_asks_for_its_modifier(part, needed):
    (hit,) = hits(checked(component.RULE, reading(ours=(line("77085"),), facts=(("component", part),))))

    assert f"77085 needs {needed}" in hit.text


def test_a_line_without_component_is_not_looked_at_when_the_whole_test_was_done():
    assert checked(component.RULE, reading(ours=(line("77085"),), facts=(("component", "global"),))) == ()


def test_a_line_without_diagnosis_is_a_warning():
    (hit,) = hits(checked(diagnosis_support.RULE, reading(ours=(line("77085"),))))

    assert hit.severity is Severity.WARNING


def test_a_usual_indication_supports_its_line():
    (finding,) = checked(diagnosis_support.RULE, reading(ours=(line("77085", diagnoses=("M81.0",)),)))

    assert finding.outcome is Outcome.CLEAN


def test_an_unusual_indication_sends_to_the_policy_and_denies_nothing():
    (hit,) = hits(checked(diagnosis_support.RULE, reading(ours=(line("77085", diagnoses=("R05.1",)),))))

    assert hit.severity is Severity.INFO
    assert "policy" in hit.text


def test_a_family_without_indications_is_no_data():
    (finding,) = of(Outcome.NO_DATA, checked(diagnosis_support.RULE, reading(ours=(line("20610", diagnoses=("M81.0",)),))))

    assert finding.codes == ("20610",)
