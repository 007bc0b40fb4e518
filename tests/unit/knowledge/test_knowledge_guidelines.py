"""Guideline notes and crossings: what is written, and what the reader refuses."""

from __future__ import annotations

import pytest

from consultant.knowledge.guidelines import Topic, covers
from consultant.model.coding import System

NOTE = """
    notes:
      - note: late-entry
        title: Late entries
        topic: compliance
        asks: [late entry]
        answer: Mark it as such.
        sources: [CMS IOM 100-08]
        edition: current
"""


@pytest.mark.parametrize(
    ("span", "code", "is_in"),
    [
        ("99213", "99213", True),
        ("99202-99215", "99213", True),
        ("99202-99215", "99221", False),
        ("00100-01999", "0075T", False),
        ("G0001-G9999", "99213", False),
        ("M80-M81", "M81", True),
    ],
)
def test_a_span_covers_the_codes_of_its_shape(span, code, is_in):
    assert covers(span, code) is is_in


def test_a_note_that_is_right_is_not_refused(refused):
    assert refused({"guidelines/a.yaml": NOTE}) == []


@pytest.mark.parametrize(
    ("change", "place", "refusal"),
    [
        (("topic: compliance", "topic: compliances"), "guidelines/a.yaml:4", "'topic' cannot be 'compliances'"),
        (("note: late-entry", "note: Late Entry"), "guidelines/a.yaml:2", "'Late Entry' is no name of a note"),
        (("asks: [late entry]", "asks: []"), "guidelines/a.yaml:2", "'asks' is missing or empty"),
        (("sources: [CMS IOM 100-08]", "source: CMS"), "guidelines/a.yaml:7", "the key 'source' is not known here"),
        (("edition: current", "codes: [99215-99202]\n        edition: x"), "guidelines/a.yaml:8", "is no code or range of codes"),
        (("edition: current", "modifiers: [257]\n        edition: x"), "guidelines/a.yaml:8", "'257' is no modifier"),
        (("notes:", "note:"), "guidelines/a.yaml:1", "there is no note here"),
    ],
)
def test_a_slip_in_a_note_is_refused_with_its_line(refused, change, place, refusal):
    lines = refused({"guidelines/a.yaml": NOTE.replace(*change)})
    assert any(line.startswith(f"{place}: ") and refusal in line for line in lines), lines


def test_two_notes_of_one_name_are_refused(refused):
    (line,) = refused({"guidelines/a.yaml": NOTE, "guidelines/b.yaml": NOTE})
    assert line.startswith("guidelines/b.yaml:2: the note 'late-entry' is written twice")


def test_a_crossing_without_operations_is_refused(refused):
    (line,) = refused({"guidelines/a.yaml": 'crossings:\n  - {to: "00790", plain: upper abdomen}\n'})
    assert line.startswith("guidelines/a.yaml:2: 'from' is missing or empty")


def test_the_written_notes_spread_over_all_topics_and_name_their_sources(knowledge):
    assert len(knowledge.guidelines) >= 100
    assert {note.topic for note in knowledge.guidelines} == set(Topic)
    assert all(note.sources and note.edition for note in knowledge.guidelines)


def test_every_diagnosis_that_a_note_names_exists(knowledge):
    for note in knowledge.guidelines:
        ends = {end for span in note.codes for end in span.split("-")}
        assert not {code for code in ends if System.of(code) is System.ICD10CM and knowledge.diagnosis(code) is None}, note.id


def test_crossings_lead_to_anesthesia_codes_from_operations(knowledge):
    for crossing in knowledge.crossings:
        assert covers("00100-01999", crossing.anesthesia), crossing
        assert not any(covers("00100-01999", span.partition("-")[0]) for span in crossing.operations), crossing
