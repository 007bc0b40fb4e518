"""Alignment: whether a domain that DKIM or SPF vouches for is that of the author (RFC 7489 §3.1).

Relaxed alignment, the default, takes any domain under the same organizational domain, found with the public suffix list that comes
with the library. A domain owner may ask for strict alignment in the DMARC record. A domain without a record is judged as a relaxed
one: a signature of its own vouches for it whether or not the owner says what to do with forgeries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from publicsuffixlist import PublicSuffixList

from consultant.mail.dns import Kind, Resolver

_TAG = re.compile(r"\s*([a-z]+)\s*=\s*([^;]*?)\s*(?:;|$)", re.IGNORECASE)
_STRICT = "s"


def aligned(author_domain: str, vouched: Iterable[str], resolver: Resolver, *, tag: str) -> str:
    """The vouched domain that stands for the author's, empty when none does.

    ``tag`` is ``adkim`` or ``aspf``. Raises TemporaryError when the DNS gives no answer that is needed.
    """
    domain = author_domain.lower().rstrip(".")
    domains = [one.lower().rstrip(".") for one in vouched]
    if domain in domains:
        return domain
    owner = organizational(domain)
    near = next((one for one in domains if organizational(one) == owner), "")
    # Only a relaxed match depends on what the owner asks for.
    return near if near and _record(domain, owner, resolver).get(tag, "r") != _STRICT else ""


def organizational(domain: str) -> str:
    """The domain that its owner registered, the domain itself when it is a public suffix or none at all."""
    return _suffixes().privatesuffix(domain) or domain


def _record(domain: str, owner: str, resolver: Resolver) -> dict[str, str]:
    """The tags of the record of the domain, else of its organizational domain; empty without exactly one."""
    for name in dict.fromkeys((domain, owner)):
        texts = [text.decode("utf-8", "replace") for text in resolver.look_up(f"_dmarc.{name}", Kind.TXT)]
        records = [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(?:;|$)", text)]
        if records:
            return {tag.lower(): value.lower() for tag, value in _TAG.findall(records[0])} if len(records) == 1 else {}
    return {}


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
