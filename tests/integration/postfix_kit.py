"""A real Postfix of its own in front of a listener, with short pauses between its tries.

Tests that need it are skipped where it is not installed or we are not root, unless CONSULTANT_TEST_REQUIRE names ``postfix``.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from dovecot_kit import free_port
from service_kit import wait_for

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_postfix = pytest.mark.skipif(
    (POSTFIX is None or os.geteuid() != 0) and "postfix" not in os.environ.get("CONSULTANT_TEST_REQUIRE", ""),
    reason="Postfix is not installed, or we may not start it",
)

_MAIN = """
compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
maillog_file = {base}/postfix.log
maillog_file_prefixes = {base}
myhostname = front.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
default_transport = smtp:[127.0.0.1]:{target}
relay_transport = smtp:[127.0.0.1]:{target}
smtp_tls_security_level = none
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_data_done_timeout = 20s
smtp_connection_cache_on_demand = no
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass
class Postfix:
    """A server that hands every mail to ``target``, a port of this machine, and keeps what is not taken."""

    base: Path
    target: int
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        self.base.chmod(0o755)
        for name in ("etc", "spool", "data"):
            (self.base / name).mkdir()
        shutil.chown(self.base / "data", "postfix")
        (self.base / "etc" / "main.cf").write_text(_MAIN.format(base=self.base, target=self.target))
        (self.base / "etc" / "master.cf").write_text(_MASTER.format(port=self.port))
        self._command("start")
        wait_for(self._answers, "Postfix answers", seconds=10)

    def stop(self) -> None:
        master = self.base / "spool" / "pid" / "master.pid"
        if master.exists():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(master.read_text()))
                family = [process, *process.children(recursive=True)]
                for one in family:
                    with suppress(psutil.NoSuchProcess):
                        one.kill()
                psutil.wait_procs(family, timeout=5)

    def send(self, sender: str, to: str, *mails: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            for mail in mails:
                client.sendmail(sender, [to], mail)

    def waiting(self) -> int:
        """How many mails it still keeps."""
        spool = self.base / "spool"
        return sum(1 for name in ("incoming", "active", "deferred") for one in (spool / name).rglob("*") if one.is_file())

    def _command(self, word: str) -> None:
        with (self.base / "start.log").open("ab") as said:
            subprocess.run([POSTFIX, "-c", str(self.base / "etc"), word], check=True, stdout=said, stderr=said)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            return connection.recv(10).startswith(b"220")
        return False


@contextmanager
def in_front_of(port: int) -> Iterator[Postfix]:
    """A Postfix that delivers to this port."""
    with tempfile.TemporaryDirectory(prefix="consultant-smtp-", ignore_cleanup_errors=True) as base:
        server = Postfix(Path(base), port)
        try:
            server.start()
            yield server
        finally:
            server.stop()
