"""An end to reading one file, whatever the library that reads it is caught in.

In the main thread, where workers and commands read mail, the system's timer ends even a loop inside a library. In other threads no
timer can; there a reader has to look at the time itself between two pages.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class TooSlow(BaseException):
    """The time is over. Not an Exception, so that no library's "except Exception" swallows it."""


@dataclass(slots=True)
class Seconds:
    """What is left of the time that all files of one mail share."""

    left: float

    @contextmanager
    def running(self) -> Iterator[Clock]:
        """Take the time of a block. Raises TooSlow inside it when the time is over."""
        clock = Clock(time.monotonic() + self.left)
        try:
            clock.check()
            with _timer(max(self.left, 0.01)):
                yield clock
        finally:
            self.left = clock.ends - time.monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """When a block has to end."""

    ends: float

    def check(self) -> None:
        """Raise TooSlow when the time is over."""
        if time.monotonic() > self.ends:
            raise TooSlow


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    # Somebody else's timer is not ours to touch.
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def over(_number: int, _frame: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
