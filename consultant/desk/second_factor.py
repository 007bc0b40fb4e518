"""A second factor for those who want one: codes of an authenticator app (TOTP, RFC 6238), 30 seconds, six digits.

The secret is kept encrypted by the service's key, so that a copy of the database alone makes no codes. A code is good once, and the
codes just before and after it are taken too, since telephones are a few seconds off.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken

ISSUER = "Consultant review desk"
_SECONDS = 30
_ADJACENT = (0, -1, 1)


def new_secret() -> str:
    """A fresh secret, as authenticator apps take it (base32)."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """The ``otpauth:`` address that an app on the same device opens."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def seal(key: bytes, secret: str) -> str:
    """The secret as the database keeps it."""
    return _cipher(key).encrypt(secret.encode()).decode()


def unseal(key: bytes, kept: str) -> str | None:
    """The secret again; None when it was kept under another key."""
    try:
        return _cipher(key).decrypt(kept.encode()).decode()
    except InvalidToken:
        return None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that this code is of, if it is good now; None otherwise."""
    given = "".join(code.split())
    if not (given.isascii() and given.isdecimal()):
        return None
    present = int(now.timestamp()) // _SECONDS
    totp = pyotp.TOTP(secret)
    return next((present + near for near in _ADJACENT if pyotp.utils.strings_equal(totp.generate_otp(present + near), given)), None)


def _cipher(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second-factor:" + key).digest()))
