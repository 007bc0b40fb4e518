"""Handing a mail to the outgoing server (RFC 5321, RFC 3207, RFC 8314), and saying precisely how it came out.

Three ways to fail: *temporary* (the mail is not over there, try again), *permanent* (the server refused this mail or its recipient
for good), *unknown* (cut or timed out after the final dot was written: it may be over there). Trouble with the server itself, such
as a refused login or a certificate that cannot be verified, is temporary whatever its code: the mail is not to blame, and a person
who mends the server wants the mail to go out then.

TLS is verified against the system's authorities. Known limit: the timeout is for each wait, not for the whole.
"""

from __future__ import annotations

import selectors
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from consultant.errors import PermanentError, TemporaryError, UnknownOutcomeError, UsageError
from consultant.mail.lines import has_bare_line_end, stuffed
from consultant.model.message import OutgoingMail

_DONE, _GO_ON, _TRY_AGAIN, _NEVER = 2, 3, 4, 5
"""First digits of reply codes (RFC 5321 §4.2.1)."""
_EARLY_WORD_SECONDS = 0.05
"""How long we listen, before the final dot, for a server that hung up or refused while the mail was on its way."""

_LOGIN_WANTED = 530
"""A refusal of our connection rather than of the mail (RFC 4954 §6, RFC 3207 §4)."""


class Security(StrEnum):
    """How the connection is protected; the values are the schemes of the URL."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_OPEN_LINE = "line=open"
_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class Outbound:
    """The outgoing server and how to log in there; no user means no login."""

    security: Security
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> Outbound:
        """Read ``smtp://HOST:PORT``, ``smtp+starttls://USER:PASSWORD@HOST`` or ``smtps://…``. Raises UsageError.

        User and password are percent-encoded. Without a port: 25, 587, 465. A letter goes over an open line only to this machine
        itself, or where ``?line=open`` allows it (a relay in the same closed network); a password never does elsewhere.
        """
        try:
            parts = urlsplit(url)
            security = Security(parts.scheme)
            host, port = parts.hostname or "", _PORTS[security] if parts.port is None else parts.port
        except ValueError:
            host = ""
        open_line = parts.query == _OPEN_LINE if host else False
        if not host or parts.path not in {"", "/"} or (parts.query and not open_line) or parts.fragment:
            # The URL is not repeated: it may hold a password.
            msg = "the outgoing server must be given as smtp://HOST:PORT, smtp+starttls://USER:PASSWORD@HOST:PORT or smtps://…"
            raise UsageError(msg)
        outbound = cls(security, host, port, unquote(parts.username or ""), unquote(parts.password or ""))
        if outbound.user and security is Security.NONE and not _is_this_machine(host):
            msg = f"the login of {host} would go over an open line; use smtp+starttls:// or smtps://"
            raise UsageError(msg)
        if security is Security.NONE and not open_line and not _is_this_machine(host):
            msg = f"letters to {host} would go over an open line; use smtp+starttls:// or smtps://, or allow it with ?{_OPEN_LINE}"
            raise UsageError(msg)
        return outbound


def send(mail: OutgoingMail, outbound: Outbound, *, timeout: float, tls: ssl.SSLContext | None = None) -> None:
    """Hand the mail over; returns when the server has taken it.

    ``timeout`` is in seconds, for each wait. ``tls`` replaces the verification against the system's authorities.
    Raises TemporaryError, PermanentError or UnknownOutcomeError as the head of this module tells.
    """
    if has_bare_line_end(mail.content) or not mail.content:
        msg = "the mail is empty or has a bare CR or LF; compose it anew"
        raise PermanentError(msg)
    client = _connect(outbound, our_name=_our_name(mail), timeout=timeout, tls=tls or ssl.create_default_context())
    try:
        _hand_over(client, mail)
        with suppress(smtplib.SMTPException, OSError):
            # Nobody waits for the answer: the mail is over there.
            client.putcmd("quit")
    finally:
        client.close()


def _connect(outbound: Outbound, *, our_name: str, timeout: float, tls: ssl.SSLContext) -> smtplib.SMTP:
    where = f"{outbound.host}:{outbound.port}"
    client: smtplib.SMTP | None = None
    try:
        if outbound.security is Security.TLS:
            client = smtplib.SMTP_SSL(outbound.host, outbound.port, our_name, timeout=timeout, context=tls)
        else:
            client = smtplib.SMTP(outbound.host, outbound.port, our_name, timeout=timeout)
        client.ehlo_or_helo_if_needed()
        if outbound.security is Security.STARTTLS:
            client.starttls(context=tls)
        if outbound.user:
            client.login(outbound.user, outbound.password)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if client is not None:
            client.close()
        msg = f"the outgoing server {where} cannot be used: {_in_words(error)}"
        raise TemporaryError(msg) from None
    return client


def _hand_over(client: smtplib.SMTP, mail: OutgoingMail) -> None:
    try:
        size = [f"size={len(mail.content)}"] if client.has_extn("size") else []
        _expect("MAIL", client.mail(mail.reverse_path, size), _DONE)
        _expect("RCPT", client.rcpt(mail.recipient), _DONE)
        _expect("DATA", client.docmd("DATA"), _GO_ON)
        client.send(stuffed(mail.content))
        _listen_for_an_early_word(client)
        client.send(b".\r\n")
    except (smtplib.SMTPException, OSError, ValueError) as error:
        msg = f"the outgoing server did not take the mail: {_in_words(error)}"
        raise TemporaryError(msg) from None
    try:
        reply = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        msg = f"the outgoing server was lost before it answered for the mail: {_in_words(error)}"
        raise UnknownOutcomeError(msg) from None
    if reply[0] // 100 != _DONE:
        _refused("the mail", reply)


def _listen_for_an_early_word(client: smtplib.SMTP) -> None:
    """Notice a server that gave up in the middle of the mail, so that its outcome is known: the final dot is not written yet."""
    if client.sock is None:
        return
    with selectors.DefaultSelector() as selector:
        selector.register(client.sock, selectors.EVENT_READ)
        if selector.select(_EARLY_WORD_SECONDS):
            _refused("the mail before its end", client.getreply())


def _expect(what: str, reply: tuple[int, bytes], first_digit: int) -> None:
    """Raise unless the reply code begins with the digit: PermanentError for 5yz, TemporaryError for everything else."""
    if reply[0] // 100 != first_digit:
        _fail(what, reply[0], otherwise=TemporaryError)


def _refused(what: str, reply: tuple[int, bytes]) -> NoReturn:
    """Raise what the reply to a mail means that was not taken; one that is no refusal leaves the outcome unknown."""
    _fail(what, reply[0], otherwise=TemporaryError if reply[0] // 100 == _TRY_AGAIN else UnknownOutcomeError)


def _fail(what: str, code: int, *, otherwise: type[TemporaryError | UnknownOutcomeError]) -> NoReturn:
    # The words of the server are left out: they may repeat an address or the mail.
    msg = f"the outgoing server answered {code} to {what}"
    raise (PermanentError if code // 100 == _NEVER and code != _LOGIN_WANTED else otherwise)(msg)


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be verified ({error.verify_message})"
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPNotSupportedError | OSError):
        return str(error) or type(error).__name__
    return type(error).__name__


def _our_name(mail: OutgoingMail) -> str:
    """What we call ourselves in EHLO: the domain of the Message-ID."""
    return mail.message_id.rstrip(">").rpartition("@")[2] or "localhost"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
