from __future__ import annotations

import pytest
from claims import line, proposed, reading
from coding_asserts import checked, hit_codes, hits, of
from coding_tables import Few, fee, with_tables

from consultant.coding.rules import bilateral, component, surgeons
from consultant.model.finding import Outcome, Severity


def sided(indicator: str):
    return with_tables(Few(fees=(fee("20610", bilateral=indicator),)))


def ours(*modifiers: str, units: int = 1):
    return reading(ours=(line("20610", modifiers=modifiers, units=units),))


@pytest.mark.parametrize("indicator", ["0", "2", "9"])
def test_50_is_refused_where_two_sides_are_not_paid(indicator):
    (hit,) = hits(checked(bilateral.RULE, ours("50"), sided(indicator)))

    assert hit.severity is Severity.ERROR
    assert f"indicator {indicator}" in hit.text


@pytest.mark.parametrize("indicator", ["1", "3"])
def test_50_may_stand_where_two_sides_are_paid(indicator):
    assert [one.outcome for one in checked(bilateral.RULE, ours("50"), sided(indicator))] == [Outcome.CLEAN]


def test_50_with_two_units_counts_both_sides_twice():
    assert len(hits(checked(bilateral.RULE, ours("50", units=2), sided("1")))) == 1


def test_right_and_left_on_one_line_is_50():
    assert len(hits(checked(bilateral.RULE, ours("RT", "LT"), sided("1")))) == 1
    assert hits(checked(bilateral.RULE, ours("RT", "LT"), sided("3"))) == ()


def test_an_indicator_that_nobody_knows_is_said_to_be_unknown():
    assert [one.outcome for one in checked(bilateral.RULE, ours("50"), with_tables(Few()))] == [Outcome.NO_DATA]


def test_the_side_of_the_claim_against_the_side_of_the_note():
    wrong = reading(ours=(line("20610", modifiers=("LT",)),), theirs=(proposed("20610", modifiers=("RT",)),))
    right = reading(ours=(line("20610", modifiers=("LT",)),), theirs=(proposed("20610", modifiers=("LT",)),))

    assert [one.rule for one in hits(checked(bilateral.RULE, wrong))] == [bilateral.SIDE]
    assert bilateral.SIDE in {one.rule for one in of(Outcome.CLEAN, checked(bilateral.RULE, right))}


@pytest.mark.parametrize(
    ("modifier", "indicators", "severity"),
    [
        ("80", {"assistant": "1"}, Severity.ERROR),
        ("AS", {"assistant": "0"}, Severity.WARNING),
        ("82", {"assistant": "9"}, Severity.ERROR),
        ("62", {"co_surgeons": "0"}, Severity.ERROR),
        ("62", {"co_surgeons": "1"}, Severity.WARNING),
        ("66", {"team": "0"}, Severity.ERROR),
    ],
)
def test_several_surgeons_by_their_indicators(modifier, indicators, severity):
    knowledge = with_tables(Few(fees=(fee("27447", **indicators),)))

    (hit,) = hits(checked(surgeons.RULE, reading(theirs=(proposed("27447", modifiers=(modifier,)),)), knowledge))

    assert hit.severity is severity


@pytest.mark.parametrize(
    ("modifier", "indicators"), [("80", {"assistant": "2"}), ("62", {"co_surgeons": "2"}), ("66", {"team": "2"})]
)
def test_several_surgeons_may_stand_where_the_indicator_permits(modifier, indicators):
    knowledge = with_tables(Few(fees=(fee("27447", **indicators),)))

    findings = checked(surgeons.RULE, reading(theirs=(proposed("27447", modifiers=(modifier,)),)), knowledge)

    assert [one.outcome for one in findings] == [Outcome.CLEAN]


def test_without_a_fee_schedule_nothing_is_said_of_assistants():
    findings = checked(surgeons.RULE, reading(theirs=(proposed("27447", modifiers=("80",)),)))

    assert [one.outcome for one in findings] == [Outcome.NO_DATA]


def test_the_fee_schedule_tells_whether_a_test_can_be_split():
    knowledge = with_tables(Few(fees=(fee("93010", professional_technical="2"),)))

    (hit,) = hits(checked(component.RULE, reading(theirs=(proposed("93010", modifiers=("26",)),)), knowledge))

    assert "PC/TC indicator 2" in hit.text
    assert hit.edition == "RVU26D"
    assert hit_codes(component.RULE, reading(ours=(line("77080", modifiers=("26",)),))) == ()
