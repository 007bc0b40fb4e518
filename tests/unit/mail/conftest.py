"""Fixtures of the mail edge: a listener on a free port, a store that can be slow or broken, raw clients, a sink to send to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

import pytest

from consultant.mail.limits import Limits
from consultant.mail.listener import Listener
from consultant.model.message import Headers, IncomingMessage, RawMail
from tests.cast import ADA, DOMAIN, MAILBOX, NOON
from tests.smtp_sink import SmtpSink

_CERTIFICATE = Path(__file__).parents[2] / "certificates" / "localhost.pem"
_PATIENCE = 10.0


class Keeper:
    """Stands for the store: keeps mails at once, or when told, or refuses them."""

    def __init__(self) -> None:
        self.mails: list[RawMail] = []
        self.pending: list[Future[None]] = []
        self.holds = False
        self.raises: Exception | None = None
        self.fails: Exception | None = None
        self._news = threading.Condition()

    def deliver(self, raw: RawMail) -> Future[None]:
        """What the listener is given."""
        if self.raises:
            raise self.raises
        future: Future[None] = Future()
        with self._news:
            self.mails.append(raw)
            self.pending.append(future)
            self._news.notify_all()
        if self.fails:
            future.set_exception(self.fails)
        elif not self.holds:
            future.set_result(None)
        return future

    def wait_for(self, count: int) -> None:
        """Wait until ``count`` mails have arrived, kept or not."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.mails) >= count, _PATIENCE)

    def keep_all(self) -> None:
        """Finish everything that is held."""
        for future in self.pending:
            if not future.done():
                future.set_result(None)


class Wire:
    """A client that says exactly the bytes it is told to say."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket: socket.socket = socket.create_connection(address, _PATIENCE)
        self._file = self.socket.makefile("rb")

    def say(self, words: bytes | str) -> None:
        """Send bytes; a string is one command, and gets its CR LF."""
        self.socket.sendall(f"{words}\r\n".encode() if isinstance(words, str) else words)

    def reply(self) -> str:
        """The next reply, its lines joined by LF; empty when the server has hung up."""
        lines = []
        while True:
            try:
                line = self._file.readline().decode()
            except ConnectionError:
                line = ""
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                return "\n".join(lines)

    def ask(self, words: bytes | str) -> str:
        """Say something and hear the reply."""
        self.say(words)
        return self.reply()

    def code(self, words: bytes | str) -> int:
        """Say something and hear the reply code; 0 when the server has hung up."""
        return int(self.ask(words)[:3] or 0)

    def greet(self) -> Self:
        """Get as far as MAIL."""
        assert self.reply().startswith("220 ")
        assert self.code("EHLO lakeside.example") == 250
        return self

    def address(self, *recipients: str) -> Self:
        """Get as far as the mail data: envelope said, 354 heard."""
        assert self.code(f"MAIL FROM:<{ADA}>") == 250
        for recipient in recipients or (MAILBOX,):
            assert self.code(f"RCPT TO:<{recipient}>") == 250
        assert self.code("DATA") == 354
        return self

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on under TLS; to be called after 220 was heard."""
        self._file.close()
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self._file = self.socket.makefile("rb")

    def close(self) -> None:
        """Hang up without a word."""
        self._file.close()
        self.socket.close()


def incoming(**said: Any) -> IncomingMessage:  # noqa: ANN401  (any field of the message or its headers)
    """A plain mail of Ada's, but for what is said; fields of ``Headers`` may be given by their names."""
    headers = Headers(**{name: said.pop(name) for name in [field.name for field in fields(Headers)] if name in said})
    plain: dict[str, Any] = dict.fromkeys(["in_reply_to", "author_name", "subject", "text", "quoted", "signature"], "")
    plain |= {"message_id": "<1@lakeside.example>", "references": (), "author": ADA, "attachments": (), "defects": ()}
    return IncomingMessage(**(plain | {"headers": headers} | said))


@pytest.fixture(name="keeper")
def _keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    yield keeper
    keeper.keep_all()


@pytest.fixture(name="mail_saying")
def _mail_saying() -> Callable[..., IncomingMessage]:
    return incoming


@pytest.fixture(name="server_tls", scope="session")
def _server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(_CERTIFICATE)
    return context


@pytest.fixture(name="client_tls", scope="session")
def _client_tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(_CERTIFICATE))


@pytest.fixture(name="listen")
def _listen(keeper: Keeper) -> Iterator[Callable[..., Listener]]:
    started: list[Listener] = []

    def listen(**options: Any) -> Listener:  # noqa: ANN401  (any option of the listener)
        given: dict[str, Any] = {"deliver": keeper.deliver, "accepts": lambda address: address == MAILBOX, "limits": Limits()}
        listener = Listener(address=("127.0.0.1", 0), now=lambda: NOON, hostname=DOMAIN, **(given | options))
        started.append(listener)
        listener.start()
        return listener

    yield listen
    keeper.keep_all()
    for listener in started:
        listener.stop(0)


@pytest.fixture(name="connect")
def _connect() -> Iterator[Callable[[Listener], Wire]]:
    wires: list[Wire] = []

    def connect(listener: Listener) -> Wire:
        wires.append(Wire(listener.address))
        return wires[-1]

    yield connect
    for wire in wires:
        wire.close()


@pytest.fixture(name="sink")
def _sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink
