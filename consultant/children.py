"""One child process of ``consultant up``: started, heard to be ready, started again when it dies, stopped.

A child is tethered (tether.py), so that it dies with us whatever kills us. It tells its address or its complaint through a pipe
(lifecycle.py). One that dies is started again after a pause that doubles while it keeps dying early.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from consultant import log, tether
from consultant.errors import WorkError
from consultant.lifecycle import READY_VARIABLE

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0
_LONGEST_AFTER_READY = 1.0
"""One that has worked was killed by somebody: it is wanted back at once, however often that happens."""
_SETTLED_SECONDS = 10.0
"""A child that has lived for so long is started again without a pause."""
_log = log.get("up")


class Child:
    """A part of the service in a process of its own. ``variables`` are set in its environment beside ours."""

    def __init__(self, part: str, variables: Mapping[str, str]) -> None:
        self.part = part
        self.address = ""
        """Where it can be reached, once it is ready."""
        self._variables = dict(variables)
        self._process: subprocess.Popen[bytes] | None = None
        self._news: int | None = None
        self._heard = b""
        self._started = 0.0
        self._pause = _FIRST_PAUSE
        self._was_ready = False
        self._start_at = 0.0

    @property
    def pid(self) -> int:
        """The process id; 0 while it does not run."""
        return self._process.pid if self.is_running() and self._process else 0

    def start(self) -> None:
        """Start it; call this in the main thread, which lives as long as we do."""
        self._forget_news()
        reading, writing = os.pipe()
        environment = os.environ | self._variables | {READY_VARIABLE: str(writing)}
        command = [sys.executable, "-m", "consultant.programs", self.part]
        self._process = tether.start(command, environment=environment, keep=(writing,))
        os.close(writing)
        self._news, self._heard, self._started, self._was_ready = reading, b"", time.monotonic(), False

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def wait_until_ready(self, seconds: float, *, give_up: Callable[[], bool]) -> bool:
        """Wait for its word, unless ``give_up`` says not to. Raises WorkError with its own complaint when it cannot start."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not give_up():
            if self.listen(0.1):
                return True
        return False

    def listen(self, seconds: float) -> bool:
        """Take its word if it comes in so many seconds; True once it is ready. Raises WorkError when it cannot start."""
        if self._news is None:
            return True
        if not select.select([self._news], [], [], seconds)[0]:
            return False
        part = os.read(self._news, 4096)
        self._heard += part
        if part and not self._heard.endswith(b"\n"):
            return False
        self._forget_news()
        told = json.loads(self._heard) if self._heard else {}
        if "address" not in told:
            raise WorkError(told.get("error") or f"{self.part} ended before it was ready: look at the lines above")
        self.address, self._was_ready = told["address"], True
        return True

    def keep(self, changed: Mapping[str, str]) -> None:
        """Start it again if it has died and its pause is over; ``changed`` is set in its environment from then on."""
        if self.is_running():
            with suppress(WorkError):
                self.listen(0)
            return
        if self._start_at == 0.0:
            lived = time.monotonic() - self._started
            longest = _LONGEST_AFTER_READY if self._was_ready else _LONGEST_PAUSE
            self._pause = _FIRST_PAUSE if lived > _SETTLED_SECONDS else min(self._pause * 2, longest)
            self._start_at = time.monotonic() + self._pause
            _log.warning("a part has died", which=self.part, code=self._process.returncode if self._process else None)
        if time.monotonic() >= self._start_at:
            self._start_at = 0.0
            self._variables |= changed
            self.start()

    def tell_to_stop(self) -> None:
        """Ask it to finish and end."""
        if self._process and self.is_running():
            self._process.send_signal(signal.SIGTERM)

    def end(self, until: float) -> bool:
        """Wait for its end until this moment (monotonic), then kill it with all its children; False when it had to be killed."""
        if self._process is None:
            return True
        gone = True
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            gone = False
        # Its own children are in its process group; those that have outlived it go too.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._forget_news()
        return gone

    def _forget_news(self) -> None:
        if self._news is not None:
            os.close(self._news)
            self._news = None
