"""How a program begins and ends: it tells whoever started it that it is ready, and waits for SIGTERM or SIGINT."""

from __future__ import annotations

import json
import os
import signal
import threading

READY_VARIABLE = "CONSULTANT_READY_FD"
"""Environment variable with the number of an inherited file descriptor; a program writes one line of JSON there and closes it."""


def stop_when_told() -> threading.Event:
    """An event that is set by SIGTERM or SIGINT, from now on; call it in the main thread."""
    stop = threading.Event()

    def told(*_details: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    return stop


def tell_ready(address: str = "") -> None:
    """Say that this program can be used, and at which address; nothing happens when nobody listens."""
    _tell({"address": address})


def tell_failed(complaint: str) -> bool:
    """Say why this program cannot start; False when nobody listens."""
    return _tell({"error": complaint})


def _tell(news: dict[str, str]) -> bool:
    descriptor = os.environ.pop(READY_VARIABLE, None)
    if descriptor is None:
        return False
    with os.fdopen(int(descriptor), "w") as pipe:
        pipe.write(json.dumps(news) + "\n")
    return True
