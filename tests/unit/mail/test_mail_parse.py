"""Parsing never raises for any bytes, stays within its bounds, and reads the same bytes the same way."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultant.mail.defects import Defect
from consultant.mail.parse import READ_IN_TEXT, case_text, parse
from consultant.mail.reading_limits import ReadingLimits
from consultant.mail.scan import is_mail
from tests.cast import ADA

CORPUS = sorted((Path(__file__).parents[2] / "corpus" / "mail").glob("*.eml"))
REAL_MAILS = [path.read_bytes() for path in CORPUS]
HEAD = f"From: Ada Asker <{ADA}>\r\nSubject: One\r\n".encode()
MULTIPART = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
MIB = 1024 * 1024
# What parsers trip over, to be put into real mails.
SPLINTERS = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\xff\xfe", b"=?", b"?=", b"=?utf-8?b?", b"=?x?q?=", b"<", b">", b"<<", b'"', b"(", b"((",
    b";", b",", b"@", b"*0*=", b"; charset=idna", b"; charset=punycode", b"; charset=\xff", b"; boundary=", b"From: ",
    b"--b\r\n", b"--", b"-- \r\n", b"> ",
    b"Content-Type: multipart/mixed\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n",
)  # fmt: skip
TAGS = (
    b"<table>", b"<tr>", b"<td>", b"</table>", b"<ul>", b"<li>", b"<p hidden>", b"<blockquote type=cite>", b"</blockquote>", b"x",
    b"<!--", b"-->", b"<a href='", b"&#0;", b"&#xE000;", b"<pre>", b"<![CDATA[",
)  # fmt: skip
ENCLOSED = b"--b\r\nContent-Type: message/rfc822\r\n\r\nTo: x\r\n\r\n"
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"


def not_failed(content: bytes):
    message = parse(content)
    assert Defect.PARSER_FAILED not in message.defects
    return message


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(content):
    not_failed(content)


@given(
    st.binary(max_size=500),
    st.sampled_from([b"Content-Type: text/html\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n", b""]),
)
def test_any_bytes_behind_a_header_section_are_read(content, content_type):
    assert not_failed(HEAD + content_type + b"\r\n" + content).author == ADA


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_real_mail_with_bytes_changed_is_read(data):
    content = bytearray(data.draw(st.sampled_from(REAL_MAILS)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 40))
        content[place : place + cut] = data.draw(st.sampled_from(SPLINTERS) | st.binary(max_size=8))
    not_failed(bytes(content))


@settings(deadline=None)
@given(st.sampled_from(REAL_MAILS), st.sampled_from(REAL_MAILS), st.integers(0, 3000), st.integers(0, 3000))
def test_two_mails_cut_and_joined_are_read(one, other, end, start):
    not_failed(one[:end] + other[start:])


@settings(deadline=None)
@given(st.lists(st.sampled_from(TAGS), max_size=60))
def test_any_page_is_read(pieces):
    not_failed(PAGE + b"".join(pieces))


@pytest.mark.parametrize("content", REAL_MAILS, ids=[path.stem for path in CORPUS])
def test_the_same_bytes_give_the_same_message(content):
    assert parse(content) == parse(content)


def nested(levels: int, kind: str) -> bytes:
    inner = b"\r\ntext"
    for level in range(levels):
        if kind == "multipart":
            inner = b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n%s\r\n--%d--" % (level, level, inner, level)
        else:
            inner = b"Content-Type: message/rfc822\r\n\r\n" + inner
    return HEAD + inner


def full(unit: bytes, size: int = 8 * MIB) -> bytes:
    return unit * (size // len(unit))


HOSTILE = {
    "100,000 addresses in To": HEAD + b"To: " + b", ".join(b"a%d@b.example" % n for n in range(100_000)) + b"\r\n\r\nhi",
    "100,000 addresses in From": b"From: " + b", ".join(b"a%d@b.example" % n for n in range(100_000)) + b"\r\n\r\nhi",
    "open parentheses in From": b"From: " + full(b"(") + b"\r\n\r\nhi",
    "backslashes in From": b'From: "' + full(b"\\") + b"\r\n\r\nhi",
    "fields without end": HEAD + full(b"a:\r\n"),
    "one field folded without end": HEAD + b"X:" + full(b"\r\n y"),
    "carriage returns only": HEAD + b"\r\n" + full(b"\r"),
    "multiparts in one another": nested(2000, "multipart"),
    "mails in one another": nested(2000, "mail"),
    "boundary lines without end": MULTIPART + full(b"--b\r\n"),
    "multiparts side by side": MULTIPART + full(b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n"),
    "one-sided quote marks": HEAD + b"\r\n" + full(b"> a\r\nb\r\n"),
    "heads of answers": HEAD + b"\r\n" + full(b"On a\r\n"),
    "at signs": HEAD + b"\r\n" + full(b"a@" * 140 + b"\r\n"),
    "one long line": HEAD + b"\r\n" + full(b"a "),
    "broken base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + full(b"Q!") + b"Q",
    "flowed lines": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + full(b"a \r\n"),
    "a page of divisions": PAGE + full(b"<div>"),
    "one wide cell and many rows": PAGE + b"<table>" + b"<tr><td>x" * 9000 + b"<td>" + b"y" * 100_000,
    "tables in one another": PAGE + b"<table><tr><td>x<tr><td>" * 48 + b"<tr><td>x" * 900 + b"y" * 49_000,
    "many pages": MULTIPART + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>x" * 20_000 + b"\r\n") * 99,
    "many enclosed mails": MULTIPART + (ENCLOSED + b"> a\nOn b\n" * 9000 + b"\r\n") * 99,
    "a charset that takes quadratic time": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + full(b"ab-\xff"),
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_is_read_in_bounded_time(content):
    begun = time.process_time()
    message = not_failed(content)
    assert time.process_time() - begun < 12
    assert message.defects or message.text


@pytest.mark.parametrize("name", ["fields without end", "broken base64", "boundary lines without end"])
def test_a_hostile_mail_takes_bounded_memory(name):
    tracemalloc.start()
    not_failed(HOSTILE[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(HOSTILE[name])


def test_the_author_is_found_behind_a_field_of_100_000_addresses():
    to = b"To: " + b", ".join(b"a%d@b.example" % n for n in range(100_000)) + b"\r\n"
    assert parse(to + HEAD + b"\r\nhi").author == ADA


def test_what_is_beyond_the_limits_is_left_unread_and_named():
    limits = ReadingLimits(mail=300, text=20)
    message = parse(HEAD + b"\r\n" + b"word " * 100, limits=limits)
    assert message.text == "word word word word"
    assert message.defects == (Defect.MAIL_TOO_LARGE, Defect.TEXT_TOO_LONG)


def test_a_page_too_large_is_read_as_far_as_the_limit_goes():
    message = parse(HEAD + b"Content-Type: text/html\r\n\r\n<p>first</p>" + b"<p>x</p>" * 100, limits=ReadingLimits(html=40))
    assert message.text.startswith("first")
    assert Defect.HTML_TOO_LARGE in message.defects


def test_a_page_of_very_many_elements_is_read_as_running_text():
    page = b"<table><tr><td>Left</td><td>knee</td></tr></table><p>one</p>" + b"<p>two<br>three</p>" * 3
    message = parse(PAGE + page, limits=ReadingLimits(html_elements=5))
    assert [line.strip() for line in message.text.split("\n") if line.strip()][:4] == ["Left  knee", "one", "two", "three"]


def test_a_fault_of_ours_leaves_an_empty_message_and_its_name(monkeypatch):
    monkeypatch.setattr("consultant.mail.parse.read_tree", None)
    message = parse(REAL_MAILS[0])
    assert (message.text, message.defects) == ("", (Defect.PARSER_FAILED,))


def test_what_a_case_is_read_from_holds_the_attachments_that_were_read():
    text = b"Please code.\r\n--b\r\nContent-Type: text/plain; name=note.txt\r\n\r\nGanglion excised.\r\n--b--\r\n"
    message = parse(MULTIPART + b"--b\r\n\r\n" + text)
    assert case_text(message) == "Please code.\n\n-----\n\nGanglion excised."


def test_an_enclosed_mail_stands_in_the_case_once():
    message = parse((Path(__file__).parents[2] / "corpus" / "mail" / "enclosed-mail-bare.eml").read_bytes())
    assert case_text(message).count("trigger thumb release") == 1
    assert message.attachments[0].note == READ_IN_TEXT


@pytest.mark.parametrize("content", [b"PROCEDURE: x\n\ntext", b"Hello,\nplease code\n", b"", b"\n\n", b"Dx: M17.11\nTo do: path\n"])
def test_a_plain_text_is_no_mail(content):
    assert not is_mail(content)


@pytest.mark.parametrize("content", [HEAD, b"\r\n" + HEAD, b"Received: by x\r\n" + HEAD, b"From ada@x Fri\nX: y\n"])
def test_a_header_section_makes_a_mail(content):
    assert is_mail(content)
