r"""One IMAP connection to one mailbox (RFC 9051, RFC 3501): look, fetch without a trace, file away, idle.

Every wait has a timeout. ``BODY.PEEK[]`` leaves the flags alone. Filing is MOVE (RFC 6851); without it COPY, \Deleted and UID
EXPUNGE (RFC 4315), and without that too the mails stay marked as deleted, which a later look passes over: a bare EXPUNGE would
remove what somebody else has marked. Whatever goes wrong is raised; the caller opens a new session.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from consultant.errors import TemporaryError
from consultant.mail.mailbox_address import ImapSecurity, MailboxAddress
from consultant.mail.mailbox_login import access_token, password_of

CONNECT_SECONDS = 15.0
PIECE_BYTES = 1024 * 1024
"""Mails larger than this are fetched in pieces."""
_SIZES_AT_ONCE = 500
_NEWS = frozenset({b"EXISTS", b"RECENT"})
_EARLY = 0.5
"""An ``idle_check`` that comes back empty before this part of its time has met the end of the connection."""


class MailboxSession:
    """An open, logged-in connection with its mailbox selected. ``read_seconds`` bounds every wait for the server."""

    def __init__(self, address: MailboxAddress, *, read_seconds: float, tls: ssl.SSLContext | None = None) -> None:
        """Connect, log in and select. Raises TemporaryError with one line, UsageError when a secret's file cannot be read."""
        self._address = address
        self._folders: dict[str, str] = {}
        secret, token = password_of(address), access_token(address, timeout=read_seconds)
        try:
            self._client = _connected(address, read_seconds, tls or ssl.create_default_context())
        except (OSError, imaplib.IMAP4.error) as error:
            msg = f"the mail server {address.host}:{address.port} cannot be used: {_in_words(error)}"
            raise TemporaryError(msg) from None
        try:
            self._log_in(secret, token)
            self.validity = int(self._client.select_folder(address.folder)[b"UIDVALIDITY"])
        except BaseException:
            self.close()
            raise

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of news by itself (RFC 2177)."""
        return bool(self._client.has_capability("IDLE"))

    def close(self) -> None:
        """Hang up without a word; nothing is lost by it."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.shutdown()

    def leave(self) -> None:
        """Say goodbye, and hang up."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.logout()

    def uids(self) -> list[int]:
        """The UIDs of everything that lies there and is not marked as deleted, oldest first. NOOP first: a sign of life."""
        self._client.noop()
        return sorted(int(uid) for uid in self._client.search(["UNDELETED"]))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each mail, as the server says; mails that have left meanwhile are not among them."""
        found: dict[int, int] = {}
        for start in range(0, len(uids), _SIZES_AT_ONCE):
            answer = self._client.fetch(list(uids[start : start + _SIZES_AT_ONCE]), ["RFC822.SIZE"])
            found |= {int(uid): int(row[b"RFC822.SIZE"]) for uid, row in answer.items() if b"RFC822.SIZE" in row}
        return found

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails as they are; those that have left meanwhile are not among them."""
        answer = self._client.fetch(list(uids), ["BODY.PEEK[]"])
        return {int(uid): bytes(row[b"BODY[]"]) for uid, row in answer.items() if row.get(b"BODY[]") is not None}

    def fetch_large(self, uid: int, *, most: int, go_on: Callable[[], None]) -> dict[int, bytes]:
        """One mail in pieces, each with the timeout to itself; ``go_on`` is called between them. Nothing when it has left.

        Raises ValueError when it goes on beyond ``most`` bytes, whatever size the server gave.
        """
        pieces: list[bytes] = []
        start = 0
        while start <= most:
            answer = self._client.fetch([uid], [f"BODY.PEEK[]<{start}.{PIECE_BYTES}>"])
            piece = next((row[b"BODY[]<%d>" % start] for row in answer.values() if b"BODY[]<%d>" % start in row), None)
            if piece is None:
                return {}
            pieces.append(bytes(piece))
            start += len(piece)
            if len(piece) < PIECE_BYTES:
                return {uid: b"".join(pieces)}
            go_on()
        msg = "the mail is larger than the server said"
        raise ValueError(msg)

    def file(self, uids: Sequence[int], folder: str) -> None:
        """Move mails into a folder beside the mailbox, which is made when it is missing."""
        if not uids:
            return
        place = self._folder(folder)
        try:
            self._move(list(uids), place)
        except IMAPClientError:
            # Somebody may have removed the folder since we last saw it. What was moved already is no longer there: no harm.
            del self._folders[folder]
            self._move(list(uids), self._folder(folder))

    def idle(self, seconds: float, go_on: Callable[[], bool], *, slice_seconds: float = 1.0) -> None:
        """Wait for news, for so many seconds, or as long as ``go_on`` says so; it is asked every ``slice_seconds``.

        The server's answer to our DONE is its sign of life; without one this raises.
        """
        self._client.idle()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and go_on():
            wait = min(slice_seconds, left)
            begun = time.monotonic()
            heard = self._client.idle_check(wait)
            if any(_is_news(response) for response in heard) or (not heard and time.monotonic() - begun < wait * _EARLY):
                break
            if heard:
                # A server that chats of other things must not make us run.
                time.sleep(min(0.05, left))
        self._client.idle_done()

    def _log_in(self, secret: str, token: str) -> None:
        try:
            if token:
                self._client.oauth2_login(self._address.user, token)
            else:
                self._client.login(self._address.user, secret)
        except LoginError:
            # The server's own words are left out: some repeat what they were given.
            msg = f"the mail server {self._address.host} does not let us in: see that user and secret of the mailbox are right"
            raise TemporaryError(msg) from None

    def _move(self, uids: list[int], place: str) -> None:
        if self._client.has_capability("MOVE"):
            self._client.move(uids, place)
            return
        self._client.copy(uids, place)
        self._client.add_flags(uids, [rb"\Deleted"], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)

    def _folder(self, name: str) -> str:
        """The whole name of a folder, with the prefix that this server wants; made when it is missing."""
        if name not in self._folders:
            whole = self._prefix() + name
            if not self._client.folder_exists(whole):
                with suppress(IMAPClientError):
                    # Another poller may make it at the same moment.
                    self._client.create_folder(whole)
            self._folders[name] = whole
        return self._folders[name]

    def _prefix(self) -> str:
        if not self._client.has_capability("NAMESPACE"):
            return ""
        personal = self._client.namespace().personal
        return str(personal[0][0]) if personal else ""


def _connected(address: MailboxAddress, read_seconds: float, tls: ssl.SSLContext) -> IMAPClient:
    # At its lowest level the library logs every byte, and with it mails and passwords.
    logging.getLogger("imapclient").setLevel(logging.WARNING)
    timeout: Any = SocketTimeout(connect=min(CONNECT_SECONDS, read_seconds), read=read_seconds)
    from_start = address.security is ImapSecurity.TLS
    client = IMAPClient(address.host, address.port, ssl=from_start, ssl_context=tls if from_start else None, timeout=timeout)
    if address.security is ImapSecurity.STARTTLS:
        try:
            client.starttls(tls)
        except BaseException:
            # The library may have closed the socket itself; its complaint would hide the reason.
            with suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()
            raise
    return client


def _is_news(response: Any) -> bool:  # noqa: ANN401  (parsed by the library, in many shapes)
    return isinstance(response, tuple) and len(response) > 1 and response[1] in _NEWS


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be verified ({error.verify_message})"
    words = str(error) if isinstance(error, OSError) else ""
    return re.sub(r"\s+", " ", words) or type(error).__name__
