from __future__ import annotations

from dataclasses import replace

import pytest
from claims import line, proposed, reading
from coding_tables import Few, fee, with_tables

from consultant.coding import separation
from consultant.coding.claim import Line
from consultant.coding.placing import ID, place
from consultant.model.coding import System


def placed(told, knowledge):
    after, findings = place(told, knowledge)
    assert all(one.rule == ID and one.source and one.edition for one in findings)
    return [one.modifiers for one in after.procedures]


def test_50_leaves_a_line_that_takes_none(knowledge):
    told = reading(ours=(replace(line("45385"), modifiers=("50",)),))

    assert placed(told, with_tables(Few(fees=(fee("45385", bilateral="0"),)))) == [()]


def test_50_beside_an_operation_of_the_other_side_before_becomes_the_side_that_was_billed(knowledge):
    told = reading(ours=(line("66984", modifiers=("50", "79")),), theirs=(proposed("66984", modifiers=("LT",)),))

    assert placed(told, knowledge) == [("79", "LT")]


@pytest.mark.parametrize(
    ("facts", "modifiers"),
    [
        ((("setting", "inpatient"), ("claim", "professional")), ("26",)),
        ((("setting", "inpatient"),), ()),
        ((("setting", "office"), ("claim", "professional")), ()),
    ],
)
def test_26_in_a_hospital_on_the_physicians_claim(facts, modifiers, knowledge):
    told = reading(ours=(line("77080"),), facts=facts)

    assert placed(told, knowledge) == [modifiers]


@pytest.mark.parametrize(("told", "modifier"), [("staged", "58"), ("return", "78"), ("unrelated", "79")])
def test_a_step_after_an_operation_takes_its_modifier(told, modifier, knowledge):
    tables = with_tables(Few(fees=(fee("27447", global_days="090"), fee("99213"), fee("71046"))))
    claim = reading(ours=(line("27447"), line("99213"), line("71046")), facts=(("postoperative", told),))

    assert placed(claim, tables) == [(modifier,), (), ()]


PAIR = with_tables(Few(pairs={("45385", "45380"): 1, ("20610", "99213"): 1, ("29881", "29877"): 0}))


def test_59_goes_on_the_second_column_when_the_mail_tells_of_separate_lesions():
    told = replace(reading(ours=(line("45385"), line("45380"))), text="A separate polyp was biopsied.")

    assert placed(told, PAIR) == [(), ("59",)]


@pytest.mark.parametrize("text", ["Both were done.", "Different diagnosis."])
def test_without_words_for_it_nothing_is_put_on(text):
    assert placed(replace(reading(ours=(line("45385"), line("45380"))), text=text), PAIR) == [(), ()]


def test_indicator_0_is_lifted_by_no_words():
    told = replace(reading(ours=(line("29881"), line("29877"))), text="Done in a separate area.")

    assert placed(told, PAIR) == [(), ()]


def test_25_goes_on_a_visit_with_a_reason_of_its_own_and_59_never_does():
    own = reading(ours=(line("20610", diagnoses=("M17.11",)), line("99213", diagnoses=("I10",))))
    same = replace(reading(ours=(line("20610", diagnoses=("M17.11",)), line("99213", diagnoses=("M17.11",)))), text="separate site")

    assert placed(own, PAIR) == [(), ("25",)]
    assert placed(same, PAIR) == [(), ()]


def told(code: str, *modifiers: str) -> Line:
    return Line(code, System.CPT, modifiers, 1, is_ours=True)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (("RT",), ("LT",), True),
        (("RT",), ("RT",), False),
        (("RT",), (), False),
        (("RT",), ("50",), False),
        ((), ("59",), True),
        (("RT",), ("RT", "59"), True),
        ((), ("51",), False),
    ],
)
def test_what_separates_two_lines(first, second, apart, knowledge):
    lines = (told("20610", *first), told("20605", *second))

    assert separation.are_separated("20610", "20605", lines, knowledge) is apart


def test_advice_names_the_second_column_and_the_documentation():
    assert "25" in separation.advice("20610", "99213")
    assert "goes on 45380" in separation.advice("45385", "45380")
    assert "lesion" in separation.advice("45385", "45380")


@pytest.mark.parametrize(("operation", "modifier"), [("20550", "25"), ("25605", "57"), ("93000", "")])
def test_a_visit_beside_an_operation_takes_25_or_57_by_its_global_days(operation, modifier, knowledge):
    told = reading(ours=(line("99204"), line(operation)))

    assert placed(told, knowledge)[0] == tuple(filter(None, (modifier,)))
