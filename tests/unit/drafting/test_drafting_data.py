"""What goes into a letter, and what stays out because it was said elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claims import EDITIONS, MODIFIERS, diagnosis, family, frans_reading, line, proposed, reading
from claims import code as sibling
from drafting_letters import KNOWLEDGE, analysis

from consultant.drafting import letter_data as data
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Analysis, CaseKind
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Alternative, Confidence


def why(because: tuple[str, ...], *words: str) -> str:
    """The reason of a line of ours with these sentences and these words of the mail."""
    evidence = tuple(Evidence(Span(0, len(one)), one) for one in words)
    one = replace(line("77085"), because=because, evidence=evidence)
    (reason,) = data.reasons(Analysis(reading(ours=(one,))))
    return reason.text


def test_a_meaning_gets_the_quoted_words_before_it():
    assert why(("both were done",), "spine", "VFA") == '"spine" and "VFA": Both were done.'


def test_a_sentence_that_quotes_the_mail_stands_by_itself():
    told = ("\u201cdexa\u201d tells of it.", "\u201cspine\u201d: the axial skeleton was measured.", "Nothing else is said.")

    assert why(told, "dexa", "spine") == '"spine": the axial skeleton was measured. Nothing else is said.'


def test_words_alone_are_quoted():
    assert why(("\u201cdexa\u201d tells of it.",), "dexa", "DXA", "Dexa") == 'The mail says "dexa" and "DXA".'


def test_a_meaning_that_only_says_the_words_again_is_dropped():
    assert why(("\u201cPolymyalgia\u201d: polymyalgia.",), "Polymyalgia") == 'The mail says "Polymyalgia".'


def test_a_rule_that_could_not_look_at_every_code_is_no_reassurance():
    judged = analysis(reading(ours=(line("77085"), line("J1010"))))

    assert "units (MUE)" not in data.imprint(17, judged).checked


def test_without_a_claim_only_codes_without_verdict_are_told():
    judged = analysis(reading(theirs=(proposed("99213"),), kind=CaseKind.CASE))

    assert data.unchecked(judged) == ("99213 is not written up here, so I could not judge it.",)


def test_what_the_audit_tells_is_no_reason_again():
    assert data.reasons(analysis(frans_reading())) == ()


def test_a_warning_on_a_code_that_the_audit_rejects_is_not_repeated():
    assert data.warnings(analysis(frans_reading())) == ()


def test_a_code_that_was_left_out_is_told_once():
    told = data.warnings(analysis(reading(ours=(line("77085", diagnoses=("M81.0",)), line("77080", diagnoses=("M81.0",))))))

    assert len([one for one in told if "77080" in one]) == 1
    assert told[0].startswith("I left 77080 out")


def test_an_unknown_proposed_code_is_told_once():
    told = data.unchecked(analysis(reading(ours=(line("77085"),), theirs=(proposed("99213"),))))

    assert [one for one in told if "99213" in one] == ["99213 is not written up here, so I could not judge it."]


@pytest.mark.parametrize(
    ("unless", "expected"),
    [
        ("the film was already on file.", "0749T instead of 0750T, if the film was already on file."),
        ("localized", "0749T instead of 0750T: localized."),
        ("if no view was taken", "0749T instead of 0750T, if no view was taken."),
    ],
)
def test_what_would_change_the_answer_reads_as_a_sentence(unless, expected):
    one = replace(line("0750T"), alternatives=(Alternative("0749T", unless),))

    assert data.changes(Analysis(reading(ours=(one,)))) == (expected,)


@pytest.mark.parametrize(("level", "expected"), [(Confidence.HIGH, 0), (Confidence.MEDIUM, 1)])
def test_siblings_of_a_diagnosis_are_told_only_in_doubt(level, expected):
    one = replace(diagnosis("M81.0"), confidence=level, alternatives=(Alternative("M81.8", "a drug"),))

    assert len(data.changes(Analysis(reading(diagnoses=(one,))))) == expected


def noted(*notes: str) -> Knowledge:
    """A knowledge base whose one family has these notes."""
    made = Knowledge.of((replace(family("dxa", (sibling("77085", "axial DXA"),)), notes=notes),), (), modifiers=MODIFIERS)
    made.editions = dict(EDITIONS)
    return made


@pytest.mark.parametrize(("payer", "expected"), [("medicare", 1), ("commercial", 0), ("", 1)])
def test_a_note_on_medicare_is_kept_from_another_payer(payer, expected):
    one = reading(ours=(line("77085"),), facts=(("payer", payer),) if payer else ())

    assert len(data.notes(Analysis(one), noted("Medicare pays once in two years."))) == expected


def test_a_note_that_a_finding_has_said_is_left_out():
    one = analysis(reading(ours=(line("0750T"),)))
    knowledge = noted("Category III codes are temporary.")
    told = replace(one, reading=reading(ours=(line("77085"),)))

    assert data.notes(told, knowledge) == ()


def test_editions_name_every_table_once():
    judged = analysis(reading(ours=(line("0750T"),)))
    editions = data.imprint(17, judged).editions

    assert len(editions) == len(set(editions)) == 3
    assert "Medicare physician fee schedule RVU25D, October 2025" in editions


def test_facts_of_a_question_letter_name_nobody():
    one = reading(facts=(("payer", "medicare-advantage"), ("age", "73"), ("sex", "female")))

    assert data.facts(Analysis(one)) == (("Payer", "Medicare advantage"),)


def test_a_question_spells_out_modifiers_too():
    assert data._plain_of("LT", KNOWLEDGE) == "Left side"
    assert data._plain_of("99999", KNOWLEDGE) == ""
