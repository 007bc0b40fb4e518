"""Analyses that the desk itself makes, for the ask box and the JSON interface: how long a text may be, and how many run at once.

They run in the threads of the desk, beside pages that consultants wait for; so only a few run at a time, and who comes in
a crowd is told to come again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from consultant.errors import TemporaryError, WorkError

MOST_CHARACTERS = 60_000
Result = TypeVar("Result")


class Analyst:
    """Runs analyses, at most ``at_once`` of them; ``patience`` is how many seconds the next one waits for its turn."""

    def __init__(self, *, at_once: int = 2, patience: float = 10.0) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._patience = patience

    def run(self, text: str, work: Callable[[], Result]) -> Result:
        """What ``work`` gives for this text. Raises WorkError when it is too long, TemporaryError when too many others run."""
        if len(text) > MOST_CHARACTERS:
            msg = f"the text has {len(text):,} characters, {MOST_CHARACTERS:,} can be read at once: send the part to be coded"
            raise WorkError(msg)
        if not self._turns.acquire(timeout=self._patience):
            msg = "too many texts are being read at this moment: try again in a minute"
            raise TemporaryError(msg)
        try:
            return work()
        finally:
            self._turns.release()
