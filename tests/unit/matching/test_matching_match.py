"""The whole story on the small knowledge base: lines, diagnoses, questions, candidates; and what must not change a reading."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_cast import CONCEPTS, FAMILIES, RECEIVED, knowledge

from consultant.matching.match import Matcher, match
from consultant.matching.normalise import LONGEST
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.coding import Confidence

BASE = knowledge()
MATCHER = Matcher(BASE)


def read(text: str) -> Reading:
    return MATCHER.read(text, RECEIVED)


def lines(text: str) -> list[str]:
    return sorted("-".join((p.code, *p.modifiers)) + (f" x{p.units}" if p.units > 1 else "") for p in read(text).procedures)


def diagnoses(text: str) -> list[str]:
    return [d.code for d in read(text).diagnoses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DXA of the hip and spine, no VFA.", ["77080"]),
        ("DXA of the hip with VFA same day.", ["77085"]),
        ("Heel dexa today.", ["77081"]),
        ("DXA of the hip and of the heel.", ["77080", "77081"]),
        ("DXA of the hip. Our doctor does the read only.", ["77080-26"]),
        ("DXA of the hip, technical component only.", ["77080-TC"]),
        ("Left knee injection under ultrasound.", ["20611-LT"]),
        ("Both knees injected.", ["20610-50"]),
        ("Injection of the right knee. Injection of the left shoulder.", ["20610-LT", "20610-RT"]),
        ("1) right knee injection\n2) right knee injection", ["20610-RT x2"]),
        ("VFA only.", []),
        ("No DXA of the hip.", []),
        ("Hip DXA was done in 2019.", []),
        ("Will do hip DXA next week.", []),
        ("Her sister had hip DXA.", []),
        ("Do we add hip DXA?", []),
    ],
)
def test_the_lines_of_a_text(text: str, expected: list[str]):
    assert expected == lines(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Osteoporosis.", ["M81.0"]),
        ("Steroid-induced osteoporosis.", ["M81.8"]),
        ("Possible osteoporosis.", []),
        ("No osteoporosis.", []),
        ("Mother had osteoporosis.", ["Z82.62"]),
        ("Meniscus tear of the left knee.", ["S83.202A"]),
        ("Meniscus tear.", ["S83.209A"]),
        ("Osteoporosis screening, mother had osteoporosis.", ["Z13.820", "Z82.62"]),
        ("Osteoporosis with family history of osteoporosis.", ["M81.0", "Z82.62"]),
    ],
)
def test_the_diagnoses_of_a_text_in_claim_order(text: str, expected: list[str]):
    assert expected == diagnoses(text)


def test_a_screening_stands_before_a_condition_and_status_last():
    text = "Family history of osteoporosis. Knee pain. Osteoporosis screening."
    assert diagnoses(text) == ["Z13.820", "M25.569", "Z82.62"]


def test_a_line_is_linked_to_the_diagnoses_that_support_it():
    found = {p.code: p.diagnoses for p in read("Hip DXA for osteoporosis. Left knee injection for knee pain.").procedures}
    assert found == {"77080": ("M81.0",), "20610": ("M25.569",)}


def test_an_open_facet_is_asked_and_nothing_is_settled():
    reading = read("Pt had dexa. Which code?")
    assert (reading.disposition, reading.procedures) == (Disposition.ASK, ())
    assert [(q.about, q.decides) for q in reading.questions] == [("measured", ("77080", "77081"))]


def test_a_diagnosis_without_its_side_is_proposed_as_unspecified_and_asked():
    reading = read("Hip DXA. Meniscus tear.")
    assert reading.disposition is Disposition.ANSWER
    assert [(q.about, q.decides) for q in reading.questions] == [("side", ("S83.201A", "S83.202A", "S83.209A"))]


def test_a_text_about_nothing_known_is_asked_about():
    reading = read("Dr fixed a wrist on tuesday. CPT?")
    assert (reading.disposition, reading.procedures, reading.diagnoses) == (Disposition.ASK, (), ())
    assert [q.about for q in reading.questions] == ["service", "diagnosis", "circumstances"]


def test_diagnoses_alone_do_not_answer_a_mail_about_a_service():
    assert read("Osteoporosis. Is it 77080?").disposition is Disposition.ASK
    assert read("Osteoporosis, which diagnosis?").disposition is Disposition.ANSWER


def test_a_reason_names_the_words_and_what_was_taken_by_default():
    line = read("Hip DXA.").procedures[0]
    assert line.because == (
        "The mail says “DXA”.",
        "“Hip”: hip or spine was measured.",
        "Nothing else is said, so this is taken: fractures were not assessed.",
    )


def test_siblings_are_alternatives_with_what_would_make_them_right():
    line = read("Hip DXA.").procedures[0]
    assert [(a.code, a.unless) for a in line.alternatives] == [
        ("77085", "fractures were assessed"),
        ("77081", "a peripheral site was measured"),
    ]


def test_confidence_falls_with_what_was_taken_by_default_and_with_a_mere_order():
    said, taken, ordered = (read(t).procedures[0] for t in ("Hip DXA, no VFA.", "Hip DXA.", "Hip DXA was ordered."))
    assert said.score > taken.score > ordered.score
    assert [said.confidence, taken.confidence, ordered.confidence] == [Confidence.HIGH, Confidence.HIGH, Confidence.MEDIUM]


def test_a_proposed_code_wakes_candidates_only():
    reading = read("Is it 77082?")
    assert reading.procedures == ()
    assert "77085" in [c.code for c in reading.candidates]
    assert "77082" not in [c.code for c in reading.candidates][:1]


def test_what_is_only_asked_about_gives_questions_and_candidates():
    reading = read("Can we bill a dexa?")
    assert (reading.procedures, [q.about for q in reading.questions]) == ((), ["measured"])
    assert {"77080", "77081"} <= {c.code for c in reading.candidates}


def test_candidates_are_ranked_and_at_most_twenty():
    found = read("Hip DXA with VFA for osteoporosis.").candidates
    assert found[0].code == "77085"
    assert len(found) <= 20
    assert [c.code for c in found].index("M81.0") > [c.code for c in found].index("77080")


def test_the_date_of_service_is_the_stated_one_or_the_day_of_receipt():
    assert read("DOS 11/03/2026 hip dxa").date_of_service.isoformat() == "2026-11-03"
    assert read("hip dxa").date_of_service == RECEIVED


def test_a_claim_with_a_request_to_check_is_an_audit():
    reading = read("Please check before I send: 77080, 77082, M81.0. Hip DXA with VFA.")
    assert (reading.kind, [p.code for p in reading.proposed]) == (CaseKind.AUDIT, ["77080", "77082", "M81.0"])


def test_a_general_question_settles_nothing():
    reading = read("What is the difference between 77080 and 77081? Say osteoporosis.")
    assert (reading.kind, reading.disposition, reading.diagnoses) == (CaseKind.QUESTION, Disposition.ANSWER, ())


def test_match_is_the_story_in_one_call():
    assert match("Hip DXA.", RECEIVED, BASE) == read("Hip DXA.")


def test_a_text_beyond_the_longest_is_cut_and_the_reading_says_so():
    reading = read("Hip DXA. " + "word " * 50_000)
    assert len(reading.text) == LONGEST
    assert [f.name for f in reading.facts] == ["text-cut"]


def test_an_empty_lexicon_reads_too():
    empty = Matcher(type(BASE).of((), ()))
    assert empty.read("Hip DXA.", RECEIVED).disposition is Disposition.ASK


# What must and must not change a reading.

CASES = ("DXA of the hip and spine, no VFA.", "Left knee injection under ultrasound.", "Heel dexa.\nSecond line about nothing.")


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("before", ["No ", "History of ", "Plan to do ", "Her mother had ", "Do we bill "])
def test_a_phrase_of_context_takes_a_service_away(text: str, before: str):
    assert lines(text) != []
    assert lines(before + text) == []


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize(
    "after",
    ["\n\nThanks,\nAda", "\n\nCONFIDENTIALITY NOTICE: this message is intended only for the addressee.", "\n\n555-123-4567"],
)
def test_a_closing_changes_nothing(text: str, after: str):
    assert lines(text) == lines(text + after)
    assert diagnoses(text) == diagnoses(text + after)


@pytest.mark.parametrize("texts", [("Hip DXA.", "Left knee injection.", "Osteoporosis screening.")])
def test_the_order_of_unrelated_statements_changes_nothing(texts: tuple[str, ...]):
    assert lines("\n\n".join(texts)) == lines("\n\n".join(reversed(texts)))
    assert diagnoses("\n\n".join(texts)) == diagnoses("\n\n".join(reversed(texts)))


@pytest.mark.parametrize(("left", "right"), [("20610-LT", "20610-RT")])
def test_changing_the_side_changes_the_side_only(left: str, right: str):
    assert (lines("Left knee injection."), lines("Right knee injection.")) == ([left], [right])
    assert (diagnoses("Left meniscus tear."), diagnoses("Right meniscus tear.")) == (["S83.202A"], ["S83.201A"])


def test_the_order_of_families_and_concepts_in_the_knowledge_base_does_not_decide():
    turned = Matcher(type(BASE).of(tuple(reversed(FAMILIES)), tuple(reversed(CONCEPTS))))
    text = "Hip DXA for osteoporosis, left knee injection."
    one, other = read(text), turned.read(text, RECEIVED)
    assert replace(one, candidates=()) == replace(other, candidates=())


def test_the_same_text_reads_the_same_twice():
    assert read("Hip DXA for osteoporosis.") == read("Hip DXA for osteoporosis.")


WORDS = st.sampled_from(
    [
        *(
            "hip",
            "dxa",
            "vfa",
            "no",
            "not",
            "left",
            "right",
            "knee",
            "injection",
            "osteoporosis",
            "both knees",
            "and",
            "or",
            "was done",
        ),
        *(
            "mother had",
            "history of",
            "in 2019",
            "is it",
            "77080",
            "x2",
            "-26",
            "PLAN:",
            "1)",
            ":",
            ",",
            ".",
            "?",
            "(",
            ")",
            "\n",
            "\n\n",
        ),
    ]
)


@given(st.lists(WORDS, max_size=40))
@settings(max_examples=150, deadline=None)
def test_reading_never_fails_and_quotes_what_stands_there(words: list[str]):
    reading = read(" ".join(words))
    quoted = [e for s in (*reading.procedures, *reading.diagnoses) for e in s.evidence]
    quoted += [e for f in reading.facts for e in f.evidence] + [p.evidence for p in reading.proposed]
    assert all(e.span.of(reading.text) == e.text for e in quoted)


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_reading_takes_any_text(text: str):
    assert read(text).date_of_service


@pytest.mark.parametrize(
    "text", ["dxa " * 10_000, "no dxa, " * 10_000, "(" * 50_000, "77080-26 x2, " * 5_000, "is it dxa? " * 5_000]
)
def test_a_flood_of_words_is_read_without_an_answer_that_grows(text: str):
    assert len(read(text).candidates) <= 20
