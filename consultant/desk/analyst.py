"""Analyses that the desk itself makes, for the ask box and the JSON interface: how long a text may be, and how many run at once.

They run in the threads of the desk, beside pages that consultants wait for; so only a few run at a time, and who comes in
a crowd is told to come again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from consultant.errors import ConsultantError, TemporaryError, WorkError

MOST_CHARACTERS = 60_000
Result = TypeVar("Result")


class Analyst:
    """Runs analyses, at most ``at_once`` of them; ``patience`` is how many seconds the next one waits for its turn."""

    def __init__(self, *, at_once: int = 2, patience: float = 10.0) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._patience = patience
        self._lock = threading.Lock()
        self._warming: threading.Thread | None = None

    def warm_up(self, work: Callable[[], object]) -> None:
        """Have ``work`` done once in the background, so that the first real text need not wait for tables to be compiled."""
        with self._lock:
            if self._warming is None:
                self._warming = threading.Thread(target=_quietly, args=(work,), name="warm-up", daemon=True)
                self._warming.start()

    def run(self, text: str, work: Callable[[], Result]) -> Result:
        """What ``work`` gives for this text. Raises WorkError when it is too long, TemporaryError when too many others run."""
        if len(text) > MOST_CHARACTERS:
            msg = f"the text has {len(text):,} characters, {MOST_CHARACTERS:,} can be read at once: send the part to be coded"
            raise WorkError(msg)
        if not self._turns.acquire(timeout=self._patience):
            msg = "too many texts are being read at this moment: try again in a minute"
            raise TemporaryError(msg)
        try:
            if self._warming is not None:
                # Compiling the same tables beside it would only make both slower.
                self._warming.join()
            return work()
        finally:
            self._turns.release()


def _quietly(work: Callable[[], object]) -> None:
    # What is wrong here is wrong for the first real text as well, and told to the one who sent it.
    with suppress(ConsultantError):
        work()
