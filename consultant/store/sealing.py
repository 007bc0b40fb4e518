"""Encryption at rest: mails, what was read in them, analyses and letters are sealed with keys that the database never sees.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits for each value; what the value is for is authenticated with it, so
that one cannot be put in another's place. The first key seals, all keys open: to change keys, put the new one first, seal again
(``consultant seal``), then drop the old one. A key is known by the start of its own hash. Without keys nothing is sealed, and
what was kept before there were keys is read as it is.

Known limits: addresses, subjects, states, times, reasons and hashes stay readable, because the queue is searched by them; at most
2^32 values should be sealed with one key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from consultant.errors import UsageError, WorkError
from consultant.store.columns import to_json

OPTION = "consultant_keyring"
"""The execution option under which a connection carries the keyring of its database."""
_KEY_BYTES = 32
_NONCE_BYTES = 12
_NAME_BYTES = 4
# No mail begins with a NUL: a listener would not take it, and a letter of ours begins with a field.
_MARK = b"\x00sealed1:"
_HEAD_BYTES = len(_MARK) + _NAME_BYTES
_BAD_KEY = (
    "CONSULTANT_ENCRYPTION_KEY: give keys of 32 bytes in base64 or hexadecimal, separated by commas (openssl rand -base64 32)"
)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by their names; the first one seals. An empty keyring seals nothing."""

    names: tuple[bytes, ...] = ()
    _ciphers: dict[bytes, AESGCM] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, text: str) -> Keyring:
        """The keyring that a setting spells. Raises UsageError, which does not repeat it."""
        return cls.of_keys(_key(part) for part in text.replace(",", " ").split())

    @classmethod
    def of_keys(cls, keys: Iterable[bytes]) -> Keyring:
        """A keyring of keys of 32 bytes."""
        ciphers = {hashlib.sha256(key).digest()[:_NAME_BYTES]: AESGCM(key) for key in keys}
        return cls(tuple(ciphers), ciphers)

    def seal(self, plain: bytes, *, about: str) -> bytes:
        """The bytes, sealed for one use; as they are when there is no key."""
        if not self.names:
            return plain
        nonce = os.urandom(_NONCE_BYTES)
        return _MARK + self.names[0] + nonce + self._ciphers[self.names[0]].encrypt(nonce, plain, about.encode())

    def open(self, kept: bytes, *, about: str) -> bytes:
        """The plain bytes. Raises WorkError when the key is missing, or the bytes or their use have been changed."""
        if not kept.startswith(_MARK):
            return kept
        cipher = self._ciphers.get(name_of_key(kept) or b"")
        if cipher is None:
            raise _missing(kept)
        nonce, sealed = kept[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES], kept[_HEAD_BYTES + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, about.encode())
        except (InvalidTag, ValueError):
            msg = f"what was sealed as {about} has been damaged: restore it from a backup"
            raise WorkError(msg) from None

    def must_open(self, kept: bytes) -> None:
        """Raise WorkError when the key of these bytes, or of their beginning, is missing."""
        name = name_of_key(kept)
        if name is not None and name not in self._ciphers:
            raise _missing(kept)

    def is_newest(self, kept: bytes) -> bool:
        """Whether these bytes, or their beginning, stand as this keyring would keep them now."""
        return name_of_key(kept) == (self.names[0] if self.names else None)


def name_of_key(kept: bytes) -> bytes | None:
    """The name of the key that bytes are sealed with; None when they are not sealed."""
    return kept[len(_MARK) : _HEAD_BYTES] if kept.startswith(_MARK) else None


def keyring_of(tx: Connection) -> Keyring:
    """The keyring of the database that this connection belongs to."""
    found: Keyring | None = tx.get_execution_options().get(OPTION)
    return found or Keyring()


def seal_json(tx: Connection, value: Any, *, about: str) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """A value for a column of JSON: as it is, or sealed into one string."""
    keyring = keyring_of(tx)
    if not keyring.names:
        return value
    return base64.b64encode(keyring.seal(to_json(value).encode(), about=about)).decode()


def open_json(tx: Connection, kept: Any, *, about: str) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """The value of a column of JSON objects, where a string can only be a sealed one. Raises WorkError."""
    if not isinstance(kept, str):
        return kept
    return json.loads(keyring_of(tx).open(base64.b64decode(kept), about=about))


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text) if len(text) == 2 * _KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise UsageError(_BAD_KEY) from None
    if len(key) != _KEY_BYTES:
        raise UsageError(_BAD_KEY)
    return key


def _missing(kept: bytes) -> WorkError:
    name = (name_of_key(kept) or b"").hex()
    return WorkError(
        f"mail is sealed with key {name}, which CONSULTANT_ENCRYPTION_KEY does not hold: add that key after the others"
    )
