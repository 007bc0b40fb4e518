from __future__ import annotations

from dataclasses import replace

import pytest
from claims import diagnosis, frans_reading, jos_reading, line, newts_reading, proposed, reading
from coding_asserts import KNOWLEDGE

from consultant.coding.audit import UNJUDGED
from consultant.coding.chain import run
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.coding import Alternative, Question
from consultant.model.finding import AuditLine, Verdict


def verdicts(one: Reading) -> list[tuple[str, str, str | None]]:
    return [(line.code, line.verdict.value, line.to) for line in run(one, KNOWLEDGE).audit]


def because(one: Reading, code: str) -> str:
    return next(line.because for line in run(one, KNOWLEDGE).audit if line.code == code)


def test_frans_claim_is_kept_changed_removed_and_added_to():
    assert verdicts(frans_reading()) == [
        ("77080", "change", "77085"),
        ("77082", "remove", None),
        ("M80.08XA", "change", "M81.0"),
        ("Z87.310", "add", "Z87.310"),
    ]


def test_the_order_of_her_codes_does_not_matter():
    turned = replace(frans_reading(), proposed=frans_reading().proposed[::-1])

    assert set(verdicts(turned)) == set(verdicts(frans_reading()))


def test_each_reason_quotes_the_mail_or_names_its_source():
    reasons = {line.code: line.because for line in run(frans_reading(), KNOWLEDGE).audit}

    assert '"vertebral fracture assessment"' in reasons["77080"]
    assert "NCCI PTP" in reasons["77080"]
    assert "January 1, 2015" in reasons["77082"]
    assert '"no new fracture"' in reasons["M80.08XA"]
    assert "Excludes1" in reasons["M80.08XA"]
    assert '"HEALED L1 wedge"' in reasons["Z87.310"]


def test_a_claim_that_agrees_is_kept():
    agreed = reading(ours=(line("77085"),), theirs=(proposed("77085"),))

    assert verdicts(agreed) == [("77085", "keep", None)]


def test_a_case_without_proposed_codes_has_no_audit():
    assert verdicts(reading(ours=(line("77085"),))) == []


def test_codes_asked_about_in_a_case_are_judged_but_nothing_is_added():
    assert verdicts(jos_reading()) == [("0749T", "remove", None), ("0750T", "keep", None)]


@pytest.mark.parametrize(
    ("theirs", "ours", "to", "words"),
    [
        (proposed("20610"), line("20610", modifiers=("LT",)), "20610-LT", "needs LT"),
        (proposed("20610", modifiers=("RT",)), line("20610", modifiers=("LT",)), "20610-LT", "supports RT"),
        (proposed("20610", modifiers=("59",)), line("20610"), "20610", "supports 59"),
        (proposed("20610", units=2), line("20610"), "20610 x1", "Bill 1 unit, not 2"),
        (proposed("J1010"), line("J1010", units=40), "J1010 x40", "Bill 40 units, not 1"),
    ],
)
def test_the_right_code_with_wrong_modifiers_or_units_is_changed(theirs, ours, to, words):
    one = reading(ours=(ours,), theirs=(theirs,))

    assert verdicts(one) == [(theirs.code, "change", to)]
    assert words in because(one, theirs.code)


def test_modifier_51_and_payer_modifiers_are_no_error():
    kept = reading(ours=(line("20610"),), theirs=(proposed("20610", modifiers=("51", "KX")),))

    assert verdicts(kept) == [("20610", "keep", None)]


def test_a_bare_mention_of_a_code_yields_to_the_line_with_modifiers():
    one = reading(ours=(line("20610", modifiers=("LT",)),), theirs=(proposed("20610"), proposed("20610", modifiers=("LT",))))

    assert verdicts(one) == [("20610", "keep", None)]


def test_two_sides_of_one_code_find_their_own_lines():
    ours = (line("20610", modifiers=("LT",)), line("20610", modifiers=("RT",)))
    theirs = (proposed("20610", modifiers=("RT",)), proposed("20610", modifiers=("LT",)))

    assert verdicts(reading(ours=ours, theirs=theirs)) == [("20610", "keep", None), ("20610", "keep", None)]


def test_a_deleted_drug_code_changes_to_its_successor_with_the_units_we_read():
    one = reading(ours=(line("J1010", units=40),), theirs=(proposed("J1030"),))

    assert verdicts(one) == [("J1030", "change", "J1010 x40")]


def test_a_deleted_code_without_counterpart_changes_to_its_only_successor():
    one = reading(ours=(line("20610"),), theirs=(proposed("76075"),))

    assert ("76075", "change", "77080") in verdicts(one)


