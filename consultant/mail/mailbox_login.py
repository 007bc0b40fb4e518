"""What we show a mail server to be let in: a password, or an access token for XOAUTH2 (RFC 6749; Gmail, Microsoft 365).

Files are read at every login, so that a secret can be changed without a restart. An ``oauth-file`` is JSON with ``token_uri``,
``client_id``, ``client_secret`` and, for a user's own grant, ``refresh_token``: the form that Google's libraries call "authorized
user". Without a refresh token the client itself asks (``client_credentials`` with ``scope``), as Microsoft 365 wants it of daemons.
Known limit: a new refresh token that a server hands out is not kept; servers that void the old one at once are not supported.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from consultant.errors import TemporaryError, UsageError
from consultant.mail.mailbox_address import MailboxAddress, is_this_machine

_ANSWER_MAX = 100_000


def password_of(address: MailboxAddress) -> str:
    """The password; empty when the mailbox is opened with a token. Raises UsageError when its file cannot be read."""
    return _text(address.password_file) if address.password_file else address.password


def access_token(address: MailboxAddress, *, timeout: float) -> str:
    """An access token, fresh from its file or from the token server. Raises UsageError, TemporaryError."""
    if address.token_file:
        return _text(address.token_file)
    if address.oauth_file is None:
        return ""
    return _fetched(_grant(address.oauth_file), timeout)


def _grant(file: Path) -> dict[str, str]:
    try:
        grant = json.loads(_text(file))
    except ValueError:
        grant = None
    if not isinstance(grant, dict) or not {"token_uri", "client_id", "client_secret"} <= grant.keys():
        msg = f"{file}: this must be JSON with token_uri, client_id, client_secret and refresh_token or scope"
        raise UsageError(msg)
    parts = urlsplit(str(grant["token_uri"]))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(parts.hostname or "")):
        msg = f"{file}: token_uri must be an https address"
        raise UsageError(msg)
    return {name: str(value) for name, value in grant.items()}


def _fetched(grant: dict[str, str], timeout: float) -> str:
    kind = "refresh_token" if "refresh_token" in grant else "client_credentials"
    asked = {name: grant[name] for name in ("client_id", "client_secret", "refresh_token", "scope") if name in grant}
    body = urlencode(asked | {"grant_type": kind}).encode("ascii")
    request = urllib.request.Request(grant["token_uri"], data=body)  # noqa: S310  (its scheme was looked at)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310  (as above)
            found: Any = json.loads(answer.read(_ANSWER_MAX))
            return str(found["access_token"])
    except urllib.error.HTTPError as error:
        with error:
            msg = f"the token server answered {error.code}: see that the grant of the mailbox still holds"
        raise TemporaryError(msg) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"no access token could be had ({type(error).__name__}): see that the token server can be reached"
        raise TemporaryError(msg) from None


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, ValueError) as error:
        msg = f"{file} cannot be read: {error.strerror if isinstance(error, OSError) else 'it is no text'}"
        raise UsageError(msg) from None
