"""Sections and statements: how a text is laid out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_cast import statements_of

from consultant.matching.layout import find_parts
from consultant.matching.normalise import normalise
from consultant.model.clinical import SectionKind


def kinds(text: str) -> list[SectionKind]:
    return [part.section.kind for part in find_parts(text)]


def statements(text: str) -> list[str]:
    return [s.span.of(text) for s in statements_of(text).all]


def test_a_mail_without_headings_is_one_preamble():
    assert kinds("Hi,\nplease code this.") == [SectionKind.PREAMBLE]


def test_the_subject_line_ends_at_the_empty_line():
    assert kinds("Subject: dexa today\n\nHi there") == [SectionKind.SUBJECT, SectionKind.PREAMBLE]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("PREOPERATIVE DIAGNOSIS: tear", SectionKind.PREOPERATIVE_DIAGNOSIS),
        ("Postop Dx: tear", SectionKind.POSTOPERATIVE_DIAGNOSIS),
        ("PROCEDURES PERFORMED:", SectionKind.PROCEDURE_TITLE),
        ("Indications: pain", SectionKind.INDICATION),
        ("DESCRIPTION (short): done", SectionKind.TECHNIQUE),
        ("IMPRESSION: normal", SectionKind.IMPRESSION),
        ("A/P: osteoporosis", SectionKind.ASSESSMENT),
        ("P: return", SectionKind.PLAN),
        ("Plan", SectionKind.PLAN),
        ("PMH: none", SectionKind.HISTORY),
        ("FHx: none", SectionKind.FAMILY_HISTORY),
        ("COMPARISON: none.", SectionKind.COMPARISON),
        ("Billed: 45378", SectionKind.CLAIM),
        ("SOURCE MATERIAL: film", SectionKind.OTHER),
    ],
)
def test_a_heading_starts_its_section(line: str, kind: SectionKind):
    assert kinds(f"Hello.\n{line}\n") == [SectionKind.PREAMBLE, kind]


def test_headings_in_capitals_are_found_in_a_run_on_line():
    assert kinds("FINDINGS: normal. IMPRESSION: normal.") == [SectionKind.FINDINGS, SectionKind.IMPRESSION]


def test_an_ordinary_sentence_is_no_heading():
    assert kinds("The plan was changed.\nHistory repeats.") == [SectionKind.PREAMBLE]


def test_after_the_empty_line_behind_an_inline_section_the_mail_speaks_again():
    assert kinds("PLAN: repeat in a year.\n\nCan we bill it?") == [SectionKind.PLAN, SectionKind.PREAMBLE]


def test_a_section_under_its_own_heading_line_goes_on_over_empty_lines():
    assert kinds("HISTORY:\nscope in 2010\n\nscope in 2012") == [SectionKind.HISTORY]


@given(st.text())
def test_sections_cover_the_whole_text_in_order(raw: str):
    text = normalise(raw)
    assert "".join(part.section.span.of(text) for part in find_parts(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Done today. No VFA.", ["Done today.", "No VFA."]),
        ("Dr. Pell read it. T-score -0.4, normal.", ["Dr. Pell read it.", "T-score -0.4, normal."]),
        ("seen by dr. pell today. no vfa.", ["seen by dr. pell today.", "no vfa."]),
        ("Size 7 x 6 cm. Bleeding controlled.", ["Size 7 x 6 cm.", "Bleeding controlled."]),
        ("Is it 0554T? Do we add 77086?", ["Is it 0554T?", "Do we add 77086?"]),
        ("1) DXA of the hip\n2) mammogram", ["1) DXA of the hip", "2) mammogram"]),
        ("- hip\n- spine", ["- hip", "- spine"]),
        ("1. Knee scope. 2. Meniscectomy.", ["1. Knee scope.", "2. Meniscectomy."]),
        ("Machine: ours\nAge: 60", ["Machine: ours", "Age: 60"]),
        ("I plan:\n77080\n77082", ["77080", "77082"]),
        (
            "The patient was brought to the room and the scan of\nthe hip was done without trouble.",
            ["The patient was brought to the room and the scan of\nthe hip was done without trouble."],
        ),
        ("dxa; no vfa", ["dxa;", "no vfa"]),
    ],
)
def test_statements_are_sentences_items_and_form_lines(text: str, expected: list[str]):
    assert expected == statements(text)


def test_a_statement_that_ends_in_a_question_mark_is_a_question():
    assert [s.question for s in statements_of("Is it so? It is.").all] == [True, False]


def test_items_of_a_list_are_numbered_apart_and_marked():
    found = statements_of("1) DXA. Normal.\n2) mammogram").all
    assert [s.listed for s in found] == [True, True, True]
    assert found[0].item == found[1].item != found[2].item


def test_an_unpunctuated_flood_of_words_is_read_in_pieces():
    assert max(len(s) for s in statements("word " * 5000)) <= 800


@given(st.text())
def test_statements_stand_in_order_and_apart(raw: str):
    text = normalise(raw)
    spans = [s.span for s in statements_of(text).all]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(span.end <= len(text) for span in spans)


def test_a_place_is_looked_up_in_its_statement():
    found = statements_of("One. Two. Three.")
    assert [found.at(0), found.at(6), found.at(12)] == [0, 1, 2]
