"""Whether the author of a mail is who he says he is: SMTP AUTH, the word of a trusted relay, or a DKIM or SPF pass that we compute.

RFC 4954, RFC 8601, RFC 6376, RFC 7208, and RFC 7489 for which of them stands for the author.

Anybody can write an Authentication-Results field. Ours is the one that a trusted relay put on top with our own authserv-id; what
stands below it, or bears another id, is ignored.
What a trusted relay says of DMARC is final; without a word of it DKIM is computed, but not SPF, which would judge the relay. DNS
trouble is a verdict of its own: the caller holds the mail and asks again.
Known limits: the relay must remove foreign fields that bear our authserv-id, as RFC 8601 §5 asks of it; ARC is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from consultant.errors import TemporaryError, UsageError
from consultant.mail.dkim_check import vouchers
from consultant.mail.dmarc import aligned, organizational
from consultant.mail.dns import OneMail, Resolver, as_asked
from consultant.mail.spf_check import passes
from consultant.model.message import Envelope, IncomingMessage

_TOKEN = re.compile(r'\\.|"(?:[^"\\]|\\.)*+"?|[();=]|[^\s"();=\\]+', re.DOTALL)
"""An escaped character, a quoted string (an open one runs to the end), a sign, or a word."""


class Reason(StrEnum):
    """Why a mail counts as verified, or does not."""

    SMTP_AUTH = "smtp-auth"
    TRUSTED_RELAY = "trusted-relay"
    DKIM = "dkim"
    SPF = "spf"
    NO_AUTHOR = "no-author"
    AUTHENTICATED_AS_ANOTHER = "authenticated-as-another"
    NOT_FROM_A_TRUSTED_RELAY = "not-from-a-trusted-relay"
    NO_RESULT_OF_OURS = "no-result-of-ours"
    DMARC_NOT_PASSED = "dmarc-not-passed"
    NOT_ALIGNED = "neither-dkim-nor-spf"
    DNS_TROUBLE = "dns-trouble"


_GOOD = frozenset({Reason.SMTP_AUTH, Reason.TRUSTED_RELAY, Reason.DKIM, Reason.SPF})
_COMPUTED_INSTEAD = frozenset({Reason.NOT_FROM_A_TRUSTED_RELAY, Reason.NO_RESULT_OF_OURS})


@dataclass(frozen=True, slots=True)
class Authenticity:
    """Whether the author is verified, and by what."""

    verified: bool
    reason: Reason
    domain: str = ""
    """The domain that vouches for the author, where we computed it."""


def verdict(
    message: IncomingMessage,
    envelope: Envelope,
    *,
    trusted_relays: Iterable[str],
    authserv_id: str,
    content: bytes = b"",
    resolver: Resolver | None = None,
) -> Authenticity:
    """Whether the author of the message is verified.

    ``trusted_relays`` are addresses or networks ("192.0.2.0/24"); ``authserv_id`` is the name that they write results under.
    ``content`` is the mail as it came; with it and a ``resolver``, DKIM and SPF are computed where no relay has spoken.
    Raises UsageError when a relay is neither.
    """
    relays = tuple(trusted_relays)
    reason, domain = _reason(message, envelope, relays, authserv_id), ""
    if reason in _COMPUTED_INSTEAD and resolver is not None and content:
        peer = envelope.peer if reason is Reason.NOT_FROM_A_TRUSTED_RELAY else ""
        reason, domain = _computed(message.author, envelope.reverse_path, peer, content, OneMail(resolver))
    return Authenticity(reason in _GOOD, reason, domain)


def _computed(author: str, reverse_path: str, peer: str, content: bytes, resolver: Resolver) -> tuple[Reason, str]:
    """What DKIM and SPF say, and for which domain; trouble counts only when nothing else verifies the author."""
    domain = as_asked(author.rpartition("@")[2])
    signed = vouchers(content, resolver)
    trouble = signed.trouble
    try:
        if by := aligned(domain, signed.domains, resolver, tag="adkim"):
            return Reason.DKIM, by
    except TemporaryError:
        trouble = True
    try:
        sending = as_asked(reverse_path.rpartition("@")[2])
        # A reverse-path that cannot stand for the author is not worth a question.
        is_near = organizational(sending) == organizational(domain)
        if is_near and passes(reverse_path, peer, resolver) and (by := aligned(domain, [sending], resolver, tag="aspf")):
            return Reason.SPF, by
    except TemporaryError:
        trouble = True
    return (Reason.DNS_TROUBLE if trouble else Reason.NOT_ALIGNED), ""


def _reason(message: IncomingMessage, envelope: Envelope, trusted_relays: Iterable[str], authserv_id: str) -> Reason:
    if not message.author:
        return Reason.NO_AUTHOR
    if envelope.authenticated_as:
        return Reason.SMTP_AUTH if _is_account_of(envelope.authenticated_as, message.author) else Reason.AUTHENTICATED_AS_ANOTHER
    if not _is_trusted(envelope.peer, trusted_relays):
        return Reason.NOT_FROM_A_TRUSTED_RELAY
    for value in message.headers.authentication_results:
        results = _Results.read(value)
        if authserv_id and results.authserv_id == authserv_id.lower():
            passed = results.dmarc_passed_for(message.author.rpartition("@")[2].lower())
            return Reason.TRUSTED_RELAY if passed else Reason.DMARC_NOT_PASSED
    return Reason.NO_RESULT_OF_OURS


def _is_account_of(account: str, author: str) -> bool:
    """Whether an account may write as the author: its name is the address, or the local part of it."""
    name = account.lower()
    return name in {author.lower(), author.lower().rpartition("@")[0]}


def _is_trusted(peer: str, trusted_relays: Iterable[str]) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in _network(relay) for relay in trusted_relays)


def _network(relay: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(relay.strip(), strict=False)
    except ValueError:
        msg = f"the trusted relay {relay!r} is not an address or a network; write it like 192.0.2.7 or 192.0.2.0/24"
        raise UsageError(msg) from None


@dataclass(frozen=True, slots=True)
class _Results:
    """One Authentication-Results field, as far as DMARC goes. All words in lower case."""

    authserv_id: str
    dmarc: tuple[tuple[str, str], ...]
    """Result and header.from of each statement on DMARC."""

    def dmarc_passed_for(self, domain: str) -> bool:
        """Whether DMARC passed for this domain, and no statement says otherwise."""
        return bool(self.dmarc) and all(result == "pass" and of == domain for result, of in self.dmarc)

    @classmethod
    def read(cls, value: str) -> _Results:
        """Read the field; what cannot be understood says nothing."""
        head, *statements = _statements(value)
        read = [pairs for pairs in map(_pairs, statements) if pairs and pairs[0][0] == "dmarc"]
        return cls(
            authserv_id=head[0].strip('"') if head else "",
            dmarc=tuple((pairs[0][1], _domain_of_author(pairs)) for pairs in read),
        )


def _statements(value: str) -> list[list[str]]:
    """The words between semicolons, comments (they nest) left out, quoted strings still in their quotes."""
    statements: list[list[str]] = [[]]
    depth = 0
    for word in _TOKEN.findall(value.lower()):
        if word in {"(", ")"}:
            depth = max(0, depth + (1 if word == "(" else -1))
        elif depth == 0 and word == ";":
            statements.append([])
        elif depth == 0:
            statements[-1].append(word)
    return statements


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    """The ``name=value`` pairs of a statement, the first of which is the method and its result; "dmarc/1" is "dmarc".

    Reading stops where the words are no such pair: a sender chooses some of the values, and could write "=" into them to make a
    pair of his own.
    """
    pairs = []
    while len(words) > 2 and words[1] == "=":  # noqa: PLR2004  (name, sign, value)
        pairs.append((words[0].partition("/")[0], words[2].strip('"')))
        words = words[3:]
    return pairs


def _domain_of_author(pairs: list[tuple[str, str]]) -> str:
    value = dict(reversed(pairs)).get("header.from", "")
    return value.rpartition("@")[2].rstrip(".")
