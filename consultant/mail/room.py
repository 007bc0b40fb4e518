"""What the listener has room for: seats for sessions, and bytes for mails that are not stored yet.

Everything here lives on the listener's event loop and is touched by no other thread.
"""

from __future__ import annotations

import asyncio
from collections import deque
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Protocol

from consultant.mail.limits import Limits

_IPV6_SITE_BITS = 64


class Seated(Protocol):
    """A session, as far as its seat is concerned."""

    origin: str
    """Whose connections it is counted with; see ``origin``."""
    leaving: bool
    """Whether it has been told to end; then its seat is free already."""
    progress: float
    """Loop time at which the client last got something done."""
    has_spoken: bool
    """Whether the client has said anything since it was greeted."""

    @property
    def may_give_way(self) -> bool:
        """Whether ending it now would break no promise."""
        ...

    def give_way(self) -> None:
        """End for the sake of a newcomer."""


class Seats:
    """The seats of the listener, and standing room as large. A newcomer is turned away only if everybody seated makes progress."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._present: set[Seated] = set()
        self._waiting: dict[Seated, None] = {}
        self.empty = asyncio.Event()
        self.empty.set()

    def __len__(self) -> int:
        return len(self._present) + len(self._waiting)

    def take(self, newcomer: Seated, *, now: float, has_waited: bool = False) -> bool:
        """Seat the newcomer, if need be in place of the session that has idled longest; False when there is no seat.

        For one that has waited, sessions that never said a word give way at any time: a crowd of them may have come just before.
        """
        seated = [session for session in self._present if not session.leaving]
        neighbours = [session for session in seated if session.origin == newcomer.origin]
        if len(neighbours) >= self._limits.connections_per_address:
            free = self._free_one(neighbours, now=now, has_waited=has_waited)
        elif len(seated) >= self._limits.connections:
            free = self._free_one(seated, now=now, has_waited=has_waited)
        else:
            free = True
        if free:
            self._waiting.pop(newcomer, None)
            self._present.add(newcomer)
            self.empty.clear()
        return free

    def wait(self, newcomer: Seated) -> None:
        """Let a newcomer stand and wait; when more wait than could be seated, the first one goes."""
        if len(self._waiting) >= self._limits.connections:
            first = next(iter(self._waiting))
            del self._waiting[first]
            first.give_way()
        self._waiting[newcomer] = None
        self.empty.clear()

    def leave(self, session: Seated) -> None:
        """Give the seat back; a second time does nothing."""
        self._present.discard(session)
        self._waiting.pop(session, None)
        if not self._present and not self._waiting:
            self.empty.set()

    def everybody(self) -> tuple[Seated, ...]:
        """All sessions whose connection still stands."""
        return (*self._present, *self._waiting)

    def _free_one(self, crowd: list[Seated], *, now: float, has_waited: bool) -> bool:
        latest = now - self._limits.give_way_seconds
        idle = [
            session
            for session in crowd
            if session.may_give_way and (session.progress <= latest or (has_waited and not session.has_spoken))
        ]
        if not idle:
            return False
        min(idle, key=lambda session: session.progress).give_way()
        return True


def origin(peer: str) -> str:
    """Whose connections a peer is counted with: an IPv4 address itself, an IPv6 address by its /64 network."""
    try:
        address: IPv4Address | IPv6Address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, _IPV6_SITE_BITS), strict=False))
    return str(address)


class ByteBudget:
    """Bytes that mails in flight may take together; who finds none left waits in line.

    Nobody takes a second share while holding a first one by waiting, so that the line cannot lock up.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    def take_now(self, count: int) -> bool:
        """Take ``count`` bytes if they are free and nobody waits."""
        if self._line or count > self._free:
            return False
        self._free -= count
        return True

    async def take(self, count: int, *, seconds: float) -> bool:
        """Take ``count`` bytes, waiting in line for at most ``seconds``; False when the time was not enough."""
        if self.take_now(count):
            return True
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((count, granted))
        # The bytes may be granted in the very moment in which the time is over or the client goes away.
        try:
            async with asyncio.timeout(seconds):
                await granted
        except TimeoutError:
            return not granted.cancelled()
        except asyncio.CancelledError:
            if not granted.cancelled():
                self.give_back(count)
            raise
        finally:
            self._serve()
        return True

    def give_back(self, count: int) -> None:
        """Return ``count`` bytes and let those in line go on."""
        self._free += count
        self._serve()

    def _serve(self) -> None:
        while self._line:
            count, granted = self._line[0]
            if not granted.done():
                if count > self._free:
                    return
                self._free -= count
                granted.set_result(None)
            self._line.popleft()


class Share:
    """The bytes that one mail holds of the budget; given back exactly once."""

    def __init__(self, budget: ByteBudget, limits: Limits) -> None:
        self._budget = budget
        self._limits = limits
        self._held = 0

    @property
    def held(self) -> int:
        """Bytes held now."""
        return self._held

    async def grow(self, count: int) -> bool:
        """Hold ``count`` bytes: the first time by waiting in line, later only if they are free. False when there is no room."""
        more = count - self._held
        if self._held:
            enough = self._budget.take_now(more)
        else:
            enough = await self._budget.take(more, seconds=self._limits.room_seconds)
        if enough:
            self._held = count
        return enough

    def shrink(self, count: int) -> None:
        """Give back what is held beyond ``count`` bytes."""
        surplus = self._held - min(count, self._held)
        self._held -= surplus
        self._budget.give_back(surplus)

    def give_back(self) -> None:
        """Give everything back; a second time does nothing."""
        self.shrink(0)
