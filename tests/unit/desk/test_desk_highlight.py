"""The text of a case is cut at the edges of its evidence, and loses nothing by it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consultant.desk.highlight import Stretch, stretches
from consultant.model.analysis import Analysis, CaseKind, Disposition, Reading
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Confidence, Diagnosis

TEXT = "DXA of the spine and hip, osteoporosis."


def analysis_with(*spans: tuple[str, int, int]) -> Analysis:
    diagnoses = tuple(
        Diagnosis(code, "", Confidence.HIGH, 1.0, (Evidence.quoting(TEXT, Span(start, end)),), ()) for code, start, end in spans
    )
    return Analysis(Reading(TEXT, CaseKind.CASE, Disposition.ANSWER, "", date(2026, 11, 20), diagnoses=diagnoses))


def test_words_without_evidence_stay_plain():
    assert stretches(analysis_with()) == (Stretch(TEXT, ()),)


def test_words_that_two_codes_rest_on_carry_both():
    assert stretches(analysis_with(("A", 0, 16), ("B", 11, 24))) == (
        Stretch("DXA of the ", ("A",)),
        Stretch("spine", ("A", "B")),
        Stretch(" and hip", ("B",)),
        Stretch(", osteoporosis.", ()),
    )


bounds = st.integers(0, len(TEXT) - 1).flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, len(TEXT))))


@given(st.lists(st.tuples(st.sampled_from("ABC"), bounds), max_size=8))
def test_joined_together_the_stretches_are_the_text_again(marks):
    found = stretches(analysis_with(*((code, start, end) for code, (start, end) in marks)))

    assert "".join(stretch.text for stretch in found) == TEXT
    assert {code for stretch in found for code in stretch.codes} == {code for code, _ in marks}
