"""``consultant send``: hand mail files to a listener, as a test client does."""

from __future__ import annotations

import email
import smtplib
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated

import typer

from consultant import settings
from consultant.errors import UsageError, WorkError
from consultant.settings import host_and_port

_TIMEOUT_SECONDS = 30


def send(
    files: Annotated[list[Path], typer.Argument(help="Mail files (.eml).")],
    to: Annotated[str | None, typer.Option(help="HOST:PORT of the listener (CONSULTANT_SMTP).", show_default=False)] = None,
) -> None:
    """Send each mail file to the service's mailbox."""
    values = settings.load()
    try:
        host, port = host_and_port(to or values.smtp)
    except ValueError as error:
        raise UsageError(f"--to: {error}") from None
    mails = [(path, _read(path)) for path in files]
    try:
        with smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS) as client:
            for path, content in mails:
                client.sendmail(reverse_path(content), [values.our_mailbox], content)
                print(f"{path.name}: accepted")
    except smtplib.SMTPException as error:
        raise WorkError(f"the listener at {host}:{port} refused: {error}") from None
    except OSError as error:
        raise WorkError(f"no listener answers at {host}:{port}: {error.strerror or error}; start one with consultant up") from None


def reverse_path(content: bytes) -> str:
    """The address that a mail file was sent from: its Return-Path, or its From."""
    headers = email.message_from_bytes(content, policy=default)
    return parseaddr(str(headers.get("Return-Path") or headers.get("From") or ""))[1]


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if not content.strip():
        raise UsageError(f"{path}: the file is empty")
    # Mail files are kept with plain line ends; SMTP wants CRLF.
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
