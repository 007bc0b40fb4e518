"""One SMTP session of the listener: aiosmtpd's protocol with the limits it lacks (RFC 5321, RFC 1870, RFC 3207).

The library brings the parsing of commands, STARTTLS and AUTH. Its command loop and its reading of mail data are replaced, because
they take lines that end in a bare LF, let a session live as long as it says NOOP, tell a client the text of inner errors, and write
commands and mail to the log.

Known limits: no PIPELINING is announced (commands sent ahead are answered all the same), no SMTPUTF8, no CHUNKING.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import Enum, auto
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, TLSSetupException

from consultant.errors import ConsultantError
from consultant.mail.lines import fault_of_command
from consultant.mail.reception import Service, take_mail
from consultant.mail.room import origin
from consultant.model.message import NULL_REVERSE_PATH, Envelope

log = logging.getLogger(__name__)

_CHUNK = 1024 * 1024
"""More than the stream's buffer ever holds, so that a read always empties it."""
_PROGRESS_BYTES = 4 * 1024
"""Mail data that count as progress; fewer are a slow sender."""
_LINGER_SECONDS = 2.0
"""How long a client may take to read our last words."""
_LOGINS = 3
"""Refused logins before we hang up."""

_TRY_AGAIN = "451 4.3.0 Temporary failure, try again later"
_TOO_MANY = "421 4.7.0 Too many connections, try again later"
_TOO_OLD = "421 4.4.2 Session has lasted too long"
_TOO_QUIET = "421 4.4.2 Timed out"
_TOO_BUSY = "421 4.7.0 Too many commands"
_TOO_WRONG = "421 4.7.0 Too many refused logins"
CLOSING = "421 4.3.2 Service closing, try again later"


class Phase(Enum):
    """What a session is doing."""

    TALKING = auto()
    RECEIVING = auto()
    STORING = auto()


