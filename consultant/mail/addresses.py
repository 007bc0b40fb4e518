"""The mailboxes of an address field (RFC 5322 §3.4), as far as an author can be told from them.

Encoded words are decoded only after the address is found, so that a display name cannot pose as the address. Comments are dropped,
groups are opened, an unquoted comma in a display name ("Smith, Ada <ada@…>") is forgiven. Only the first mailboxes are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consultant.mail import words
from consultant.mail.defects import Forgiven

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|\((?:[^()\\]|\\.)*+\)?|<[^<>]*+>?|[,;]|[^",;<(]++', re.DOTALL)
_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\\[\]\x00-\x20\x7f]{1,64}@(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\w:.]+\])")
_ROUTE = re.compile(r"^@[^:]*:")
_TOKENS_MAX = 200
_ADDRESS_MAX = 254


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name, decoded and perhaps empty, and an address with its domain in lower case."""

    name: str
    address: str


def mailboxes(value: str, forgive: Forgiven) -> tuple[Mailbox, ...]:
    """The usable mailboxes at the head of an address field; what has no usable address is left out."""
    return tuple(_read(value, forgive))


def _read(value: str, forgive: Forgiven) -> Iterator[Mailbox]:
    name, angle = "", ""
    for token in _tokens(value):
        if token in {",", ";"}:
            found = _mailbox(name, angle, forgive)
            if found:
                yield found
                name, angle = "", ""
            else:
                # Half of a display name with an unquoted comma: the other half follows.
                name = f"{name.strip()}, " if name.strip() and not angle else ""
                angle = ""
        elif token.startswith("<"):
            angle = angle or token
        elif token.startswith('"'):
            name += re.sub(r"\\(.)", r"\1", token.strip('"'))
        elif not token.startswith("("):
            name += token
    last = _mailbox(name, angle, forgive)
    if last:
        yield last


def _tokens(value: str) -> Iterator[str]:
    for count, token in enumerate(_TOKEN.finditer(value)):
        if count >= _TOKENS_MAX:
            return
        yield token[0]


def _mailbox(name: str, angle: str, forgive: Forgiven) -> Mailbox | None:
    if angle:
        address = usable(_ROUTE.sub("", angle.strip("<> ")))
        return Mailbox(words.decoded(name, forgive).strip(" ,"), address) if address else None
    # "Team: ada@…" opens a group; a bare address has no name.
    address = usable(name.rpartition(":")[2].rpartition(",")[2].strip())
    return Mailbox("", address) if address else None


def usable(address: str) -> str:
    """The address with its domain in lower case, empty when no mail could be sent to it."""
    address = address.strip()
    if len(address) > _ADDRESS_MAX or not _ADDRESS.fullmatch(address):
        return ""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"
