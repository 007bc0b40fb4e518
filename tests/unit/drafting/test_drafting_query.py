"""The draft query to a provider, and the facts that would change an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claims import code, diagnosis, family, frans_reading, line, newts_reading, reading, said
from drafting_letters import analysis

from consultant.drafting import letter_data, letters
from consultant.drafting.query import query
from consultant.knowledge.family import Condition, Facet, FacetValue
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Analysis, CaseKind
from consultant.model.coding import Alternative, Question

TEXT = "Left knee, swollen. Meniscus torn. Medicare pays 29881."
WAYS = Facet(
    id="way",
    values=(FacetValue("repair", Condition(), "it was sewn"), FacetValue("resection", Condition(), "a part was taken out")),
    ask="Was the meniscus sewn, or was a part taken out?",
)
MENISCUS = replace(
    family("meniscus", (code("29881", "a part of one meniscus taken out"), code("29882", "one meniscus sewn"))), facets=(WAYS,)
)
KNOWLEDGE = Knowledge.of((MENISCUS,), ())
ASKED = Question("way", WAYS.ask, ("29881", "29882"))


def told(*questions: Question, kind: CaseKind = CaseKind.CASE) -> Analysis:
    tear = replace(
        diagnosis("S83.206A"), evidence=(said(TEXT, "Meniscus torn"), said(TEXT, "swollen"), said(TEXT, "Medicare pays 29881"))
    )
    return Analysis(replace(reading(diagnoses=(tear,), questions=questions, kind=kind), text=TEXT))


def test_a_query_has_indicators_open_options_and_a_way_out():
    made = query(told(ASKED), KNOWLEDGE)

    assert made.indicators == ('"swollen"', '"Meniscus torn"')
    (row,) = made.rows
    assert row.options == ("It was sewn", "A part was taken out", "Other (please state)", "Unable to determine")


def test_a_query_says_no_word_of_payment_and_no_code():
    leading = Question("study", "Was it 29881, which Medicare pays, or 29882?", ())

    made = query(told(leading), KNOWLEDGE)

    words = " ".join((*made.indicators, *(row.question for row in made.rows), made.closing)).lower()
    assert "29881" not in words
    assert "pay" not in words


def test_one_option_alone_would_lead():
    lonely = replace(MENISCUS, facets=(replace(WAYS, values=WAYS.values[:1]),))

    (row,) = query(told(ASKED), Knowledge.of((lonely,), ())).rows

    assert row.options == ("Other (please state)", "Unable to determine")


@pytest.mark.parametrize("about", ["payer", "patient", "setting", "circumstances"])
def test_what_the_desk_knows_is_asked_of_no_provider(about):
    assert query(told(Question(about, "Which?", ())), KNOWLEDGE) is None


def test_without_indicators_there_is_no_query():
    assert query(Analysis(newts_reading()), None) is None


def test_a_direct_question_gets_no_query():
    assert query(told(ASKED, kind=CaseKind.QUESTION), KNOWLEDGE) is None


def test_at_most_two_facts_are_asked_and_each_once():
    many = tuple(Question(f"fact-{number}", f"Which {number}?", ()) for number in (1, 1, 2, 3))

    assert [row.question for row in query(told(*many), None).rows] == ["Which 1?", "Which 2?"]


@pytest.mark.parametrize("write", [letters.answer, letters.question])
def test_the_query_stands_in_both_forms_of_both_letters(write):
    letter = write(7, told(ASKED), KNOWLEDGE)

    assert "A QUERY FOR THE PROVIDER" in letter.text
    assert "[ ] Unable to determine" in letter.text
    assert "Unable to determine" in letter.html


def test_an_answer_names_at_most_two_facts_that_would_change_it_and_how_to_send_them():
    alternatives = tuple(Alternative(one, f"it was {one}") for one in ("29882", "29880", "29883"))
    ours = (
        replace(line("29881"), alternatives=alternatives),
        replace(line("29877"), alternatives=(Alternative("29879", "drilled"),)),
    )
    letter = letters.answer(7, Analysis(reading(ours=ours)), None)

    assert letter_data.changes(Analysis(reading(ours=ours))) == (
        "29882 instead of 29881, if it was 29882.",
        "29879 instead of 29877: drilled.",
    )
    assert "reply to this mail" in letter.text
    assert "reply to this mail" in letter.html


def test_without_a_near_sibling_a_fact_that_the_mail_does_not_tell_would_change_it():
    bare = Analysis(reading(ours=(line("29881"),)))
    full = Analysis(reading(ours=(line("29881"),), facts=(("payer", "medicare"), ("setting", "office"))))

    assert [one.split(",")[0] for one in letter_data.changes(bare)] == ["The payer", "The place of service"]
    assert "report or addendum" in letter_data.changes(full)[0]


def test_a_sibling_that_is_billed_beside_it_changes_nothing():
    ours = (replace(line("29881"), alternatives=(Alternative("29877", "smoothed"),)), line("29877"))

    assert not any("29877 instead" in one for one in letter_data.changes(Analysis(reading(ours=ours))))


def test_nothing_is_said_twice_in_an_audit_letter():
    letter = letters.answer(17, analysis(frans_reading()), None)

    said_ = list(letter_data.warnings(analysis(frans_reading())))
    assert all(
        one.partition(". ")[0] not in " ".join(row.because for row in letter_data.verdicts(analysis(frans_reading())))
        for one in said_
    )
    assert letter.text


def test_a_fact_that_changes_several_lines_is_named_once_and_at_the_first():
    region, method = "neck or chest region", "it was pulsed"
    first = replace(line("64635"), alternatives=(Alternative("64633", region), Alternative("64999", method)))
    second = replace(line("64636"), alternatives=(Alternative("64634", region),))

    told = letter_data.changes(Analysis(reading(ours=(first, second))))

    assert [one.split(" ")[0] for one in told] == ["64633", "64999"]


def test_a_way_that_is_only_unknown_is_no_option():
    ways = (*WAYS.values, FacetValue("untold", Condition(), "what was done is not told"))
    unsure = replace(MENISCUS, facets=(replace(WAYS, values=ways),))

    (row,) = query(told(ASKED), Knowledge.of((unsure,), ())).rows

    assert row.options[:2] == ("It was sewn", "A part was taken out")
    assert len(row.options) == 4


def test_the_subject_line_is_no_indicator():
    text = "Subject: torn meniscus\n\nMeniscus torn at the horn."
    tear = replace(diagnosis("S83.206A"), evidence=(said(text, "torn meniscus"), said(text, "Meniscus torn")))
    asked = Analysis(replace(reading(diagnoses=(tear,), questions=(ASKED,), kind=CaseKind.CASE), text=text))

    assert query(asked, KNOWLEDGE).indicators == ('"Meniscus torn"',)
