"""How often somebody may ask in a while. Counted in this process, so several desk processes each allow their own number."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta

_MOST_NAMES = 10_000


class Rate:
    """At most ``allowed`` requests of one name within ``window``."""

    def __init__(self, *, allowed: int, window: timedelta = timedelta(minutes=1)) -> None:
        self._allowed = allowed
        self._window = window
        self._taken: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, name: str, now: datetime) -> bool:
        """Count one request, if it may be made."""
        with self._lock:
            if len(self._taken) > _MOST_NAMES:
                self._forget_idle(now)
            taken = self._taken[name]
            while taken and taken[0] <= now - self._window:
                taken.popleft()
            if len(taken) >= self._allowed:
                return False
            taken.append(now)
            return True

    def _forget_idle(self, now: datetime) -> None:
        idle = [name for name, taken in self._taken.items() if not taken or taken[-1] <= now - self._window]
        for name in idle:
            del self._taken[name]
