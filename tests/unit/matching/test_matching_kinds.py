"""What a mail wants, and mail that is nothing for us."""

from __future__ import annotations

import pytest

from consultant.matching.kinds import disposition_of, fallback_questions, kind_of, names_service
from consultant.matching.noise import noise_reason
from consultant.model.analysis import CaseKind, Disposition
from consultant.model.clinical import Evidence, Span
from consultant.model.coding import Confidence, Diagnosis, ProposedCode, System


def proposed(*codes: str) -> tuple[ProposedCode, ...]:
    return tuple(ProposedCode(c, System.of(c) or System.CPT, Evidence(Span(0, 5), c)) for c in codes)


OSTEOPOROSIS = Diagnosis("M81.0", "osteoporosis", Confidence.HIGH, 0.9, (), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("Subject: (no subject)\n\n", "empty"),
        ("\n\nThanks!\n\nSent from my iPhone", "empty"),
        (
            "Subject: Automatic reply: Out of office\n\nI am out of the office until Monday. Claim queries: send to Joan.",
            "out-of-office",
        ),
        ("Subject: Automatic reply: please code\n\nPlease advise the sender that I am away.", "out-of-office"),
        ("Subject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mx.example.", "bounce"),
        ("Subject: This week in coding\n\nRegister by Friday. Unsubscribe | View in browser", "newsletter"),
        ("Subject: Read receipt\n\nYour message was read on Monday.", "receipt"),
        ("Subject: Accepted: coding call\n\nWhen: Monday\nWhere: online\nMeeting ID 123", "calendar"),
        ("This is an automated message. Please do not reply to this email. Your ticket has been opened.", "ticket-robot"),
    ],
)
def test_noise_is_known_by_its_words_and_has_a_reason(text: str, reason: str):
    assert noise_reason(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "dexa hip?",
        "Subject: DXA code\n\n",
        "I will be out of the office until Monday, so please code this DXA today. Hip and spine.",
        "Hip DXA done, which code? Unsubscribe from our newsletter here. Register by Friday.",
        "The claim for 77080 was returned: the payer says address not found. What code should we send?",
        "Hip DXA.\n\nPrivacy policy",
    ],
)
def test_real_mail_is_never_noise(text: str):
    assert noise_reason(text) is None


def test_a_claim_with_a_request_to_check_is_an_audit():
    assert kind_of("Good to go?", proposed("77080", "M81.0"), ()) is CaseKind.AUDIT


def test_one_code_is_no_claim():
    assert kind_of("Denied, why? 77080", proposed("77080"), ()) is CaseKind.CASE


def test_a_request_to_explain_is_a_question():
    assert kind_of("Could someone explain modifier 58?", (), ()) is CaseKind.QUESTION


@pytest.mark.parametrize(
    ("kind", "diagnoses", "wants_service", "expected"),
    [
        (CaseKind.QUESTION, (), True, Disposition.ANSWER),
        (CaseKind.CASE, (OSTEOPOROSIS,), False, Disposition.ANSWER),
        (CaseKind.CASE, (OSTEOPOROSIS,), True, Disposition.ASK),
        (CaseKind.CASE, (), False, Disposition.ASK),
    ],
)
def test_what_is_settled_decides_between_answer_and_question(
    kind: CaseKind, diagnoses: tuple[Diagnosis, ...], wants_service: bool, expected: Disposition
):
    assert expected is disposition_of(kind, (), diagnoses, wants_service=wants_service)


def test_a_mail_is_about_a_service_when_it_names_one_or_asks_for_its_code():
    assert names_service("Right CPT code?", ())
    assert names_service("this one", proposed("77080"))
    assert not names_service("which dx?", proposed("M81.0"))


def test_when_nothing_is_known_the_questions_ask_for_the_whole_story():
    assert [q.about for q in fallback_questions()] == ["service", "diagnosis", "circumstances"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Subject: Re: which code\n\nPerfect, that makes sense. Thank you for the quick answer!", "courtesy"),
        ("Subject: Re: 77080\n\nThanks! And is 77085 right when the VFA is added?", None),
        ("Subject: Action needed\n\nYour password expires today. Click here to verify your account.", "account-lure"),
    ],
)
def test_a_mail_that_only_thanks_or_lures_is_nothing_for_us(text, reason):
    assert noise_reason(text) == reason
