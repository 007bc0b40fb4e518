"""STARTTLS and AUTH: no password without TLS, no command carried over, no password kept."""

from __future__ import annotations

import base64
import smtplib

import pytest

from tests.cast import ADA, MAILBOX

MAIL = b"Subject: a case\r\n\r\nOne knee?\r\n"


def authenticate(name: str, password: str) -> bool:
    return (name, password) == (ADA, "right")


def plain(name: str, password: str) -> str:
    return base64.b64encode(f"\0{name}\0{password}".encode()).decode()


@pytest.fixture(name="listener")
def _listener(listen, server_tls):
    return listen(tls=server_tls, authenticate=authenticate)


@pytest.fixture(name="secure")
def _secure(listener, connect, client_tls):
    wire = connect(listener).greet()
    assert wire.code("STARTTLS") == 220
    wire.start_tls(client_tls)
    return wire


def test_auth_is_neither_offered_nor_taken_without_tls(listener, connect):
    wire = connect(listener)
    wire.reply()
    assert "AUTH" not in wire.ask("EHLO x")
    assert wire.code(f"AUTH PLAIN {plain(ADA, 'right')}") == 538


def test_auth_is_not_offered_when_nobody_can_check_it(listen, connect, server_tls, client_tls):
    wire = connect(listen(tls=server_tls)).greet()
    assert wire.code("STARTTLS") == 220
    wire.start_tls(client_tls)
    assert "AUTH" not in wire.ask("EHLO x")
    assert wire.code(f"AUTH PLAIN {plain(ADA, 'right')}") == 504


def test_starttls_is_not_offered_without_a_certificate(listen, connect):
    wire = connect(listen())
    wire.reply()
    assert "STARTTLS" not in wire.ask("EHLO x")
    assert wire.code("STARTTLS") == 454


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_login_under_tls_is_kept_in_the_envelope_without_its_password(listener, keeper, client_tls, mechanism):
    with smtplib.SMTP("localhost", listener.address[1], timeout=10) as client:
        client.starttls(context=client_tls)
        client.ehlo()
        client.user, client.password = ADA, "right"
        client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"))
        client.sendmail(ADA, [MAILBOX], MAIL)
    assert keeper.mails[0].envelope.authenticated_as == ADA
    assert "right" not in repr(keeper.mails[0])


def test_wrong_logins_end_the_session(secure):
    assert secure.code("EHLO x") == 250
    assert [secure.code(f"AUTH PLAIN {plain(ADA, 'wrong')}") for _ in range(3)] == [535, 535, 421]
    assert secure.reply() == ""


@pytest.mark.parametrize("words", ["AUTH", "AUTH PLAIN !!", "AUTH PLAIN eA==", "AUTH CRAM-MD5", "AUTH PLAIN a b"])
def test_a_broken_login_is_refused(secure, words):
    assert secure.code("EHLO x") == 250
    assert 500 <= secure.code(words) < 600
    assert secure.code("NOOP") == 250


def test_tls_forgets_what_was_said_before(secure):
    assert secure.code(f"MAIL FROM:<{ADA}>") == 503


def test_commands_sent_ahead_of_tls_are_dropped(listener, connect, client_tls):
    wire = connect(listener).greet()
    wire.say(f"STARTTLS\r\nEHLO evil\r\nMAIL FROM:<{ADA}>\r\n".encode())
    assert wire.reply()[:3] == "220"
    wire.start_tls(client_tls)
    assert wire.code(f"RCPT TO:<{MAILBOX}>") == 503
    assert wire.code("NOOP") == 250


def test_tls_starts_once(secure):
    assert secure.code("EHLO x") == 250
    assert secure.code("STARTTLS") == 503
    assert secure.address().code(MAIL + b".\r\n") == 250


def test_a_client_that_talks_nonsense_instead_of_tls_is_hung_up_on(listener, connect):
    wire = connect(listener).greet()
    assert wire.code("STARTTLS") == 220
    wire.say(b"EHLO plain text\r\n" * 10)
    while wire.reply():
        pass
    assert connect(listener).greet().code("NOOP") == 250


def test_stopping_ends_sessions_under_tls(listener, secure):
    assert secure.code("EHLO x") == 250
    listener.stop(1)
    assert secure.reply()[:3] == "421"
