"""The SMTP listener: mail comes in here, and is answered with 250 only when it is kept (RFC 5321).

It runs an event loop in a thread of its own. The sessions speak SMTP and know the limits; what becomes of a mail is decided by the
``deliver`` that is given. There is no relaying: ``accepts`` knows our own mailboxes, and everything else is answered with 550.

Standards: RFC 5321 (SMTP), RFC 1870 (SIZE), RFC 3207 (STARTTLS), RFC 4954 (AUTH, under TLS only), RFC 3463 (enhanced codes).
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from typing import Any

from consultant.errors import WorkError
from consultant.mail.limits import Limits
from consultant.mail.reception import Service
from consultant.mail.room import ByteBudget, Seats
from consultant.mail.smtp_hooks import Hooks
from consultant.mail.smtp_session import CLOSING, SmtpSession
from consultant.model.message import RawMail

_BACKLOG = 512
_CLOSING_SECONDS = 0.1


class Listener:
    """An SMTP server for our own mailboxes. It can be started once."""

    def __init__(  # noqa: PLR0913  (each is a different thing that the listener is given)
        self,
        *,
        deliver: Callable[[RawMail], Future[Any]],
        accepts: Callable[[str], bool],
        limits: Limits,
        address: tuple[str, int],
        now: Callable[[], datetime],
        hostname: str = "localhost",
        tls: ssl.SSLContext | None = None,
        authenticate: Callable[[str, str], bool] | None = None,
    ) -> None:
        """Make a listener that is not listening yet.

        ``deliver`` takes a mail without blocking and gives a future that is done when the mail is kept; an error of either becomes
        451. ``accepts`` says of an address, as the client wrote it, whether it is ours. ``hostname`` is what the greeting calls us.
        With ``tls`` STARTTLS is offered, with ``authenticate(name, password)``, which may block, AUTH is offered under TLS.
        """
        self._address = address
        self._service = Service(
            deliver=deliver,
            accepts=accepts,
            authenticate=authenticate,
            limits=limits,
            now=now,
            hostname=hostname,
            tls=tls,
            seats=Seats(limits),
            budget=ByteBudget(limits.bytes_in_flight),
        )
        self._bound: Future[tuple[str, int]] = Future()
        self._stopped: asyncio.Future[float] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="smtp-listener", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port in use; the given ones before the start."""
        return self._bound.result() if self._bound.done() else self._address

    @property
    def sessions(self) -> int:
        """How many connections stand now."""
        return len(self._service.seats)

    def start(self) -> tuple[str, int]:
        """Listen, and give the host and port in use. Raises WorkError when the address cannot be had."""
        # The library writes addresses to this log at lower levels.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._thread.start()
        return self._bound.result()

    def stop(self, drain_seconds: float) -> None:
        """Take no new connection, let mails that are on their way come in for at most ``drain_seconds``, then close all."""
        if self._loop is None or not self._thread.is_alive():
            return
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._begin_to_stop, drain_seconds)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    def _begin_to_stop(self, drain_seconds: float) -> None:
        if self._stopped is not None and not self._stopped.done():
            self._stopped.set_result(drain_seconds)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = self._loop.create_future()
        hooks = Hooks(self._service)
        host, port = self._address
        try:
            server = await self._loop.create_server(lambda: SmtpSession(self._service, hooks), host, port, backlog=_BACKLOG)
        except OSError as error:
            self._bound.set_exception(WorkError(f"cannot listen on {host}:{port}: {error.strerror}; choose another address"))
            return
        self._bound.set_result(server.sockets[0].getsockname()[:2])
        drain_seconds = await self._stopped
        server.close()
        await self._drain(drain_seconds)

    async def _drain(self, seconds: float) -> None:
        for session in self._sessions():
            session.end(CLOSING, finish_mail=True)
        await self._until_empty(seconds)
        for session in self._sessions():
            session.end(CLOSING)
            session.cut()
        # The transports need one more turn of the loop to close.
        await self._until_empty(_CLOSING_SECONDS)

    async def _until_empty(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._service.seats.empty.wait()

    def _sessions(self) -> list[SmtpSession]:
        return [session for session in self._service.seats.everybody() if isinstance(session, SmtpSession)]
