"""Line ends on the wire: only CR LF ends a line, only CR LF . CR LF ends a mail, and nothing in a mail becomes a command."""

from __future__ import annotations

import pytest

from tests.cast import ADA, MAILBOX

MAIL = b"Subject: a case\r\n\r\nOne knee?\r\n"
NEXT = b"MAIL FROM:<mallory@evil.example>\r\nRCPT TO:<consult@consultant.example>\r\nDATA\r\nSubject: forged\r\n\r\nx\r\n.\r\n"


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\r\r\n.\r\r\n", b"\n\n.\r\n", b"\r\n\0.\r\n"]
)
def test_nothing_but_crlf_dot_crlf_ends_a_mail(listen, connect, keeper, end):
    wire = connect(listen()).greet().address()
    wire.say(MAIL + b"x" + end + NEXT.replace(b"\r\nx\r\n.\r\n", b"\r\nx\r\n"))
    wire.say(b"\r\n.\r\nNOOP\r\n")
    assert wire.reply()[:3] in {"550", "250"}
    assert wire.reply()[:3] == "250"
    assert not any(raw.content.startswith(b"Subject: forged") for raw in keeper.mails)
    assert len(keeper.mails) <= 1


@pytest.mark.parametrize(
    ("bare", "whole"),
    [
        (b"a\nb", b"a\r\nb"),
        (b"a\rb", b"a\r\nb"),
        (b"a\r\r\nb", b"a\r\n\r\nb"),
        (b"a\n\r\nb", b"a\r\n\r\nb"),
        (b"\n", b"\r\n"),
        (b"a\n..\nb", b"a\r\n.\r\nb"),
    ],
)
def test_a_bare_line_end_in_a_mail_is_made_whole_and_ends_nothing(listen, connect, keeper, bare, whole):
    wire = connect(listen()).greet()
    assert wire.address().code(MAIL + bare + b"\r\n.\r\n") == 250
    assert [raw.content for raw in keeper.mails] == [MAIL + whole + b"\r\n"]


@pytest.mark.parametrize(
    "command", [b"NOOP\n", b"NOOP\r\r\n", b"NO\rOP\r\n", b"RSET\rNOOP\r\n", b"NOOP \0\r\n", b"NOOP \xff\r\n", b"NOOP \x1b[2J\r\n"]
)
def test_a_command_with_a_bare_line_end_or_a_control_character_is_refused(listen, connect, command):
    wire = connect(listen()).greet()
    assert wire.code(command) == 500
    assert wire.code("NOOP") == 250


def test_an_ehlo_that_ends_in_lf_starts_nothing(listen, connect):
    wire = connect(listen())
    assert wire.reply()[:3] == "220"
    assert wire.code(b"EHLO x\n") == 500
    assert wire.code(f"MAIL FROM:<{ADA}>") == 503


def test_leading_dots_are_restored(listen, connect, keeper):
    wire = connect(listen()).greet().address()
    assert wire.code(b"..first\r\nx\r\n..\r\n...\r\n.y\r\n.\r\n") == 250
    assert keeper.mails[0].content == b".first\r\nx\r\n.\r\n..\r\ny\r\n"


def test_a_dot_on_the_first_line_ends_an_empty_mail(listen, connect, keeper):
    assert connect(listen()).greet().address().code(b".\r\n") == 250
    assert keeper.mails[0].content == b""


def test_a_final_dot_may_come_byte_by_byte(listen, connect, keeper):
    wire = connect(listen()).greet().address()
    for byte in MAIL + b".\r\n":
        wire.say(bytes([byte]))
    assert wire.reply()[:3] == "250"
    assert [raw.content for raw in keeper.mails] == [MAIL]


def test_commands_sent_ahead_are_answered_in_order(listen, connect, keeper):
    wire = connect(listen()).greet()
    envelope = f"MAIL FROM:<{ADA}>\r\nRCPT TO:<{MAILBOX}>\r\nDATA\r\n".encode()
    wire.say(envelope + MAIL + b".\r\n" + envelope + MAIL + b".\r\nQUIT\r\n")
    assert [int(wire.reply()[:3]) for _ in range(9)] == [250, 250, 354, 250, 250, 250, 354, 250, 221]
    assert len(keeper.mails) == 2


def test_a_failure_inside_while_a_mail_comes_in_never_turns_mail_into_commands(listen, connect, keeper, monkeypatch):
    def broken(_self, _chunk):
        raise MemoryError

    monkeypatch.setattr("consultant.mail.data_reader.DataReader.feed", broken)
    wire = connect(listen()).greet().address()
    wire.say(b"x\r\n" + NEXT)
    replies = [wire.reply() for _ in range(3)]
    assert [reply[:3] for reply in replies] in [["451", "421", ""], ["451", "", ""]]
    assert keeper.mails == []
