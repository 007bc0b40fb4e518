"""Whether the host that handed us a mail may send for the domain of its reverse-path (RFC 7208).

The library evaluates the record; its questions go to the resolver that is handed in. Addresses that no record can speak of (our
own machine, private networks) pass nothing. Known limit: the null reverse-path vouches for nobody here, since HELO is not kept.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any

import spf

from consultant.errors import TemporaryError
from consultant.mail.dns import Kind, Resolver

_VOID_MAX = 2


def passes(reverse_path: str, peer: str, resolver: Resolver) -> bool:
    """Whether SPF passes. Raises TemporaryError when the DNS gives no answer."""
    domain = reverse_path.rpartition("@")[2]
    host = _public(peer)
    if not host or not domain.isascii() or "." not in domain or "@" not in reverse_path:
        return False
    query = _Query(i=host, s=reverse_path, h=domain)
    query.resolver = resolver
    try:
        result = query.check()[0]
    except Exception as error:
        if isinstance(error, TemporaryError):
            raise
        return False
    if result == "temperror":
        msg = "the DNS gives no answer on an SPF record now"
        raise TemporaryError(msg)
    return bool(result == "pass")


def _public(peer: str) -> str:
    """The address as SPF speaks of it; empty when it is none of the public ones."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    is_ours = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
    return "" if is_ours else str(address)


class _Query(spf.query):  # type: ignore[misc]  # the library ships no types
    """An SPF query that asks our resolver."""

    resolver: Resolver

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:  # noqa: ANN401, ARG002
        """The records in the forms that the library expects."""
        if not name or qtype not in set(Kind):
            return []
        found = [_as_expected(Kind(qtype), record) for record in self.resolver.look_up(str(name), Kind(qtype))]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > _VOID_MAX:
                msg = "too many lookups without an answer"
                raise spf.PermError(msg)
        return found


def _as_expected(kind: Kind, record: bytes) -> Any:  # noqa: ANN401  (each kind its own)
    if kind is Kind.TXT:
        return (record,)
    text = record.decode("ascii", "replace").rstrip(".")
    if kind is Kind.MX:
        preference, _, host = text.partition(" ")
        return (int(preference) if preference.isdecimal() else 0, host.strip().rstrip("."))
    return text
