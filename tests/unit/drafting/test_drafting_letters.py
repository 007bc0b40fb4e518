"""Whole letters, as an asker reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from claims import frans_reading, jos_reading, line, newts_reading, reading
from drafting_letters import KNOWLEDGE, analysis, golden

from consultant.drafting import letters
from consultant.model.analysis import Answer, CaseKind, Disposition
from consultant.model.coding import Question
from consultant.model.draft import DraftKind
from consultant.model.message import Letter

FREQUENCY = Answer(
    "coverage",
    "Medicare pays for a bone density study once in 23 months; sooner when medically necessary.",
    ("77080",),
    ("42 CFR 410.31", "NCD 150.3"),
)


OWN_WORDS = """Hi Fran,

Bill 77085 alone. The scan and the fracture assessment were one session, and the one code holds both of them.
Please keep the report with the claim.

Cora"""


def dotties_reading():
    """A direct question with nothing to code."""
    return reading(kind=CaseKind.QUESTION)


WRITTEN: dict[str, Callable[[], Letter]] = {
    "answer-audit": lambda: letters.answer(17, analysis(frans_reading()), KNOWLEDGE, "Fran Doe", consultant="Cora Lind, CPC"),
    "answer-case": lambda: letters.answer(18, analysis(jos_reading()), KNOWLEDGE, "Jo"),
    "answer-direct": lambda: letters.answer(19, analysis(dotties_reading(), answers=(FREQUENCY,)), KNOWLEDGE, "Dottie"),
    "question": lambda: letters.question(20, analysis(newts_reading()), KNOWLEDGE, "newt", consultant="Cora Lind, CPC"),
    "received": lambda: letters.received(21, "Jane Roe, DXA of Monday", "RENEE"),
    "refused": lambda: letters.refused(22, "not-registered"),
    "declined": lambda: letters.declined(23, "the note belongs to another practice", "Fran", consultant="Cora Lind, CPC"),
    "written": lambda: letters.written(24, OWN_WORDS),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_each_letter_reads_as_its_golden_text(name):
    expected, actual = golden(name, WRITTEN[name]())

    assert expected == actual


@pytest.mark.parametrize("name", WRITTEN)
def test_no_line_of_a_text_letter_is_wider_than_76(name):
    assert max(len(one) for one in WRITTEN[name]().text.splitlines()) <= 76


@pytest.mark.parametrize("name", WRITTEN)
def test_a_text_letter_is_plain_ascii(name):
    assert WRITTEN[name]().text.isascii()


@pytest.mark.parametrize("name", WRITTEN)
def test_the_html_letter_loads_nothing_and_runs_nothing(name):
    html = WRITTEN[name]().html.lower()

    assert all(one not in html for one in ("<script", "<img", "<link", "url(", "http", "javascript:", "onload", "<form"))


@pytest.mark.parametrize("name", WRITTEN)
def test_text_and_html_say_the_same_words(name):
    letter = WRITTEN[name]()
    tagless = " ".join(letter.html.replace("&#34;", '"').replace("&#39;", "'").split())

    for one in letter.text.splitlines():
        code, _, rest = one.strip().partition(" ")
        if one.startswith("  ") and rest and code[0].isalnum() and code[-1].isdigit():
            assert code in tagless


def test_the_answer_stands_in_the_first_two_lines_after_the_greeting():
    lines = letters.answer(17, analysis(frans_reading()), KNOWLEDGE, "Fran").text.splitlines()

    assert lines[:3] == ["Hi Fran,", "", "Bill 77085 with M81.0 and Z87.310; do not bill 77080, 77082 or M80.08XA."]


def test_a_letter_without_knowledge_at_hand_still_writes():
    assert "It decides between 77078, 0554T and 0743T." in letters.question(20, analysis(newts_reading())).text


def test_the_subject_of_the_asker_is_in_no_letter():
    letter = letters.received(21, "Jane Roe, DXA of Monday")

    assert "Roe" not in letter.subject + letter.text + letter.html


def test_no_score_is_shown():
    letter = letters.answer(17, analysis(frans_reading()), KNOWLEDGE)

    assert "0.9" not in letter.text + letter.html


def test_nothing_of_the_mail_is_quoted_but_the_evidence():
    letter = letters.answer(17, analysis(frans_reading()), KNOWLEDGE)

    assert "73F" not in letter.text + letter.html


def test_the_disposition_chooses_the_letter():
    assert letters.draft(17, analysis(frans_reading()))[0] is DraftKind.ANSWER
    assert letters.draft(17, analysis(newts_reading()))[0] is DraftKind.QUESTION


def test_a_question_letter_asks_exactly_what_is_missing():
    text = letters.question(20, analysis(newts_reading()), KNOWLEDGE).text

    assert text.count("?") == 2
    assert "two facts" in text


def test_one_question_is_one_fact_and_names_what_is_certain():
    one = reading(
        ours=(line("20610"),),
        questions=(Question("side", "Which knee?", ("LT", "RT")),),
        kind=CaseKind.CASE,
        disposition=Disposition.ASK,
    )
    letter = letters.question(20, analysis(one), KNOWLEDGE)

    assert letter.subject == "Case 20: a question before we can answer"
    assert "I need one fact from you before I can name the rest of the codes:" in letter.text
    assert "LT      Left side" in letter.text
    assert "20610" in letter.text


def test_an_open_question_beside_an_answer_is_asked_at_its_end():
    with_question = replace(frans_reading(), questions=(Question("drug", "Which osteoporosis drug?", ("Z79.83", "Z79.899")),))
    text = letters.answer(17, analysis(with_question), KNOWLEDGE).text

    assert text.index("TELL ME, IF YOU CAN") > text.index("THE CLAIM")
    assert "Which osteoporosis drug?" in text


def test_without_any_question_the_letter_asks_for_the_record():
    text = letters.question(20, analysis(reading(disposition=Disposition.ASK, kind=CaseKind.CASE))).text

    assert "I need more of the record" in text


def test_a_consultants_own_lines_stay_as_they_are():
    assert letters.written(24, "Hi\r\n\r\n  77085     bill\r\n").text == "Hi\n\n  77085     bill\n"


def test_columns_of_a_consultant_keep_their_shape_in_html():
    assert "  77085     bill</pre>" in letters.written(24, "Hi\n\n  77085     bill").html


def test_a_letter_that_is_amended_without_a_change_keeps_its_words():
    text = letters.answer(17, analysis(frans_reading()), KNOWLEDGE, "Fran").text

    assert letters.written(17, text).text == text


def test_a_deleted_code_is_told_once():
    text = letters.answer(17, analysis(frans_reading()), KNOWLEDGE).text

    assert text.count("deleted on") == 1


@pytest.mark.parametrize("reason", [*letters.REFUSALS, "something else"])
def test_every_refusal_says_what_to_do(reason):
    assert any(word in letters.refused(22, reason).text for word in ("write", "Write", "Send", "Copy", "send"))
