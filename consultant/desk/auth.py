"""Who is signed in: cookies, CSRF tokens, and the guard in front of every page.

The cookie holds a random token; the database holds only its hash, so that a stolen database opens no session. The CSRF token of a
session is an HMAC of its cookie, sent in each form and compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from consultant.consultation.services import Services
from consultant.desk import second_factor
from consultant.desk.passwords import Throttle, password_fits
from consultant.store import accounts

COOKIE = "consultant_desk"
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at the desk, and the token that their forms must carry."""

    name: str
    role: accounts.Role
    csrf: str

    @property
    def may_decide(self) -> bool:
        """Whether this person signs answers; ops look but do not sign."""
        return self.role is accounts.Role.CONSULTANT


def sign_in(services: Services, throttle: Throttle, *, name: str, password: str, peer: str, code: str = "") -> str | None:
    """Open a session and return its cookie, or None: wrong name, password or code, disabled, or too many failures."""
    now = services.now()
    keys = (f"name:{name}", f"peer:{peer}")
    if any(throttle.is_closed(key, now) for key in keys):
        return None
    with services.database.reading() as tx:
        user = accounts.user(tx, name)
    fits = password_fits(password, user.password_hash if user and not user.disabled else None)
    if not (fits and user and _code_fits(services, user, code)):
        for key in keys:
            throttle.failed(key, now)
        return None
    cookie = secrets.token_urlsafe(32)
    with services.database.begin() as tx:
        accounts.open_session(tx, _hash(cookie), name, now + LIFETIME)
    return cookie


def _code_fits(services: Services, user: accounts.User, code: str) -> bool:
    """Whether the code is a fresh one of the user's second factor; True for a user without one."""
    if not user.second_factor:
        return True
    secret = second_factor.unseal(services.key, user.second_factor)
    step = second_factor.step_of(secret, code, services.now()) if secret else None
    if step is None:
        return False
    with services.database.begin() as tx:
        return accounts.use_step(tx, user.name, step)


def sign_out(services: Services, cookie: str) -> None:
    """Close the session of this cookie."""
    with services.database.begin() as tx:
        accounts.close_session(tx, _hash(cookie))


def who(services: Services, cookie: str | None) -> SignedIn | None:
    """The person behind a cookie, or None."""
    if not cookie:
        return None
    with services.database.reading() as tx:
        user = accounts.session_user(tx, _hash(cookie), services.now())
    return SignedIn(user.name, user.role, csrf_token(services.key, cookie)) if user else None


def csrf_token(key: bytes, cookie: str) -> str:
    """The token that the forms of this session carry."""
    return hmac.new(key, b"csrf:" + cookie.encode(), hashlib.sha256).hexdigest()


def csrf_fits(person: SignedIn, given: object) -> bool:
    """Whether a form came from a page that we gave this person."""
    return isinstance(given, str) and hmac.compare_digest(person.csrf.encode(), given.encode())


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
