"""Taking one mail from a client that said DATA: room for it, its bytes, and the wait until it is kept (RFC 5321 §4.1.1.4, §6.1).

250 is a promise: it is given only when the future of ``deliver`` is done. Whatever goes wrong before is raised, and the session
makes 451 of it. A client that does not wait so long changes nothing in the storing itself.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from consultant.mail.data_reader import DataReader, Fault
from consultant.mail.limits import Limits
from consultant.mail.room import ByteBudget, Seats, Share
from consultant.model.message import Envelope, RawMail

FREE_BYTES = 64 * 1024
"""What every mail may take without asking for room."""
KEPT = "250 2.0.0 Message kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What all sessions of a listener share."""

    deliver: Callable[[RawMail], Future[Any]]
    accepts: Callable[[str], bool]
    authenticate: Callable[[str, str], bool] | None
    limits: Limits
    now: Callable[[], datetime]
    hostname: str
    tls: ssl.SSLContext | None
    seats: Seats
    budget: ByteBudget


class Client(Protocol):
    """The other side, as far as the taking of a mail needs it."""

    async def go_ahead(self) -> None:
        """Tell the client to send its mail."""

    async def chunk(self) -> bytes:
        """The next bytes from the client, everything that has come. Raises ConnectionError when it is gone."""
        ...

    def put_back(self, rest: bytes) -> None:
        """Leave bytes behind the mail to whoever reads next."""

    def storing(self) -> None:
        """The mail is complete and is being stored from here on."""

    def end(self, last_words: str) -> None:
        """Hang up."""


async def take_mail(service: Service, client: Client, envelope: Envelope, *, declared: int) -> str:
    """Take a mail for which the client declared ``declared`` bytes (0: unknown) and give the reply to it.

    Raises whatever ``deliver`` or its future raise, and TimeoutError when storing takes too long.
    """
    share = Share(service.budget, service.limits)
    with ExitStack() as undo:
        undo.callback(share.give_back)
        if declared > FREE_BYTES and not await share.grow(declared):
            return Fault.NO_ROOM.value
        await client.go_ahead()
        reader = await _read(service.limits, client, share)
        content = reader.content()
        if content is None:
            return (reader.fault or Fault.TOO_LARGE).value
        share.shrink(len(content))
        client.storing()
        future = service.deliver(RawMail(content, envelope, service.now()))
        # From here on the bytes are in use until they are stored, whether or not anybody waits.
        undo.pop_all()
    await _stored(future, share, service.limits)
    return KEPT


async def _read(limits: Limits, client: Client, share: Share) -> DataReader:
    reader = DataReader(limits)
    while (rest := reader.feed(await client.chunk())) is None:
        needs_room = reader.fault is None and reader.size > max(FREE_BYTES, share.held)
        if needs_room and not await share.grow(limits.message_bytes):
            reader.discard(Fault.NO_ROOM)
        if reader.is_endless:
            client.end(Fault.TOO_LARGE.value)
            raise ConnectionAbortedError
    client.put_back(rest)
    return reader


async def _stored(future: Future[Any], share: Share, limits: Limits) -> None:
    # asyncio.wrap_future would cancel the future of the store when the client hangs up, and the store could not finish it.
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def settle() -> None:
        share.give_back()
        done.set()

    def tell(_: Future[Any]) -> None:
        # The loop is closed when the listener has stopped without waiting for the store.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle)

    future.add_done_callback(tell)
    async with asyncio.timeout(limits.deliver_seconds):
        await done.wait()
    future.result(timeout=0)
