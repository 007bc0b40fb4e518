"""Passwords of consultants and ops: argon2id hashes, and a limit on guessing.

Known limit: failed attempts are counted in this process, so several desk processes each allow their own number.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# Verifying against this takes as long as against a real hash, so that time does not tell which names exist.
_NOBODY = _HASHER.hash("nobody has this password")

MIN_LENGTH = 10


def hash_password(password: str) -> str:
    """The argon2id hash to keep. Raises ValueError when the password is too short to be worth keeping."""
    if len(password) < MIN_LENGTH:
        msg = f"a password needs at least {MIN_LENGTH} characters"
        raise ValueError(msg)
    return _HASHER.hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Whether the password is the one that ``kept`` was made from; None stands for an unknown name and never fits."""
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


class Throttle:
    """Stops guessing: after so many failures within the window, a name or address has to wait."""

    def __init__(self, *, allowed: int = 5, window: timedelta = timedelta(minutes=5)) -> None:
        self._allowed = allowed
        self._window = window
        self._failures: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def is_closed(self, key: str, now: datetime) -> bool:
        """Whether this name or address has to wait."""
        with self._lock:
            self._forget(key, now)
            return len(self._failures.get(key, ())) >= self._allowed

    def failed(self, key: str, now: datetime) -> None:
        """Count one failure."""
        with self._lock:
            self._failures[key].append(now)

    def _forget(self, key: str, now: datetime) -> None:
        failures = self._failures.get(key)
        while failures and failures[0] <= now - self._window:
            failures.popleft()
        if failures is not None and not failures:
            del self._failures[key]
