"""Holding on to a short lease while something slow goes on: a thread renews it until the block ends.

A lease that is renewed can be short, so that a worker's death is noticed within seconds although a slow server may take minutes.
A renewal that fails is left for the next one: when none succeeds the lease runs out, as it does when the process dies.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from consultant.errors import ConsultantError


@contextmanager
def held(renew: Callable[[], None], *, every_seconds: float) -> Iterator[None]:
    """Call ``renew`` again and again while the block runs, and never after it has ended."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(every_seconds):
            with suppress(ConsultantError):
                renew()

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
