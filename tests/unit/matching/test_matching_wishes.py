"""What the asker wants coded, what a word means in its text, lines by place, and acts that stand in no note."""

from __future__ import annotations

import pytest
from matching_cast import RECEIVED

from consultant.knowledge.lookup import Knowledge
from consultant.matching.layout import find_parts
from consultant.matching.match import Matcher
from consultant.model.clinical import SectionKind


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge) -> Matcher:
    return Matcher(knowledge)


def codes(matcher: Matcher, text: str) -> list[str]:
    return [line.code for line in matcher.read(text, RECEIVED).procedures]


def lines(matcher: Matcher, text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.code, line.modifiers) for line in matcher.read(text, RECEIVED).procedures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EGD with biopsy done for reflux. Dx codes only please.", []),
        ("EGD with biopsy done for reflux. Dx codes and CPT please.", ["43239"]),
        ("Anesthesia claim: laceration repair of the scalp, 3 cm, simple.", []),
        ("DuoNeb nebulizer treatment given. Which HCPCS code?", ["J7620"]),
        ("DuoNeb nebulizer treatment given. Which HCPCS and CPT codes?", ["J7620", "94640"]),
    ],
)
def test_a_mail_is_answered_with_what_it_wants(matcher: Matcher, text: str, expected: list[str]):
    assert codes(matcher, text) == expected


def test_each_artery_has_a_line_with_its_modifier(matcher: Matcher):
    text = "Stents placed in the LAD and in the RCA, native vessel disease."
    assert lines(matcher, text) == [("92928", ("LD",)), ("92928", ("RC",))]


def test_two_joints_of_one_injection_have_their_own_sides(matcher: Matcher):
    text = "Right knee and left shoulder injected, no ultrasound."
    assert lines(matcher, text) == [("20610", ("RT",)), ("20610", ("LT",))]


def test_an_artery_treated_otherwise_takes_nothing_from_the_other_one(matcher: Matcher):
    reading = matcher.read("PTCA of the RCA and a stent to the LAD.", RECEIVED)
    assert [(line.code, line.modifiers) for line in reading.procedures] == [("92928", ("LD",))]
    assert "device" in {question.about for question in reading.questions}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IVUS of the LAD", "92978"),
        ("CTR right wrist, open", "64721"),
    ],
)
def test_a_short_word_means_what_its_text_is_about(matcher: Matcher, text: str, code: str):
    assert code in codes(matcher, text)


def test_a_code_set_is_no_defibrillator(matcher: Matcher):
    reading = matcher.read("Need ICD-10 and CPT: generator change of the pacemaker, same leads.", RECEIVED)
    assert [line.code for line in reading.procedures] == codes(matcher, "Generator change of the pacemaker, same leads.")


@pytest.mark.parametrize(
    "text",
    [
        "Colonoscopy is up to date.",
        "EKG, CBC and chest CT ordered. Est pt, moderate MDM office visit.",
        "Further testing will be ordered: EKG.",
        "Patient declined EKG.",
        'Payer letter: "EKG with interpretation is not payable".',
    ],
)
def test_what_was_only_spoken_of_is_not_coded(matcher: Matcher, text: str):
    assert not {"45378", "93000", "85025", "85027", "71250"} & set(codes(matcher, text))


@pytest.mark.parametrize("text", ["Came as scheduled for left knee injection.", "Claim denied for left knee injection."])
def test_words_that_deny_or_plan_elsewhere_do_not_here(matcher: Matcher, text: str):
    assert codes(matcher, text) == ["20610"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Pre-op Dx:", SectionKind.PREOPERATIVE_DIAGNOSIS),
        ("POSTOPERATIVE DIAGNOSES", SectionKind.POSTOPERATIVE_DIAGNOSIS),
        ("2. PROC:", SectionKind.PROCEDURE_TITLE),
        ("Procedure(s) Performed:", SectionKind.PROCEDURE_TITLE),
        ("ED Course:", SectionKind.TECHNIQUE),
        ("S:", SectionKind.INDICATION),
        ("A/P:", SectionKind.ASSESSMENT),
        ("EBL:", SectionKind.OTHER),
        ("Past Surgical Hx", SectionKind.HISTORY),
        ("Estimated Blood Loss (EBL):", SectionKind.OTHER),
        ("Infusion Record:", SectionKind.PROCEDURE_TITLE),
        ("FINAL PATHOLOGIC DIAGNOSIS:", SectionKind.PATHOLOGY),
    ],
)
def test_a_heading_is_known_in_every_usual_spelling(heading: str, kind: SectionKind):
    assert [part.section.kind for part in find_parts(f"{heading}\nsomething told here")] == [kind]
