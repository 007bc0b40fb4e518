"""The connection under an SMTP session: its seat, its life, and its end.

A client that finds all seats taken waits a moment without a greeting, until somebody has idled long enough to give way. So a crowd
that opens connections and says nothing keeps a busy client out for that moment only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto

from aiosmtpd.smtp import SMTP, AuthResult

from consultant.mail.reception import Service
from consultant.mail.room import origin

_LINGER_SECONDS = 2.0
"""How long a client may take to read our last words."""

_TOO_MANY = "421 4.7.0 Too many connections, try again later"
_TOO_OLD = "421 4.4.2 Session has lasted too long"
_TOO_QUIET = "421 4.4.2 Timed out"


class Phase(Enum):
    """What a session is doing."""

    WAITING = auto()
    TALKING = auto()
    RECEIVING = auto()
    STORING = auto()


class SmtpConnection(SMTP):
    """aiosmtpd's protocol with a seat, a limited life and a polite end."""

    def __init__(self, service: Service, hooks: object) -> None:
        self._service = service
        self._limits = service.limits
        # The library makes the stream, and with it the longest command line, from this attribute.
        self.line_length_limit = service.limits.line_bytes
        super().__init__(
            hooks,
            hostname=service.hostname,
            data_size_limit=service.limits.message_bytes,
            timeout=service.limits.idle_seconds,
            tls_context=service.tls,
            auth_exclude_mechanism=() if service.authenticate else ("PLAIN", "LOGIN"),
            # The library's authenticator is not asynchronous: it only passes on what was said, and the hooks check it.
            authenticator=_unchecked,
            loop=asyncio.get_running_loop(),
        )
        self.peer = ""
        self.origin = ""
        self.leaving = False
        self.progress = 0.0
        self.has_spoken = False
        self.phase = Phase.WAITING
        self._socket: asyncio.Transport | None = None
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Seat the client or let it wait; after STARTTLS the library comes here a second time."""
        if self._socket is not None or not isinstance(transport, asyncio.Transport):
            super().connection_made(transport)
            return
        self._socket = transport
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        self.origin = origin(self.peer)
        if self._service.seats.take(self, now=self.loop.time()):
            self._begin(transport)
        else:
            transport.pause_reading()
            self._service.seats.wait(self)
            self._after(self._limits.give_way_seconds, lambda: self._try_again(transport))

    def connection_lost(self, error: Exception | None) -> None:
        """Give the seat back. What is being stored goes on; the client will come again, and the mail is known by then."""
        for timer in self._timers:
            timer.cancel()
        self._service.seats.leave(self)
        if self.phase is not Phase.WAITING and self.transport is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The client has hung up."""
        return None if self.phase is Phase.WAITING else super().eof_received()

    @property
    def may_give_way(self) -> bool:
        """Whether ending the session now would leave no mail in doubt."""
        return self.phase is not Phase.STORING

    def give_way(self) -> None:
        """End for the sake of a newcomer."""
        self.end(_TOO_MANY)

    def end(self, last_words: str, *, finish_mail: bool = False) -> None:
        """End the session: at once, or after the running mail when that is being stored or ``finish_mail`` is set."""
        self.leaving = True
        busy = self.phase is Phase.STORING or (finish_mail and self.phase is Phase.RECEIVING)
        line = self._line()
        if not busy and line is not None and not line.is_closing():
            line.write(last_words.encode("ascii") + b"\r\n")
            line.close()
            self._after(_LINGER_SECONDS, self.cut)

    def cut(self) -> None:
        """Close the connection without waiting for anything."""
        line = self._line()
        if line is not None:
            line.abort()

    def _begin(self, transport: asyncio.Transport) -> None:
        self.progress = self.loop.time()
        self.phase = Phase.TALKING
        super().connection_made(transport)
        self._after(self._limits.session_seconds, lambda: self.end(_TOO_OLD))

    def _try_again(self, transport: asyncio.Transport) -> None:
        if self.leaving or transport.is_closing():
            return
        if self._service.seats.take(self, now=self.loop.time(), has_waited=True):
            transport.resume_reading()
            self._begin(transport)
        else:
            self.give_way()

    def _line(self) -> asyncio.WriteTransport | None:
        """What we can write to: TLS once it is on, the socket before."""
        return self.transport if isinstance(self.transport, asyncio.WriteTransport) else self._socket

    def _timeout_cb(self) -> None:
        self.end(_TOO_QUIET)

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers.append(self.loop.call_later(seconds, act))


def _unchecked(*said: object) -> AuthResult:
    # The library says server, session, envelope, mechanism, and the login with its password.
    return AuthResult(success=True, auth_data=said[-1])
