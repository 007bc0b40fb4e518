"""Which domains vouch for a mail by DKIM, computed on its bytes as they came (RFC 6376, RFC 8301, RFC 8463).

Signatures that leave a part of the body open (``l=``), that use SHA-1 or RSA keys below 1024 bits, or that do not cover From vouch
for nothing. Only the first signatures are looked at. Known limit: whether a signature has expired is judged by the clock of the
machine, when the mail is admitted.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import dkim

from consultant.errors import TemporaryError
from consultant.mail.dns import Kind, Resolver

_MOST_SIGNATURES = 8
_TAG = re.compile(rb"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)
_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
_HEAD = re.compile(rb"\r?\n\r?\n")

# What the library has to say would hold words of the mail.
_SILENT = logging.Logger("dkim", level=logging.CRITICAL + 1)  # noqa: LOG001  (one that no configuration reaches)


@dataclass(frozen=True, slots=True)
class Vouchers:
    """Domains whose signatures hold, in lower case; ``trouble`` when a key could not be asked for."""

    domains: frozenset[str] = frozenset()
    trouble: bool = False


def vouchers(content: bytes, resolver: Resolver) -> Vouchers:
    """Check the signatures of a mail. Never raises, whatever the bytes are."""
    if b"dkim-signature" not in _HEAD.split(content, maxsplit=1)[0].lower():
        return Vouchers()
    asked = _Keys(resolver)
    found = {domain for domain in (_domain(content, place, asked) for place in range(_MOST_SIGNATURES)) if domain}
    return Vouchers(frozenset(found), asked.trouble)


class _Keys:
    """Asks for the keys, in the way of the library; remembers whether there was trouble."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.trouble = False

    def __call__(self, name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG002  (the library's signature)
        try:
            found = self._resolver.look_up(name.decode("ascii", "replace"), Kind.TXT)
        except TemporaryError:
            self.trouble = True
            return None
        return found[0] if found else None


def _domain(content: bytes, place: int, keys: _Keys) -> str:
    """The domain of the signature at this place, counted from the top, when it holds; empty otherwise."""
    try:
        signed = dkim.DKIM(content, logger=_SILENT, minkey=1024)
        fields = [value for name, value in signed.headers if name.lower() == b"dkim-signature"]
        if place >= len(fields):
            return ""
        tags = {name.lower(): b"".join(value.split()) for name, value in _TAG.findall(fields[place])}
        if b"l" in tags or tags.get(b"a", b"").lower() not in _ALGORITHMS:
            return ""
        holds = signed.verify(idx=place, dnsfunc=keys)
        return tags[b"d"].decode("ascii").lower() if holds else ""
    except Exception:  # noqa: BLE001  (the library raises whatever hostile fields provoke; such a signature vouches for nothing)
        return ""
