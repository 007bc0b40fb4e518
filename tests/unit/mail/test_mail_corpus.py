"""Every mail of tests/corpus/mail is read as expectations.toml says; files are named by their defect."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultant.mail import loops
from consultant.mail.defects import Defect
from consultant.mail.parse import parse
from consultant.model.message import Envelope

CORPUS = Path(__file__).parents[2] / "corpus" / "mail"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "expectations.toml").read_text("utf-8"))
NAMES = sorted(EXPECTED)
# Defects that need more bytes than a kept file should have, or a fault of ours; other tests show them.
NOT_IN_THE_CORPUS = {
    Defect.MAIL_TOO_LARGE,
    Defect.TEXT_TOO_LONG,
    Defect.HTML_TOO_LARGE,
    Defect.PARSER_FAILED,
}
_SNIPPETS = (
    b"Content-Type: multipart/mixed; boundary=b1\r\n\r\n",
    b"--b1\r\n", b"--b1--", b"\r\n\r\n", b"\r", b"\n", b"\0", b"=?utf-8?B?", b"?=",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"From: ", b"> ", b"<div>", b"(((", b'"', b"\xff\xfe",
)  # fmt: skip


def read(name: str):
    return parse((CORPUS / f"{name}.eml").read_bytes())


def test_every_mail_of_the_corpus_has_its_expectation():
    assert {path.stem for path in CORPUS.glob("*.eml")} == set(NAMES)


def test_every_defect_has_a_mail_in_the_corpus():
    shown = {defect for expected in EXPECTED.values() for defect in expected.get("defects", [])}
    assert {defect.value for defect in set(Defect) - NOT_IN_THE_CORPUS} == shown


@pytest.mark.parametrize("name", NAMES)
def test_author_and_subject_are_read(name):
    message = read(name)
    expected = EXPECTED[name]
    assert (expected["author"], expected["subject"]) == (message.author, message.subject)
    assert expected.get("author_name", message.author_name) == message.author_name


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_the_person_is_told_from_everything_else(name):
    message = read(name)
    expected = EXPECTED[name]
    for place in ("text", "quoted", "signature"):
        missing = [fragment for fragment in expected.get(place, []) if fragment not in getattr(message, place)]
        assert missing == [], f"{place}: {getattr(message, place)!r}"
    assert [fragment for fragment in expected.get("not_text", []) if fragment in message.text] == [], message.text


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_defects_of_the_mail_are_named(name):
    assert sorted(EXPECTED[name].get("defects", [])) == sorted(read(name).defects)


@pytest.mark.parametrize("name", NAMES)
def test_attachments_are_listed_with_their_text_or_a_note(name):
    message = read(name)
    expected = EXPECTED[name]
    assert expected.get("attachments", []) == [attachment.name for attachment in message.attachments]
    assert expected.get("notes", [a.note for a in message.attachments]) == [a.note for a in message.attachments]
    texts = "\n".join(attachment.text for attachment in message.attachments)
    assert [fragment for fragment in expected.get("attachment_text", []) if fragment not in texts] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_fields_that_decide_about_an_answer_are_read(name):
    message = read(name)
    expected = EXPECTED[name]
    found = message.headers
    assert expected.get("auto_submitted", "") == found.auto_submitted
    assert expected.get("list_fields", []) == list(found.list_fields)
    assert expected.get("is_report", False) == found.is_report
    assert expected.get("precedence", "") == found.precedence
    assert expected.get("received_count", 0) == found.received_count
    assert expected.get("authentication_results", []) == list(found.authentication_results)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_decided_whether_the_mail_may_be_answered(name):
    message = read(name)
    envelope = Envelope(message.author or "somebody@lakeside.example", ("consult@consultant.example",))
    refused = loops.refusal(message, envelope, our_addresses=("consult@consultant.example",), our_domain="consultant.example")
    assert EXPECTED[name].get("refusal", "") == ("" if refused is None else refused.value)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_mutation_of_a_mail_makes_the_parser_fail(data):
    content = bytearray((CORPUS / f"{data.draw(st.sampled_from(NAMES))}.eml").read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 60))
        content[place : place + length] = data.draw(st.sampled_from(_SNIPPETS) | st.binary(max_size=8))
    assert Defect.PARSER_FAILED not in parse(bytes(content)).defects


@pytest.mark.parametrize("name", [name for name in NAMES if "references" in EXPECTED[name]])
def test_the_thread_is_found_in_damaged_fields(name):
    message = read(name)
    assert EXPECTED[name]["in_reply_to"] == message.in_reply_to
    assert tuple(EXPECTED[name]["references"]) == message.references