def test_a_bundled_code_beside_the_right_one_is_removed_with_the_pair():
    one = reading(ours=(line("77085"),), theirs=(proposed("77085"), proposed("77086")))

    assert verdicts(one) == [("77085", "keep", None), ("77086", "remove", None)]
    assert "already holds the assessment" in because(one, "77086")


def test_a_known_code_that_the_mail_does_not_tell_of_is_removed():
    one = reading(ours=(line("77085"),), theirs=(proposed("77085"), proposed("20610")))

    assert ("20610", "remove", None) in verdicts(one)


def test_the_trap_that_our_sheet_writes_down_about_a_code_is_the_reason():
    one = reading(ours=(line("0743T"),), theirs=(proposed("0743T"), proposed("77078"), proposed("20610")))

    assert because(one, "77078") == "One code for all of it: 77078 is not added."
    assert because(one, "20610") == "Nothing that the mail tells of is reported with it beside 0743T."


def test_a_code_that_is_not_known_here_gets_no_verdict_and_that_is_said():
    judgement = run(reading(ours=(line("77085"),), theirs=(proposed("99213"),)), KNOWLEDGE)

    assert "99213" not in {line.code for line in judgement.audit}
    (said,) = (one for one in judgement.findings if one.rule == UNJUDGED)
    assert said.codes == ("99213",)


def test_without_lines_of_ours_only_what_is_certain_is_said():
    assert verdicts(reading(theirs=(proposed("77085"), proposed("77082")))) == [("77082", "remove", None)]


@pytest.mark.parametrize(
    ("theirs", "ours", "to"),
    [
        ("R05", ("R05.1",), "R05.1"),
        ("M81.8", ("M81.0",), "M81.0"),
        ("M80.08XA", ("M81.0",), "M81.0"),
        ("M80.08", ("M80.08XD",), "M80.08XD"),
        ("R05.9", ("R29.890",), "R29.890"),
    ],
)
def test_a_diagnosis_told_otherwise_is_changed(theirs, ours, to):
    one = reading(diagnoses=tuple(diagnosis(code) for code in ours), theirs=(proposed(theirs),))

    assert verdicts(one) == [(theirs, "change", to)]


def test_one_diagnosis_may_change_to_several_of_the_same_nearness():
    one = reading(diagnoses=(diagnosis("R05.1"), diagnosis("R05.9"), diagnosis("M81.0")), theirs=(proposed("R05"),))

    assert verdicts(one) == [("R05", "change", "R05.1, R05.9"), ("M81.0", "add", "M81.0")]


def test_a_diagnosis_against_one_that_they_have_already_is_removed():
    one = reading(diagnoses=(diagnosis("M81.0"),), theirs=(proposed("M81.0"), proposed("M80.08XA")))

    assert verdicts(one) == [("M81.0", "keep", None), ("M80.08XA", "remove", None)]


def test_a_status_code_that_only_we_do_not_see_is_never_struck():
    one = reading(diagnoses=(diagnosis("Z87.310"),), theirs=(proposed("Z78.0"),))

    assert verdicts(one) == [("Z87.310", "add", "Z87.310")]


def test_an_open_question_holds_back_every_verdict_that_rests_on_it():
    judgement = run(newts_reading(), KNOWLEDGE)

    assert [(line.code, line.verdict) for line in judgement.audit] == [("77082", Verdict.REMOVE)]


def test_while_a_fact_is_missing_nothing_is_removed_as_untold_and_nothing_added():
    open_case = reading(
        ours=(line("20610"),),
        theirs=(proposed("77080"), proposed("20610")),
        questions=(Question("vfa", "Was a vertebral fracture assessment done?", ("77080", "77085")),),
        disposition=Disposition.ASK,
    )

    assert verdicts(open_case) == [("20610", "keep", None)]


def test_an_alternative_that_we_weighed_is_the_counterpart():
    ours = replace(line("77078"), alternatives=(Alternative("0750T", "a hand film was used"),))
    one = reading(ours=(ours,), theirs=(proposed("0750T"),), kind=CaseKind.CASE)

    assert verdicts(one) == [("0750T", "change", "77078")]


def test_an_audit_line_of_an_added_service_carries_its_modifiers():
    one = reading(ours=(line("77085", modifiers=("26",)), line("20610")), theirs=(proposed("20610"),))

    assert AuditLine("77085", ("26",), Verdict.ADD, "77085-26", "77085 is what I read.") in run(one, KNOWLEDGE).audit
