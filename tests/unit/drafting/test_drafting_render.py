"""The machinery of letters: strict names, inert values, one-line subjects, and templates that are found."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from claims import frans_reading, said
from drafting_letters import KNOWLEDGE, analysis
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, UndefinedError

from consultant.drafting import letters
from consultant.drafting.render import SUBJECT_MAX, environment, render
from consultant.model.analysis import Analysis, Answer
from consultant.model.message import Letter

HOSTILE = '<script>alert(1)</script><b onclick="x">{{ 7*7 }}{% raw %}{# c #}${x}</b>'
TEMPLATES = ("received", "refused", "answer", "question", "written", "declined")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_letter_without_its_data_is_an_error_and_never_a_blank(name):
    with pytest.raises(UndefinedError):
        render(name, {})


@pytest.mark.parametrize("missing", ["name", "because", "case_id"])
def test_each_name_that_is_missing_is_an_error(missing):
    data = {"case_id": 1, "name": "Fran", "because": "of this"}
    del data[missing]

    with pytest.raises(UndefinedError):
        render("refused", data)


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_letter_is_a_folder_of_three_templates(name):
    found = {one for one in environment().list_templates() if one.startswith(f"{name}/")}

    assert found == {f"{name}/subject.txt", f"{name}/body.txt", f"{name}/body.html"}


def hostile_letter() -> Letter:
    """Fran's answer with hostile words wherever words of a mail or of a person can come in."""
    one = frans_reading()
    evil = replace(one, text=HOSTILE)
    line = replace(one.procedures[0], evidence=(said(HOSTILE, HOSTILE),), because=(HOSTILE,), description=HOSTILE)
    diagnoses = tuple(replace(d, evidence=(said(HOSTILE, "<script>"),), because=(HOSTILE,)) for d in one.diagnoses)
    judged = analysis(replace(evil, procedures=(line,), diagnoses=diagnoses, proposed=()))
    told = replace(judged, answers=(Answer("a", HOSTILE, (), (HOSTILE,)),), editions={"x": HOSTILE})
    return letters.answer(17, told, KNOWLEDGE, "Fran", consultant=HOSTILE)


def test_hostile_words_are_inert_in_html():
    html = hostile_letter().html

    assert "<script" not in html
    assert "<b onclick" not in html
    assert "&lt;script&gt;" in html


def test_braces_of_a_mail_stay_braces():
    letter = hostile_letter()

    assert "{{ 7*7 }}" in letter.text
    assert "{{ 7*7 }}" in letter.html
    assert "49" not in letter.text


@pytest.mark.parametrize(
    "letter", [letters.written(17, HOSTILE), letters.written(17, "a    b\n" + HOSTILE), letters.declined(17, HOSTILE)]
)
def test_hostile_words_of_a_consultant_are_inert_too(letter):
    assert "<script" not in letter.html
    assert "{{ 7*7 }}" in letter.html
    assert "{{ 7*7 }}" in letter.text


def test_a_quote_in_html_cannot_leave_its_place():
    assert 'onclick="x"' not in hostile_letter().html


def test_the_subject_is_forced_to_one_line(monkeypatch):
    parts = {"subject.txt": "{{ value }}", "body.txt": "x", "body.html": "x"}
    here = environment().overlay(loader=DictLoader({f"evil/{part}": text for part, text in parts.items()}))
    monkeypatch.setattr("consultant.drafting.render.environment", lambda: here)

    subject = render("evil", {"value": "Case 1\r\nBcc: mallory@evil.example\n\n" + "x" * 500}).subject

    assert "\n" not in subject
    assert "\r" not in subject
    assert len(subject) <= SUBJECT_MAX


@given(st.text(max_size=300))
def test_no_words_of_a_mail_break_a_letter(words):
    told = Analysis(frans_reading(), answers=(Answer("a", words, (), ()),))
    letter = letters.answer(17, told, KNOWLEDGE, words, consultant=words)

    assert max(len(one) for one in letter.text.splitlines()) <= 76
    assert letter.subject == "Case 17: coding answer"
    assert all("\r" not in getattr(letter, one.name) and "\x00" not in getattr(letter, one.name) for one in fields(letter))


def test_invisible_and_direction_changing_characters_are_dropped():
    told = Analysis(frans_reading(), answers=(Answer("a", "pay\u202e58077\u200b now\u0007", (), ()),))
    letter = letters.answer(17, told, KNOWLEDGE)

    assert "pay58077 now" in letter.text
    assert "pay58077 now" in letter.html
