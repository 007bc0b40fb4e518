from __future__ import annotations

import pytest
from cast import ADA, MAILBOX

from consultant.consultation.casetext import text_of_fields, text_of_messages
from consultant.mail.parse import parse


def message(subject: str, body: str):
    return parse(f"From: {ADA}\nTo: {MAILBOX}\nSubject: {subject}\n\n{body}".encode())


def test_a_subject_that_says_something_is_the_first_line():
    assert text_of_fields("Heel  scan", "By ultrasound.") == "Subject: Heel scan\n\nBy ultrasound."


@pytest.mark.parametrize("subject", ["", "  ", "Re:", "RE: Fwd: ", "???", "Re: Case 17: your coding question"])
def test_a_subject_that_says_nothing_is_left_out(subject):
    assert text_of_fields(subject, "By ultrasound.") == "By ultrasound."


def test_a_signature_is_no_part_of_the_text():
    assert "Lakeside" not in text_of_fields("Heel", "Heel scan by ultrasound, which code?\n\n-- \nAda Coder\nLakeside Clinic")


def test_a_body_that_only_quotes_is_read_whole():
    assert "ultrasound" in text_of_fields("", "> Heel scan by ultrasound.")


def test_of_a_thread_the_first_subject_and_every_body_count():
    text = text_of_messages([message("Heel scan", "Which code?"), message("Re: Case 1: x", "It was the left one.")])

    assert text == "Subject: Heel scan\n\nWhich code?\n\nIt was the left one."


def test_no_messages_make_no_text():
    assert text_of_messages([]) == ""
