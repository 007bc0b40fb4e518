"""The asker's claim by the official tables and the rules of modifiers: verdicts that no family has to write down."""

from __future__ import annotations

from dataclasses import replace

from claims import line, proposed, reading
from coding_tables import Few, fee, with_tables

from consultant.coding.chain import run
from consultant.model.finding import Verdict


def verdicts(told, knowledge):
    return {one.code: one for one in run(told, knowledge).audit}


def test_a_code_that_another_of_the_same_claim_holds_falls_by_the_table():
    knowledge = with_tables(Few(pairs={("17004", "17000"): 0}))

    line_ = verdicts(reading(theirs=(proposed("17004"), proposed("17000"))), knowledge)["17000"]

    assert line_.verdict is Verdict.REMOVE
    assert "NCCI" in line_.because


def test_a_pair_that_a_modifier_may_lift_takes_nothing_out_by_itself():
    knowledge = with_tables(Few(pairs={("11056", "11721"): 1}))

    assert verdicts(reading(theirs=(proposed("11056"), proposed("11721"))), knowledge) == {}


def test_a_code_in_the_first_column_stays_beside_a_visit_of_ours():
    knowledge = with_tables(Few(pairs={("17000", "77080"): 1}))

    assert "17000" not in verdicts(reading(ours=(line("77080"),), theirs=(proposed("77080"), proposed("17000"))), knowledge)


def test_a_code_that_the_payer_does_not_take_falls_with_the_reason():
    told = reading(ours=(line("77080"),), theirs=(proposed("77080"), proposed("99417")), facts=(("payer", "medicare"),))

    found = verdicts(told, with_tables(Few()))

    assert found["99417"].verdict is Verdict.REMOVE
    assert "G2212" in found["99417"].because


def test_a_modifier_that_a_rule_refuses_is_changed_with_its_reason():
    knowledge = with_tables(Few(fees=(fee("77080", bilateral="0", professional_technical="1"),)))

    found = verdicts(reading(ours=(line("77080"),), theirs=(proposed("77080", modifiers=("50",)),)), knowledge)["77080"]

    assert (found.verdict, found.to) == (Verdict.CHANGE, "77080")
    assert "bilateral indicator 0" in found.because
    assert "fee schedule" in found.because


def test_a_modifier_that_a_rule_put_on_is_needed_for_its_reason():
    knowledge = with_tables(Few(pairs={("45385", "45380"): 1}))
    told = reading(ours=(line("45385"), line("45380")), theirs=(proposed("45385"), proposed("45380")))

    found = verdicts(replace(told, text="Separate lesion, cold forceps."), knowledge)["45380"]

    assert found.to == "45380-59"
    assert 'the mail says "separate lesion"' in found.because


def test_a_claim_that_stands_is_kept_whole():
    told = reading(ours=(line("77080"),), theirs=(proposed("77080"),))

    assert [one.verdict for one in verdicts(told, with_tables(Few())).values()] == [Verdict.KEEP]


def test_a_procedure_whose_words_stand_in_the_mail_is_not_struck_because_we_did_not_read_it():
    told = replace(reading(ours=(line("77080"),), theirs=(proposed("77080"), proposed("20610"))), text="Large joint was injected.")

    judged = verdicts(told, with_tables(Few()))

    assert "20610" not in judged


def test_two_lines_of_one_code_are_no_pair():
    told = reading(ours=(line("77080"),), theirs=(proposed("77080"), proposed("77080", modifiers=("AS",))))

    because = [one.because for one in run(told, with_tables(Few())).audit if one.modifiers == ("AS",)]

    assert not any("NCCI" in one for one in because)


def test_a_second_column_that_the_asker_calls_separate_is_left_to_the_record():
    knowledge = with_tables(Few(pairs={("77080", "76977"): 1, ("77080", "20605"): 0}))
    lines = (proposed("77080"), proposed("76977", modifiers=("59",)), proposed("20605", modifiers=("59",)))

    found = verdicts(reading(ours=(line("77080"),), theirs=lines), knowledge)

    assert "76977" not in found
    assert found["20605"].verdict is Verdict.REMOVE
