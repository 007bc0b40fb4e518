"""What aiosmtpd asks a handler during a session: the greeting, recipients, logins.

The names are the library's; it finds them by their prefixes.
"""

from __future__ import annotations

import asyncio
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from consultant.mail.reception import Service
from consultant.mail.smtp_session import SmtpSession


class Hooks:
    """What the library asks of a handler; the names are its own."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle_EHLO(  # noqa: N802  (named by the library)
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Announce what we do: AUTH only if there is somebody to check it."""
        session.host_name = hostname
        return [response for response in responses if self._service.authenticate or not response.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802  (named by the library)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient of ours, refuse everybody else's."""
        if len(envelope.rcpt_tos) >= self._service.limits.recipients:
            return "452 4.5.3 Too many recipients"
        if not self._service.accepts(address):
            return "550 5.7.1 No such mailbox here, and no relaying"
        # The library leaves this to the hook.
        if address not in envelope.rcpt_tos:
            envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient taken"

    async def handle_VRFY(self, _server: SMTP, _session: Session, _envelope: Envelope, _address: str) -> str:  # noqa: N802  (named by the library)
        """Neither confirm nor deny a mailbox."""
        return "252 2.1.5 Cannot verify, but will take mail"

    async def auth_PLAIN(self, server: SmtpSession, args: list[str]) -> AuthResult:  # noqa: N802  (named by the library)
        """AUTH PLAIN (RFC 4616)."""
        return await self._checked(server, await SMTP.auth_PLAIN(server, server, args))

    async def auth_LOGIN(self, server: SmtpSession, args: list[str]) -> AuthResult:  # noqa: N802  (named by the library)
        """AUTH LOGIN."""
        return await self._checked(server, await SMTP.auth_LOGIN(server, server, args))

    async def _checked(self, server: SmtpSession, said: AuthResult) -> AuthResult:
        authenticate = self._service.authenticate
        if not said.success or authenticate is None:
            return said
        # The session's authenticator passes on what the client said.
        login = cast("LoginPassword", said.auth_data)
        name, password = login.login.decode(errors="replace"), login.password.decode(errors="replace")
        # A good password check is slow on purpose, and other sessions go on meanwhile.
        if await asyncio.to_thread(authenticate, name, password):
            # What is kept of the login is its name, not its password.
            return AuthResult(success=True, auth_data=name)
        server.login_refused()
        return AuthResult(success=False, handled=False)
