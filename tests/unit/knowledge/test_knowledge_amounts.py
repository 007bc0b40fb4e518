"""Ranges of amounts, units that follow from them, and what the reader of families refuses of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.amounts import accepts, units_of
from consultant.knowledge.family import UnitRule

BANDS = ("-0.5", "0.6-1.0", "1.1-2.0", "2.1-3.0", "3.1-4.0", "4.1-")

FAMILY = """
    family: repair
    title: Repair
    summary: Wounds are closed.
    wakes_on: {{any: [closing]}}
    {calculator}
    facets:
      length:
        ask: How long?
        values:
          short: {{quantity: {quantity}, plain: short}}
    codes:
      - {{code: 12001, plain: Short repair, when: {{length: short}}{rest}}}
    """
LEXICON = "kind: procedure\nconcepts:\n  - {id: closing, phrases: [closing]}\n"


@pytest.mark.parametrize(
    ("written", "amount", "expected"),
    [
        ("-0.5", 0.5, True),
        ("-0.5", 0.51, False),
        ("0.6-1.0", 0.55, True),
        ("0.6-1.0", 0.5, False),
        ("0.6-1.0", 1.0, True),
        ("0.6-1.0", 1.01, False),
        ("4.1-", 4.0, False),
        ("4.1-", 4.05, True),
        ("16-30", 15, False),
        ("16-30", 16, True),
        ("16-30", 30, True),
        ("-2.5", 0.1 + 0.2 + 2.2, True),
    ],
)
def test_a_range_holds_both_its_ends_and_what_lies_below_its_beginning(written: str, amount: float, *, expected: bool):
    assert expected is accepts(written, amount)


@given(st.floats(min_value=0.01, max_value=50, allow_nan=False))
def test_every_amount_lies_in_exactly_one_of_the_bands_of_a_family(amount: float):
    assert sum(accepts(band, amount) for band in BANDS) == 1


@pytest.mark.parametrize(
    ("rule", "amount", "expected"),
    [
        (UnitRule("length", 5, 7.5), 7.5, 0),
        (UnitRule("length", 5, 7.5), 7.6, 1),
        (UnitRule("length", 5, 7.5), 12.5, 1),
        (UnitRule("length", 5, 7.5), 12.6, 2),
        (UnitRule("minutes", 30, 74), 74, 0),
        (UnitRule("minutes", 30, 74), 75, 1),
        (UnitRule("minutes", 30, 74), 104, 1),
        (UnitRule("minutes", 30, 74), 105, 2),
        (UnitRule("mg", 10, 0), 40, 4),
        (UnitRule("mg", 10, 0), 41, 5),
        (UnitRule("count", 1, 1), 3, 2),
    ],
)
def test_units_are_the_parts_begun_over_what_the_rule_leaves_out(rule: UnitRule, amount: float, expected: int):
    assert expected == units_of(rule, amount)


@pytest.mark.parametrize(
    ("calculator", "quantity", "rest", "refused_for"),
    [
        ("calculator: guessing", "{length: -2.5}", "", "there is no calculator"),
        ("calculator: excised-diameter", "{length: -2.5}", "", "nothing works out the amount 'length'"),
        ("", "{length: -2.5}", "", "name a `calculator`"),
        ("calculator: summed-lengths", "{length: about 2}", "", "no amount is in the range"),
        ("calculator: summed-lengths", "{length: 3.0-2.0}", "", "no amount is in the range"),
        ("calculator: summed-lengths", "{length: -2.5}", ", one_unit: {over: 2}", "one unit needs one amount"),
        ("calculator: summed-lengths", "{length: -2.5}", ", one_unit: {length: five}", "is no number"),
    ],
)
def test_amounts_that_cannot_be_worked_out_are_refused(calculator: str, quantity: str, rest: str, refused_for: str, refused):
    text = FAMILY.format(calculator=calculator, quantity=quantity, rest=rest)
    lines = refused({"families/x/repair.yaml": text, "lexicon/x.yaml": LEXICON})
    assert any(refused_for in line for line in lines)


def test_a_family_that_counts_well_is_accepted(refused):
    text = FAMILY.format(
        calculator="calculator: summed-lengths", quantity="{length: -2.5}", rest=", one_unit: {length: 5, over: 7.5}"
    )
    assert refused({"families/x/repair.yaml": text, "lexicon/x.yaml": LEXICON}) == []
