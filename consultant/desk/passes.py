"""Signed words that stand for somebody without a session: passes of askers for code pages, and tokens of people for programs.

Nothing of them is kept. A token is signed over the password hash of its owner, so a new password or a disabled account ends it;
a pass ends when its asker is disabled. Both name the day on which they end by themselves. Whoever has the secret key and the
database could make them; either alone is not enough for a token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import date, datetime

from consultant.consultation.services import Services
from consultant.desk.auth import SignedIn
from consultant.store import accounts

_PARTS = 3
_JOINT = "."


def make_token(key: bytes, user: accounts.User, ends: date) -> str:
    """A token with which programs speak for this user until ``ends``, that day excluded."""
    return _signed(key, "token", user.name, ends, user.password_hash)


def person_of_token(services: Services, token: str) -> SignedIn | None:
    """Whose token this is; None when it is not ours, over, or its owner is disabled or has a new password."""
    named = _named(token, services.now())
    if named is None:
        return None
    name, ends = named
    with services.database.reading() as tx:
        user = accounts.user(tx, name)
    if user is None or user.disabled or not _same(token, make_token(services.key, user, ends)):
        return None
    return SignedIn(user.name, user.role, csrf="")


def make_pass(key: bytes, address: str, ends: date) -> str:
    """A pass with which a registered asker reads code pages until ``ends``, that day excluded."""
    return _signed(key, "pass", address.strip().lower(), ends, "")


def address_of_pass(services: Services, given: str) -> str:
    """The registered asker of a pass; empty when it is not ours, over, or the asker is registered no more."""
    named = _named(given, services.now())
    if named is None or not _same(given, make_pass(services.key, *named)):
        return ""
    with services.database.reading() as tx:
        asker = accounts.asker(tx, named[0])
    return asker.address if asker is not None and not asker.disabled else ""


def sign(key: bytes, purpose: str, words: str) -> str:
    """A signature over words that is good for one purpose only."""
    return hmac.new(key, f"{purpose}\0{words}".encode(), hashlib.sha256).hexdigest()


def _signed(key: bytes, purpose: str, name: str, ends: date, bound_to: str) -> str:
    words = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
    return _JOINT.join((words, f"{ends:%Y%m%d}", sign(key, purpose, f"{name}\0{ends}\0{bound_to}")))


def _named(given: str, now: datetime) -> tuple[str, date] | None:
    """Name and end that the words claim, before their signature is looked at."""
    parts = given.split(_JOINT)
    if len(parts) != _PARTS:
        return None
    try:
        name = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)).decode()
        ends = datetime.strptime(f"{parts[1]}+0000", "%Y%m%d%z").date()
    except (ValueError, binascii.Error):
        return None
    return (name, ends) if now.date() < ends else None


def _same(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode(), ours.encode())
