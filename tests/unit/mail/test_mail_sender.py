"""Handing mail to a real server that takes it, refuses it, or is lost at every possible moment."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.errors import PermanentError, TemporaryError, UnknownOutcomeError, UsageError
from consultant.mail.sender import Outbound, Security, send
from consultant.model.message import OutgoingMail
from tests.cast import ADA
from tests.smtp_sink import Behaviour, SmtpSink

CONTENT = b"Subject: Re: Case 17\r\n\r\nDear Ada,\r\n.\r\n..\r\n.dot\r\n"
MAIL = OutgoingMail("<case.17.1.x@consultant.example>", "bounce+17@consultant.example", ADA, CONTENT)
AUTOMATIC = OutgoingMail("<case.17.0.x@consultant.example>", "", ADA, CONTENT)


def outbound_to(sink):
    return Outbound.parse(f"smtp://{sink.host}:{sink.port}")


def hand_over(sink, mail=MAIL, timeout=10.0):
    send(mail, outbound_to(sink), timeout=timeout)


def test_a_mail_arrives_as_it_was(sink):
    hand_over(sink)
    (mail,) = sink.mails
    assert (mail.reverse_path, mail.recipients, mail.content) == (MAIL.reverse_path, (ADA,), CONTENT)


def test_an_automatic_letter_has_the_null_reverse_path(sink):
    hand_over(sink, AUTOMATIC)
    assert sink.mails[0].reverse_path == "<>"


def test_a_last_line_without_end_gets_one(sink):
    hand_over(sink, OutgoingMail("<1@x>", "", ADA, b"Subject: x\r\n\r\nlast"))
    assert sink.mails[0].content == b"Subject: x\r\n\r\nlast\r\n"


@pytest.mark.parametrize("content", [b"", b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nb\r\n"])
def test_content_that_could_be_read_as_two_mails_is_not_sent(sink, content):
    with pytest.raises(PermanentError, match="compose it anew"):
        hand_over(sink, OutgoingMail("<1@x>", "", ADA, content))
    assert sink.connections == 0


TEMPORARY = [
    Behaviour.REFUSE_AT_GREETING,
    Behaviour.CUT_AT_GREETING,
    Behaviour.TEMPORARY_AT_MAIL,
    Behaviour.LOGIN_WANTED,
    Behaviour.TEMPORARY_AT_RCPT,
    Behaviour.CUT_AFTER_RCPT,
    Behaviour.CUT_MID_DATA,
    Behaviour.TEMPORARY_AFTER_DOT,
]
UNKNOWN = [Behaviour.CUT_AFTER_DOT_LOST, Behaviour.CUT_AFTER_DOT_KEPT, Behaviour.NONSENSE_AFTER_DOT]


@pytest.mark.parametrize("behaviour", TEMPORARY)
def test_what_surely_did_not_arrive_and_may_later_is_temporary(sink, behaviour):
    sink.will(behaviour)
    with pytest.raises(TemporaryError):
        hand_over(sink)
    assert sink.mails == ()
    hand_over(sink)
    assert len(sink.mails) == 1


def test_a_large_mail_cut_in_the_middle_is_temporary(sink):
    sink.will(Behaviour.CUT_MID_DATA)
    with pytest.raises(TemporaryError):
        hand_over(sink, OutgoingMail("<1@x>", "", ADA, b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 200_000))


@pytest.mark.parametrize("behaviour", [Behaviour.PERMANENT_AT_RCPT, Behaviour.PERMANENT_AFTER_DOT])
def test_what_the_server_refuses_for_good_is_permanent(sink, behaviour):
    sink.will(behaviour)
    with pytest.raises(PermanentError):
        hand_over(sink)
    assert sink.mails == ()


@pytest.mark.parametrize("behaviour", UNKNOWN)
def test_what_was_lost_after_the_final_dot_is_unknown(sink, behaviour):
    sink.will(behaviour)
    with pytest.raises(UnknownOutcomeError):
        hand_over(sink)


@pytest.mark.parametrize("behaviour", [Behaviour.HANG_AT_GREETING, Behaviour.HANG_AFTER_RCPT])
def test_a_server_that_hangs_before_the_mail_is_temporary(sink, behaviour):
    sink.will(behaviour)
    with pytest.raises(TemporaryError, match="timed out"):
        hand_over(sink, timeout=0.2)


@pytest.mark.parametrize("behaviour", [Behaviour.HANG_MID_DATA, Behaviour.HANG_AFTER_DOT])
def test_a_server_that_hangs_with_the_mail_in_its_hands_is_unknown(sink, behaviour):
    sink.will(behaviour)
    with pytest.raises(UnknownOutcomeError, match="timed out"):
        hand_over(sink, timeout=0.2)


HANDSHAKE = [b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n"]


@contextmanager
def rude_server(*, early=b"", late=b""):
    """A server that says its last words before or after the end of the mail, and hangs up."""

    def talk():
        connection, _ = server.accept()
        with connection:
            for reply in HANDSHAKE:
                connection.sendall(reply)
                connection.recv(1000)
            connection.sendall(b"354 x\r\n")
            heard = connection.recv(1000)
            connection.sendall(early)
            while not heard.endswith(b"\r\n.\r\n") and (more := connection.recv(1000)):
                heard += more
            connection.sendall(late)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=talk)
        thread.start()
        yield Outbound.parse(f"smtp://127.0.0.1:{server.getsockname()[1]}")
        thread.join(5)


def test_a_mail_that_arrived_is_sent_whatever_happens_at_the_goodbye():
    with rude_server(late=b"250 x\r\n") as outbound:
        send(MAIL, outbound, timeout=10)


@pytest.mark.parametrize(("early", "error"), [(b"552", PermanentError), (b"451", TemporaryError), (b"250", UnknownOutcomeError)])
def test_an_answer_before_the_end_of_the_mail_is_heard(early, error):
    with rude_server(early=early + b" x\r\n") as outbound, pytest.raises(error, match=early.decode()):
        send(MAIL, outbound, timeout=10)


def test_a_server_that_is_not_there_is_temporary():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TemporaryError, match=rf"the outgoing server 127\.0\.0\.1:{port} cannot be used"):
        send(MAIL, Outbound.parse(f"smtp://127.0.0.1:{port}"), timeout=5)


def test_no_error_repeats_the_mail_or_the_words_of_the_server(sink):
    for behaviour in (Behaviour.PERMANENT_AT_RCPT, Behaviour.PERMANENT_AFTER_DOT, Behaviour.TEMPORARY_AT_RCPT):
        sink.will(behaviour)
        with pytest.raises((PermanentError, TemporaryError)) as caught:
            hand_over(sink)
        assert not any(word in str(caught.value) for word in ("ada", "mailbox", "Never", "later", "\n"))
        assert str(caught.value).startswith("the outgoing server answered ")


# TLS and logins.


@pytest.mark.parametrize(("scheme", "from_start"), [("smtp+starttls", False), ("smtps", True)])
def test_a_login_under_tls_delivers(server_tls, client_tls, scheme, from_start):
    with SmtpSink(tls=server_tls, tls_from_start=from_start, users={"desk": "p@ss word/:?"}) as sink:
        outbound = Outbound.parse(f"{scheme}://desk:p%40ss%20word%2F%3A%3F@localhost:{sink.port}")
        send(MAIL, outbound, timeout=10, tls=client_tls)
        (mail,) = sink.mails
    assert (mail.encrypted, mail.authenticated_as) == (True, "desk")


@pytest.mark.parametrize(("scheme", "from_start"), [("smtp+starttls", False), ("smtps", True)])
def test_a_certificate_of_nobody_we_know_is_temporary_and_no_word_is_said(server_tls, scheme, from_start):
    with SmtpSink(tls=server_tls, tls_from_start=from_start) as sink:
        with pytest.raises(TemporaryError, match="its certificate cannot be verified"):
            send(MAIL, Outbound.parse(f"{scheme}://localhost:{sink.port}"), timeout=10)
        assert sink.mails == ()


def test_a_certificate_for_another_name_is_temporary(server_tls, client_tls):
    sink = SmtpSink(host="127.0.0.2", tls=server_tls, tls_from_start=True)
    with sink, pytest.raises(TemporaryError, match="its certificate cannot be verified"):
        send(MAIL, Outbound.parse(f"smtps://127.0.0.2:{sink.port}"), timeout=10, tls=client_tls)


def test_a_server_without_starttls_gets_no_mail_in_the_clear(sink, client_tls):
    with pytest.raises(TemporaryError, match="STARTTLS"):
        send(MAIL, Outbound.parse(f"smtp+starttls://{sink.host}:{sink.port}"), timeout=10, tls=client_tls)
    assert sink.mails == ()


@pytest.mark.parametrize("password", ["wrong", "%C3%A9"])
def test_a_refused_login_is_temporary_because_the_mail_is_not_to_blame(server_tls, client_tls, password):
    with SmtpSink(tls=server_tls, tls_from_start=True, users={"desk": "right"}) as sink:
        with pytest.raises(TemporaryError, match="cannot be used") as caught:
            send(MAIL, Outbound.parse(f"smtps://desk:{password}@localhost:{sink.port}"), timeout=10, tls=client_tls)
        assert "right" not in str(caught.value)


# URLs.


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:1025", Outbound(Security.NONE, "127.0.0.1", 1025)),
        ("smtp://mail.example?line=open", Outbound(Security.NONE, "mail.example", 25)),
        ("smtp://mail.example/?line=open", Outbound(Security.NONE, "mail.example", 25)),
        ("SMTP+STARTTLS://desk:secret@mail.example", Outbound(Security.STARTTLS, "mail.example", 587, "desk", "secret")),
        ("smtps://desk%40x:p%3A%2F@mail.example:4465", Outbound(Security.TLS, "mail.example", 4465, "desk@x", "p:/")),
        ("smtp://[::1]:2525", Outbound(Security.NONE, "::1", 2525)),
        ("smtp://desk:secret@localhost", Outbound(Security.NONE, "localhost", 25, "desk", "secret")),
    ],
)
def test_an_outgoing_server_is_read_from_its_url(url, expected):
    assert expected == Outbound.parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://x:99999",
        "smtp://x:y",
        "smtp://x/path",
        "smtp://x?a=b",
        "smtp://[::1",
    ],
)
def test_another_url_is_refused_with_the_form_to_use(url):
    with pytest.raises(UsageError, match=r"must be given as smtp://HOST:PORT"):
        Outbound.parse(url)


def test_a_password_never_goes_over_an_open_line():
    with pytest.raises(UsageError, match="open line") as caught:
        Outbound.parse("smtp://desk:secret@mail.example?line=open")
    assert "secret" not in str(caught.value)


def test_a_letter_goes_over_an_open_line_only_where_that_is_allowed():
    with pytest.raises(UsageError, match=r"or allow it with \?line=open"):
        Outbound.parse("smtp://mail.example:25")


def test_a_password_is_not_shown():
    assert "secret" not in repr(Outbound.parse("smtps://desk:secret@mail.example"))


@given(st.text(max_size=40))
def test_any_url_is_read_or_refused(url):
    try:
        outbound = Outbound.parse(url)
    except UsageError:
        return
    assert outbound.host
    assert 0 <= outbound.port <= 65535


def test_a_hanging_server_costs_one_timeout_only(sink):
    sink.will(Behaviour.HANG_AFTER_DOT)
    start = time.monotonic()
    with pytest.raises(UnknownOutcomeError):
        hand_over(sink, timeout=0.2)
    assert time.monotonic() - start < 1
