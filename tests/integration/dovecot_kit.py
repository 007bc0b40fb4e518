"""A real Dovecot of its own for tests: started on free ports, stopped, frozen, its sessions killed; and a line to it that counts.

Tests that need it are skipped where it is not installed, unless CONSULTANT_TEST_REQUIRE names ``dovecot``.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from imapclient import IMAPClient
from service_kit import wait_for

from consultant.mail.mailbox_address import MailboxAddress

CERTIFICATE = Path(__file__).parents[1] / "certificates" / "localhost.pem"
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, PASSWORD = "consult@consultant.example", "secret word"
needs_dovecot = pytest.mark.skipif(
    DOVECOT is None and "dovecot" not in os.environ.get("CONSULTANT_TEST_REQUIRE", ""), reason="Dovecot is not installed"
)

_CONFIGURATION = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
instance_name = {name}
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
default_login_user = {login_user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {mail_user}
mail_gid = {mail_group}
mail_location = maildir:{base}/mail/%u
mail_max_userip_connections = 100
mailbox_idle_check_interval = 1 secs
auth_mechanisms = plain login{mechanisms}
{oauth}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
auth_failure_delay = 0 secs
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
{more}
"""


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


@dataclass
class Dovecot:
    """A server with one user, whose mailbox is empty at first. ``capability`` replaces what it says it can do."""

    base: Path
    capability: str = ""
    prefix: str = ""
    token_server: str = ""
    imap: int = field(default_factory=free_port)
    imaps: int = field(default_factory=free_port)
    lmtp: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.base.chmod(0o755)
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid()).pw_name
        my_group = grp.getgrgid(os.getegid()).gr_name
        mail_user, mail_group = ("nobody", "nogroup") if root else (me, my_group)
        for name in ("run", "state", "mail"):
            (self.base / name).mkdir()
        if root:
            shutil.chown(self.base / "mail", mail_user, mail_group)
        (self.base / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.base / "oauth.conf").write_text(
            f"tokeninfo_url = {self.token_server}\nintrospection_mode = get\nusername_attribute = username\n"
        )
        oauth = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {self.base}/oauth.conf\n}}"
        self.configuration.write_text(
            _CONFIGURATION.format(
                base=self.base,
                name=self.base.name,
                certificate=CERTIFICATE,
                login_user="dovenull" if root else me,
                user="dovecot" if root else me,
                group="dovecot" if root else my_group,
                mail_user=mail_user,
                mail_group=mail_group,
                mechanisms=" xoauth2" if self.token_server else "",
                oauth=oauth if self.token_server else "",
                separator="." if self.prefix else "/",
                prefix=self.prefix,
                imap=self.imap,
                imaps=self.imaps,
                lmtp=self.lmtp,
                more=f"imap_capability = {self.capability}" if self.capability else "",
            )
        )

    @property
    def configuration(self) -> Path:
        return self.base / "dovecot.conf"

    def start(self) -> None:
        # It goes on in the background with whatever it was given to write to, so a pipe would never end.
        with (self.base / "start.log").open("wb") as said:
            subprocess.run([DOVECOT, "-c", str(self.configuration)], check=True, stdout=said, stderr=said)
        wait_for(self._answers, f"Dovecot answers: {self._said()}", seconds=10)

    def stop(self) -> None:
        master = self.base / "run" / "master.pid"
        if not master.exists():
            return
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(int(master.read_text()))
            family = [process, *process.children(recursive=True)]
            for one in family:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            psutil.wait_procs(family, timeout=10)
        master.unlink()

    def processes(self) -> list[psutil.Process]:
        process = psutil.Process(int((self.base / "run" / "master.pid").read_text()))
        return [process, *process.children(recursive=True)]

    def sessions(self) -> list[psutil.Process]:
        """The processes that serve somebody who has logged in."""
        return [process for process in self.processes() if process.name() == "imap"]

    def kill_sessions(self) -> None:
        for process in self.sessions():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def signal_all(self, number: signal.Signals) -> None:
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def url(self, *, port: int = 0, options: str = "") -> str:
        return f"imap://{USER}:secret%20word@127.0.0.1:{port or self.imap}/INBOX{options}"

    def address(self, **options: int | str) -> MailboxAddress:
        return MailboxAddress.parse(self.url(**options))

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        with IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=10) as client:
            client.login(USER, PASSWORD)
            yield client

    def append(self, *mails: bytes) -> None:
        """Put mails into the mailbox as they are."""
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", mail)

    def deliver(self, mail: bytes, *, sender: str) -> None:
        """Deliver a mail as a mail server does, with trace fields of its own on top."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail(sender, [USER], mail)

    def count(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"]) if client.folder_exists(folder) else 0

    def change_validity(self) -> None:
        """Make the mailbox begin a new life, as a restored backup does."""
        self.stop()
        for file in (self.base / "mail" / USER).glob("dovecot*"):
            file.unlink()
        self.start()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.imap), 1) as connection:
            return connection.recv(10).startswith(b"* OK")
        return False

    def _said(self) -> str:
        log = self.base / "dovecot.log"
        return log.read_text() if log.exists() else "nothing"


@contextmanager
def running(**options: str) -> Iterator[Dovecot]:
    """A Dovecot in a folder that its own users may enter."""
    with tempfile.TemporaryDirectory(prefix="consultant-imap-", ignore_cleanup_errors=True) as base:
        server = Dovecot(Path(base), **options)
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Line:
    """A TCP line to a server that counts the command lines of the clients, and can be cut."""

    def __init__(self, port: int) -> None:
        self.commands = 0
        self.connections = 0
        self._target = port
        self._open: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection, as a firewall does."""
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def close(self) -> None:
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.connections += 1
                try:
                    server = socket.create_connection(("127.0.0.1", self._target), 5)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                self._open += [client, server]
                threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.commands += data.count(b"\r\n") if counts else 0
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
