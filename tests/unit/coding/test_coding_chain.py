from __future__ import annotations

from dataclasses import replace
from datetime import date

from claims import diagnosis, frans_reading, line, reading
from coding_asserts import KNOWLEDGE

from consultant.coding import settle
from consultant.coding.chain import RULES, run
from consultant.model.analysis import Disposition
from consultant.model.finding import Outcome


def test_rules_have_names_of_their_own():
    assert len(RULES) == len({rule.id for rule in RULES})
    assert all(rule.name and rule.source for rule in RULES)


def test_a_mail_that_is_ignored_is_not_judged():
    judgement = run(replace(frans_reading(), disposition=Disposition.IGNORE), KNOWLEDGE)

    assert (judgement.findings, judgement.audit) == ((), ())


def test_the_same_reading_gives_the_same_judgement():
    assert run(frans_reading(), KNOWLEDGE) == run(frans_reading(), KNOWLEDGE)


def test_hits_clean_results_and_what_has_no_data_are_all_written_down():
    outcomes = {one.outcome for one in run(frans_reading(), KNOWLEDGE).findings}

    assert outcomes == set(Outcome)


def test_a_given_day_overrides_the_date_of_service():
    judgement = run(frans_reading(), KNOWLEDGE, date(2014, 6, 1))

    assert judgement.reading.date_of_service == date(2014, 6, 1)
    assert not any("77082 was deleted" in one.text for one in judgement.findings)


def test_a_sound_proposal_goes_through_unchanged():
    assert run(frans_reading(), KNOWLEDGE).reading == frans_reading()


def test_a_denied_code_of_ours_is_left_out_and_that_is_said():
    judgement = run(reading(ours=(line("77085"), line("77080"))), KNOWLEDGE)

    assert [one.code for one in judgement.reading.procedures] == ["77085"]
    (said,) = (one for one in judgement.findings if one.rule == settle.ID)
    assert said.codes == ("77080",)
    assert "I left 77080 out" in said.text


def test_a_symptom_of_ours_gives_way_and_leaves_no_pointer():
    ours = line("77085", diagnoses=("R29.890", "M81.0"))
    judgement = run(reading(ours=(ours,), diagnoses=(diagnosis("R29.890"), diagnosis("M81.0"))), KNOWLEDGE)

    assert [one.code for one in judgement.reading.diagnoses] == ["M81.0"]
    assert judgement.reading.procedures[0].diagnoses == ("M81.0",)


def test_a_code_that_has_gone_takes_no_second_one_with_it():
    # 77085 takes out 77080; without 77080 nothing stands against 77081 any more.
    judgement = run(reading(ours=(line("77085"), line("77080"), line("77081"))), KNOWLEDGE)

    assert [one.code for one in judgement.reading.procedures] == ["77085", "77081"]


def test_a_deleted_code_of_ours_is_left_out():
    assert run(reading(ours=(line("77082"),)), KNOWLEDGE).reading.procedures == ()


def test_a_conflict_with_a_proposed_code_takes_nothing_of_ours():
    judgement = run(frans_reading(), KNOWLEDGE)

    assert [one.code for one in judgement.reading.procedures] == ["77085"]
