"""A real SMTP server that keeps what it is sent, and can be told to misbehave: the outgoing server of tests.

It listens on a free port of this machine, in a thread of its own::

    with SmtpSink() as sink:
        sink.will(Behaviour.TEMPORARY_AT_RCPT, Behaviour.CUT_AFTER_DOT_KEPT)
        ...  # hand mail to sink.host, sink.port
        assert sink.wait_for(1)[0].recipients == (ADA,)

Each behaviour is used up by one connection, in the order told; without any left the sink accepts.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_MID_DATA_BYTES = 64


class Behaviour(Enum):
    """What the sink does with one connection."""

    ACCEPT = auto()
    REFUSE_AT_GREETING = auto()
    TEMPORARY_AT_MAIL = auto()
    TEMPORARY_AT_RCPT = auto()
    PERMANENT_AT_RCPT = auto()
    LOGIN_WANTED = auto()
    TEMPORARY_AFTER_DOT = auto()
    PERMANENT_AFTER_DOT = auto()
    NONSENSE_AFTER_DOT = auto()
    CUT_AT_GREETING = auto()
    CUT_AFTER_RCPT = auto()
    CUT_MID_DATA = auto()
    CUT_AFTER_DOT_LOST = auto()
    CUT_AFTER_DOT_KEPT = auto()
    HANG_AT_GREETING = auto()
    HANG_AFTER_RCPT = auto()
    HANG_MID_DATA = auto()
    HANG_AFTER_DOT = auto()


_B = Behaviour
_AFTER_DOT = {
    _B.TEMPORARY_AFTER_DOT: "451 4.3.0 Try again later",
    _B.PERMANENT_AFTER_DOT: "554 5.7.1 Never",
    _B.NONSENSE_AFTER_DOT: "399 What was that",
}


@dataclass(frozen=True, slots=True)
class SunkMail:
    """A mail that the sink kept."""

    reverse_path: str
    """``<>`` for the null reverse-path."""
    recipients: tuple[str, ...]
    content: bytes
    authenticated_as: str
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class SmtpSink:
    """The server. Use it as a context manager."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        tls_from_start: bool = False,
        users: dict[str, str] | None = None,
    ) -> None:
        """With ``tls`` STARTTLS is offered, or TLS spoken from the start; with ``users`` (name → password) AUTH is offered too."""
        self.host, self.port = host, 0
        self.tls, self.tls_from_start, self.users = tls, tls_from_start, users or {}
        self._behaviours: deque[Behaviour] = deque()
        self._kept: list[SunkMail] = []
        self._news = threading.Condition()
        self._connections = 0
        self._ready: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp-sink", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._ready.result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def will(self, *behaviours: Behaviour) -> None:
        """Behave like this in the next connections."""
        with self._news:
            self._behaviours.extend(behaviours)

    @property
    def mails(self) -> tuple[SunkMail, ...]:
        """What was kept so far, oldest first."""
        with self._news:
            return tuple(self._kept)

    @property
    def connections(self) -> int:
        """How many connections came in so far."""
        with self._news:
            return self._connections

    def wait_for(self, count: int, *, seconds: float = 10.0) -> tuple[SunkMail, ...]:
        """All mails, as soon as there are ``count`` of them. Raises TimeoutError."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._kept) >= count, seconds):
                msg = f"the sink has {len(self._kept)} of {count} mails after {seconds} s"
                raise TimeoutError(msg)
            return tuple(self._kept)

    def next_behaviour(self) -> Behaviour:
        """Count a connection and tell it how to behave."""
        with self._news:
            self._connections += 1
            return self._behaviours.popleft() if self._behaviours else Behaviour.ACCEPT

    def keep(self, mail: SunkMail) -> None:
        """Keep a mail and tell those who wait."""
        with self._news:
            self._kept.append(mail)
            self._news.notify_all()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped, self.empty = asyncio.Event(), asyncio.Event()
        self.empty.set()
        self.sessions: set[_Session] = set()
        wrap = self.tls if self.tls_from_start else None
        server = await self._loop.create_server(lambda: _Session(self), self.host, 0, ssl=wrap)
        self._ready.set_result(server.sockets[0].getsockname()[1])
        await self._stopped.wait()
        server.close()
        for session in tuple(self.sessions):
            session.cut()
        await self.empty.wait()


class _Session(SMTP):
    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink
        self.behaviour = Behaviour.ACCEPT
        super().__init__(
            _Hooks(),
            hostname="sink.example",
            ident="ESMTP",
            tls_context=None if sink.tls_from_start else sink.tls,
            auth_require_tls=not sink.tls_from_start,
            auth_exclude_mechanism=() if sink.users else ("PLAIN", "LOGIN"),
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self.sink.sessions:
            self.sink.sessions.add(self)
            self.sink.empty.clear()
            self.behaviour = self.sink.next_behaviour()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.sessions.discard(self)
        if not self.sink.sessions:
            self.sink.empty.set()
        if self.transport is not None:
            super().connection_lost(error)

    def cut(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def hang(self) -> None:
        await asyncio.Event().wait()

    async def _handle_client(self) -> None:
        if self.behaviour is _B.CUT_AT_GREETING:
            self.cut()
        elif self.behaviour is _B.REFUSE_AT_GREETING:
            await self.push("554 5.3.2 No service")
        elif self.behaviour is not _B.HANG_AT_GREETING:
            with suppress(ConnectionError):
                await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  (named by the library)
        if self.behaviour not in {_B.CUT_MID_DATA, _B.HANG_MID_DATA}:
            await super().smtp_DATA(arg)
            return
        await self.push("354 Go on")
        await self._reader.read(_MID_DATA_BYTES)
        if self.behaviour is _B.CUT_MID_DATA:
            self.cut()
        await self.hang()

    def _authenticate(self, *said: object) -> AuthResult:
        login = said[-1]
        assert isinstance(login, LoginPassword)
        name = login.login.decode()
        good = self.sink.users.get(name) == login.password.decode()
        return AuthResult(success=good, handled=False, auth_data=name)


class _Hooks:
    async def handle_EHLO(  # noqa: N802  (named by the library)
        self, server: _Session, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [response for response in responses if server.sink.users or not response.startswith("250-AUTH")]

    async def handle_MAIL(self, server: _Session, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802  (named by the library)
        if server.behaviour is _B.TEMPORARY_AT_MAIL:
            return "451 4.3.0 Try again later"
        if server.behaviour is _B.LOGIN_WANTED:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: _Session, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802  (named by the library)
        if server.behaviour is _B.TEMPORARY_AT_RCPT:
            return "451 4.2.0 Try again later"
        if server.behaviour is _B.PERMANENT_AT_RCPT:
            return "550 5.1.1 No such mailbox"
        if server.behaviour is _B.CUT_AFTER_RCPT:
            server.cut()
        if server.behaviour is _B.HANG_AFTER_RCPT:
            await server.hang()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Session, session: Session, envelope: Envelope) -> str:  # noqa: N802  (named by the library)
        mail = SunkMail(
            reverse_path=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.original_content or b"",
            authenticated_as=str(getattr(session, "auth_data", None) or ""),
            encrypted=session.ssl is not None or server.sink.tls_from_start,
        )
        if server.behaviour in {_B.ACCEPT, _B.CUT_AFTER_DOT_KEPT}:
            server.sink.keep(mail)
        if server.behaviour in {_B.CUT_AFTER_DOT_LOST, _B.CUT_AFTER_DOT_KEPT}:
            server.cut()
        if server.behaviour is _B.HANG_AFTER_DOT:
            await server.hang()
        return _AFTER_DOT.get(server.behaviour, "250 2.0.0 Kept")
