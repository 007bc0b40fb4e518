"""How an answer finds its case: signed tokens, our Message-IDs, and bounce addresses (RFC 5322 §3.6.4; VERP).

A token is a case number with a signature, so that nobody can write himself into a case by guessing numbers. Each use of a token is
signed for that use alone: a bounce address is no thread token. Everything is in lower case, because some mail systems fold case.
A token is not a permission: whoever joins a case by one must also be the verified sender of it.

Signature: HMAC-SHA256, cut to 80 bits, in base 32. Known limit: tokens do not expire; a changed key makes all of them void.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from enum import StrEnum

from consultant.errors import UsageError

BOUNCE_PREFIX = "bounce+"

_SIGNATURE_BYTES = 10
_SIGNED = r"([1-9][0-9]{0,17})-([a-z2-7]{16})"
_TOKEN = re.compile(_SIGNED)
_BOUNCE = re.compile(re.escape(BOUNCE_PREFIX) + _SIGNED)
_REGISTRATION = re.compile(r"\br([0-9]{5})-([a-z2-7]{16})\b", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<case\.([1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,8})\.([a-z2-7]{16})@([^<>@\s]+)>")


class _Use(StrEnum):
    """What a signature is good for."""

    THREAD = "thread"
    MESSAGE = "message"
    BOUNCE = "bounce"
    REGISTRATION = "registration"


def token(case_id: int, key: bytes) -> str:
    """The thread token of a case, for an address or a link."""
    return f"{case_id}-{_signature(_Use.THREAD, key, case_id)}"


def case_of(token: str, key: bytes) -> int | None:
    """The case that a token names; None when it was not made with this key."""
    return _case_signed(_TOKEN.fullmatch(token.lower()), _Use.THREAD, key)


def message_id(case_id: int, version: int, domain: str, key: bytes) -> str:
    """The Message-ID of a letter of ours: the same for the same case and version, whenever it is asked for."""
    return f"<case.{case_id}.{version}.{_signature(_Use.MESSAGE, key, case_id, version)}@{domain}>"


def case_ids_in(references: Iterable[str], domain: str, key: bytes) -> tuple[int, ...]:
    """The cases whose letters are among these Message-IDs, each once, in their order."""
    found = (_case_of_message_id(reference, domain, key) for reference in references)
    return tuple(dict.fromkeys(case_id for case_id in found if case_id is not None))


def case_in_addresses(addresses: Iterable[str], mailbox: str, key: bytes) -> int | None:
    """The case that one of these addresses names by its token (``consult+17-…@``); None when none does."""
    local, _, domain = mailbox.lower().rpartition("@")
    for address in addresses:
        its_local, _, its_domain = address.lower().rpartition("@")
        name, _, tag = its_local.partition("+")
        if tag and (name, its_domain) == (local, domain) and (case_id := case_of(tag, key)) is not None:
            return case_id
    return None


def bounce_address(case_id: int, domain: str, key: bytes) -> str:
    """The reverse-path of an approved letter: where its failure comes back to, and finds its case."""
    return f"{BOUNCE_PREFIX}{case_id}-{_signature(_Use.BOUNCE, key, case_id)}@{domain}"


def case_of_bounce(address: str, domain: str, key: bytes) -> int | None:
    """The case that a bounce address names; None when it is not one of ours."""
    local, _, its_domain = address.lower().rpartition("@")
    return _case_signed(_BOUNCE.fullmatch(local), _Use.BOUNCE, key) if its_domain == domain.lower() else None


def registration_token(address: str, day: int, key: bytes) -> str:
    """What an asker sends back to be registered under this address; ``day`` is counted from 1970-01-01."""
    return f"r{day:05d}-{_signature(_Use.REGISTRATION, key, day, text=address.lower())}"


def registration_day(text: str, address: str, key: bytes) -> int | None:
    """The day of the first token in a text that was made for this address; None when there is none."""
    for found in _REGISTRATION.finditer(text):
        day = int(found[1])
        if hmac.compare_digest(found[2].lower(), _signature(_Use.REGISTRATION, key, day, text=address.lower())):
            return day
    return None


def subject_for(case_id: int, subject_of_asker: str = "") -> str:
    """The subject of a letter, made from the case number; "Re:" only when there was a subject to answer to (RFC 5322 §3.6.5).

    The asker's own words are not repeated: they are not ours to send, and may name a patient.
    """
    return f"{'Re: ' if subject_of_asker.strip() else ''}Case {case_id}: your coding question"


def _case_of_message_id(reference: str, domain: str, key: bytes) -> int | None:
    found = _MESSAGE_ID.fullmatch(reference.strip().lower())
    if found is None or found[4] != domain.lower():
        return None
    case_id = int(found[1])
    return case_id if _is_signed(found[3], _Use.MESSAGE, key, case_id, int(found[2])) else None


def _case_signed(found: re.Match[str] | None, use: _Use, key: bytes) -> int | None:
    if found is None:
        return None
    case_id = int(found[1])
    return case_id if _is_signed(found[2], use, key, case_id) else None


def _is_signed(signature: str, use: _Use, key: bytes, *numbers: int) -> bool:
    return hmac.compare_digest(signature, _signature(use, key, *numbers))


def _signature(use: _Use, key: bytes, *numbers: int, text: str = "") -> str:
    if not key:
        msg = "there is no key to sign with; set CONSULTANT_SECRET_KEY"
        raise UsageError(msg)
    what = ":".join([use.value, *map(str, numbers), *([text] if text else [])])
    digest = hmac.new(key, what.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode("ascii").lower()
