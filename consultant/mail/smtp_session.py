"""One SMTP session of the listener: aiosmtpd's protocol with the limits it lacks (RFC 5321, RFC 1870, RFC 3207).

The library brings the parsing of commands, STARTTLS and AUTH. Its command loop and its reading of mail data are replaced, because
they take lines that end in a bare LF, let a session live as long as it says NOOP, tell a client the text of inner errors, and write
commands and mail to the log.

Known limits: no PIPELINING is announced (commands sent ahead are answered all the same), no SMTPUTF8, no CHUNKING.
"""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from aiosmtpd.smtp import TLSSetupException

from consultant.errors import ConsultantError
from consultant.mail.lines import fault_of_command
from consultant.mail.reception import Service, take_mail
from consultant.mail.smtp_connection import Phase, SmtpConnection
from consultant.model.message import NULL_REVERSE_PATH, Envelope

log = logging.getLogger(__name__)

_CHUNK = 1024 * 1024
"""More than the stream's buffer ever holds, so that a read always empties it."""
_PROGRESS_BYTES = 4 * 1024
"""Mail data that count as progress; fewer are a slow sender."""
_LOGINS = 3
"""Refused logins before we hang up."""

_TRY_AGAIN = "451 4.3.0 Temporary failure, try again later"
_TOO_BUSY = "421 4.7.0 Too many commands"
_TOO_WRONG = "421 4.7.0 Too many refused logins"
CLOSING = "421 4.3.2 Service closing, try again later"


class SmtpSession(SmtpConnection):
    """The server's side of one conversation."""

    def __init__(self, service: Service, hooks: object) -> None:
        super().__init__(service, hooks)
        self._commands_left = service.limits.commands
        self._logins_left = _LOGINS
        self._unhurried_bytes = 0

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
        if self.phase is Phase.RECEIVING:
            # The rest of the mail is still to come, and must never be read as commands.
            self.leaving = True
        self.phase = Phase.TALKING
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
        self.progress, self.has_spoken = self.loop.time(), True
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
        self.phase = Phase.RECEIVING
        # Whatever comes of this mail, the next one starts anew.
        self.envelope = self._create_envelope()
        reply = await take_mail(self._service, self, envelope, declared=declared)
        self.phase = Phase.TALKING
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
        self.phase = Phase.STORING
        self._reset_timeout(self._limits.deliver_seconds + self._limits.idle_seconds)

    def _envelope_said(self) -> Envelope:
        said, session = self.envelope, self.session
        if said is None or session is None:
            raise ConnectionResetError
        # The library holds the null reverse-path as the string "<>".
        reverse_path = NULL_REVERSE_PATH if said.mail_from == "<>" else said.mail_from
        login = cast("str | None", session.auth_data)
        return Envelope(str(reverse_path), tuple(said.rcpt_tos), peer=self.peer, authenticated_as=login or "")

    def _size_said(self) -> int:
        options = self.envelope.mail_options if self.envelope else []
        sizes = [option.partition("=")[2] for option in options if option.startswith("SIZE=")]
        return int(sizes[0]) if sizes else 0