class SmtpSession(SMTP):
    """The server's side of one connection."""

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
        self._peer = ""
        self.origin = ""
        self.leaving = False
        self.progress = 0.0
        self._phase = Phase.TALKING
        self._seated = False
        self._commands_left = service.limits.commands
        self._logins_left = _LOGINS
        self._unhurried_bytes = 0
        self._timers: list[asyncio.TimerHandle] = []

    # The connection.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Seat the client or turn it away; after STARTTLS the library comes here a second time."""
        if self._seated:
            super().connection_made(transport)
            return
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if peer else ""
        self.origin = origin(self._peer)
        self.progress = self.loop.time()
        self._seated = self._service.seats.take(self, now=self.progress)
        if self._seated:
            super().connection_made(transport)
            self._after(self._limits.session_seconds, lambda: self.end(_TOO_OLD))
        else:
            _last_words(transport, _TOO_MANY)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the seat back. What is being stored goes on; the client will come again, and the mail is known by then."""
        for timer in self._timers:
            timer.cancel()
        self._service.seats.leave(self)
        if self._seated and self.transport is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The client has hung up."""
        return super().eof_received() if self._seated else None

    @property
    def may_give_way(self) -> bool:
        """Whether ending the session now would leave no mail in doubt."""
        return self._phase is not Phase.STORING

    def give_way(self) -> None:
        """End for the sake of a newcomer."""
        self.end(_TOO_MANY)

    def end(self, last_words: str, *, finish_mail: bool = False) -> None:
        """End the session: at once, or after the running mail when that is being stored or ``finish_mail`` is set."""
        self.leaving = True
        busy = self._phase is Phase.STORING or (finish_mail and self._phase is Phase.RECEIVING)
        if not busy and self.transport is not None:
            _last_words(self.transport, last_words)
            self._after(_LINGER_SECONDS, self.cut)

    def cut(self) -> None:
        """Close the connection without waiting for anything."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def _timeout_cb(self) -> None:
        self.end(_TOO_QUIET)

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers.append(self.loop.call_later(seconds, act))

    # Commands.

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} ESMTP")
            while not self.leaving:
                await self._one_command()
            # A session that was told to end while a mail was on its way ends here.
            self.end(CLOSING)
        except (ConnectionError, TLSSetupException, asyncio.IncompleteReadError):
            self.cut()

    async def _one_command(self) -> None:
        try:
            await self._obey(await self._command_line())
        except (ConnectionError, TLSSetupException, asyncio.IncompleteReadError):
            raise
        except Exception as error:  # noqa: BLE001  (whatever went wrong inside, the client hears 451 and nothing of it)
            # The text of an error of ours never holds text of a mail; that of others may.
            log.warning("answered with 451: %s", error if isinstance(error, ConsultantError) else type(error).__name__)
            await self._excuse()

    async def _excuse(self) -> None:
        if self._phase is Phase.RECEIVING:
            # The rest of the mail is still to come, and must never be read as commands.
            self.leaving = True
        self._phase = Phase.TALKING
        await self.push(_TRY_AGAIN)

    async def _command_line(self) -> bytes:
        """One line from the client; empty when it was longer than allowed."""
        too_long = False
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as overrun:
                too_long = True
                await self._reader.read(overrun.consumed)
            else:
                return b"" if too_long else line

    async def _obey(self, line: bytes) -> None:
        self.progress = self.loop.time()
        self._commands_left -= 1
        if self._commands_left < 0:
            self.end(_TOO_BUSY)
            return
        refusal = fault_of_command(line)
        if refusal:
            await self.push(refusal)
            return
        verb, _, argument = line[:-2].decode("ascii").partition(" ")
        method = self._smtp_methods.get(verb.upper())
        if method is None:
            await self.push("500 5.5.1 Command not recognized")
            return
        self._reset_timeout()
        await method(argument.strip() or None)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # The standard library's parser raises more than the HeaderParseError that aiosmtpd knows of.
        try:
            return super()._getaddr(arg)
        except Exception:  # noqa: BLE001  (IndexError, AttributeError and others on hostile addresses)
            return None, None

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802  (named by the library)
        """Start TLS, once."""
        if self._tls_protocol:
            await self.push("503 5.5.1 TLS is on already")
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_HELP(self, arg: str) -> None:  # noqa: ARG002, N802  (named by the library)
        """Help that tells nothing of the program."""
        await self.push("214 2.0.0 See RFC 5321")

    def login_refused(self) -> None:
        """Count a refused login and hang up after too many."""
        self._logins_left -= 1
        if self._logins_left <= 0:
            self.end(_TOO_WRONG)

    # Mail.

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  (named by the library)
        """Take a mail and answer for it."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Need RCPT before DATA")
        elif arg:
            await self.push("501 5.5.4 DATA takes no argument")
        else:
            await self._take_mail(self._envelope_said(), declared=self._size_said())

    async def _take_mail(self, envelope: Envelope, *, declared: int) -> None:
        self._phase = Phase.RECEIVING
        # Whatever comes of this mail, the next one starts anew.
        self.envelope = self._create_envelope()
        reply = await take_mail(self._service, self, envelope, declared=declared)
        self._phase = Phase.TALKING
        self._reset_timeout()
        if reply.startswith("250"):
            self._commands_left = self._limits.commands
        await self.push(reply)

    async def go_ahead(self) -> None:
        """Tell the client to send its mail."""
        await self.push("354 End data with <CR><LF>.<CR><LF>")

    async def chunk(self) -> bytes:
        """Everything that has come from the client, at least one byte. Raises ConnectionError when it is gone."""
        data = await self._reader.read(_CHUNK)
        if not data:
            raise ConnectionResetError
        self._reset_timeout()
        self._unhurried_bytes += len(data)
        if self._unhurried_bytes >= _PROGRESS_BYTES:
            self._unhurried_bytes = 0
            self.progress = self.loop.time()
        return data

    def put_back(self, rest: bytes) -> None:
        """Leave bytes behind the mail to the reading of commands; the stream's buffer is empty at that moment."""
        if rest:
            self._reader.feed_data(rest)

    def storing(self) -> None:
        """The mail is complete: the client has nothing to do but wait, and is not hurried."""
        self._phase = Phase.STORING
        self._reset_timeout(self._limits.deliver_seconds + self._limits.idle_seconds)

    def _envelope_said(self) -> Envelope:
        said, session = self.envelope, self.session
        if said is None or session is None:
            raise ConnectionResetError
        # The library holds the null reverse-path as the string "<>".
        reverse_path = NULL_REVERSE_PATH if said.mail_from == "<>" else said.mail_from
        login = cast("str | None", session.auth_data)
        return Envelope(str(reverse_path), tuple(said.rcpt_tos), peer=self._peer, authenticated_as=login or "")

    def _size_said(self) -> int:
        options = self.envelope.mail_options if self.envelope else []
        sizes = [option.partition("=")[2] for option in options if option.startswith("SIZE=")]
        return int(sizes[0]) if sizes else 0


def _unchecked(*said: object) -> AuthResult:
    # The library says server, session, envelope, mechanism, and the login with its password.
    return AuthResult(success=True, auth_data=said[-1])


def _last_words(transport: asyncio.BaseTransport, words: str) -> None:
    if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
        transport.write(words.encode("ascii") + b"\r\n")
        transport.close()
