"""Where a mailbox is and how to log in there, read from a URL (RFC 5092, with options of our own).

    imaps://USER:PASSWORD@HOST/INBOX                     password, percent-encoded
    imaps://USER@HOST/INBOX?password-file=/run/secrets/x the password stands in a file
    imaps://USER@HOST/INBOX?token-file=/run/secrets/x    XOAUTH2 with an access token that somebody else renews in that file
    imaps://USER@HOST/INBOX?oauth-file=/run/secrets/x    XOAUTH2 with tokens that we fetch (mailbox_login.py)

Other options: ``processed`` and ``quarantine`` name the two folders. ``imap+starttls://`` and, on this machine alone, ``imap://``
are taken too. A user may contain an @.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from consultant.errors import UsageError

_FORM = "a mailbox must be given as imaps://USER@HOST/INBOX, with a password or one of password-file, token-file, oauth-file"
_OPTIONS = frozenset({"password-file", "token-file", "oauth-file", "processed", "quarantine"})


class ImapSecurity(StrEnum):
    """How the connection is protected; the values are the schemes of the URL."""

    NONE = "imap"
    STARTTLS = "imap+starttls"
    TLS = "imaps"


_PORTS = {ImapSecurity.NONE: 143, ImapSecurity.STARTTLS: 143, ImapSecurity.TLS: 993}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAddress:
    """One mailbox. At most one of the four ways to log in is set."""

    security: ImapSecurity
    host: str
    port: int
    user: str
    folder: str
    password: str = field(default="", repr=False)
    password_file: Path | None = None
    token_file: Path | None = None
    oauth_file: Path | None = None
    processed: str = "Processed"
    quarantine: str = "Quarantine"

    @property
    def name(self) -> str:
        """What the mailbox is called in the database and the log: the same however we log in."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    @classmethod
    def parse(cls, url: str) -> MailboxAddress:
        """Read one URL. Raises UsageError, without the URL, which may hold a password."""
        try:
            parts = urlsplit(url)
            security = ImapSecurity(parts.scheme)
            port = _PORTS[security] if parts.port is None else parts.port
            options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        except ValueError:
            raise UsageError(_FORM) from None
        if not parts.hostname or not parts.username or parts.fragment or not options.keys() <= _OPTIONS:
            raise UsageError(_FORM)
        secrets = [name for name in ("password-file", "token-file", "oauth-file") if name in options]
        if len(secrets) + bool(parts.password) != 1:
            raise UsageError(_FORM)
        if security is ImapSecurity.NONE and not is_this_machine(parts.hostname):
            msg = f"the login of {parts.hostname} would go over an open line; use imaps:// or imap+starttls://"
            raise UsageError(msg)
        files = {name: Path(options[name]) for name in secrets}
        return cls(
            security=security,
            host=parts.hostname,
            port=port,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            password_file=files.get("password-file"),
            token_file=files.get("token-file"),
            oauth_file=files.get("oauth-file"),
            processed=options.get("processed", "Processed"),
            quarantine=options.get("quarantine", "Quarantine"),
        )


def parse_all(text: str) -> tuple[MailboxAddress, ...]:
    """Read several URLs, separated by blanks or line ends. Raises UsageError when one is none, or one mailbox stands twice."""
    found = tuple(MailboxAddress.parse(url) for url in text.split())
    if len({address.name for address in found}) < len(found):
        msg = "a mailbox is given twice: name each once"
        raise UsageError(msg)
    return found


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
