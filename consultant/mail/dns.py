"""What is asked of the DNS, and of whom: a resolver is handed in, so that tests bring a zone of their own.

A name that does not exist, or has no such record, has no answers; that is knowledge. Trouble (no answer in time, a server that
fails) is TemporaryError: nobody may conclude anything from it.
"""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Protocol

import dns.exception
import dns.name
import dns.resolver

from consultant.errors import TemporaryError

_LABEL_MAX = 63
_NAME_MAX = 253


class Kind(StrEnum):
    """The kinds of records that are asked for."""

    TXT = "TXT"
    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    PTR = "PTR"


class Resolver(Protocol):
    """Asks the DNS."""

    def look_up(self, name: str, kind: Kind) -> tuple[bytes, ...]:
        """The records: of TXT the joined strings, of addresses and names their text, of MX ``10 mx.example``.

        Aliases are followed. Empty when there are none. Raises TemporaryError.
        """
        ...


class SystemResolver:
    """The resolver of the machine, with little patience: a worker has other mails to read."""

    def __init__(self, *, seconds: float = 2.0) -> None:
        self._seconds = seconds
        self._resolver: dns.resolver.Resolver | None = None

    def look_up(self, name: str, kind: Kind) -> tuple[bytes, ...]:
        """See `Resolver`."""
        if not is_possible(name):
            return ()
        try:
            # Made at the first question: a machine without a resolver still serves those who need none.
            self._resolver = self._resolver or dns.resolver.Resolver()
            answer = self._resolver.resolve(name.rstrip(".") + ".", kind.value, lifetime=self._seconds)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            msg = f"the DNS gives no answer now ({type(error).__name__}): see the resolver of this machine"
            raise TemporaryError(msg) from None
        return tuple(b"".join(record.strings) if kind is Kind.TXT else record.to_text().encode("ascii") for record in answer)


class OneMail:
    """A resolver for the checks of one mail: answers are kept, and there is an end to questions and to time.

    A hostile mail must not have us ask for minutes: beyond ``questions`` nothing is found, beyond ``seconds`` it is trouble.
    """

    def __init__(self, resolver: Resolver, *, questions: int = 60, seconds: float = 5.0) -> None:
        self._resolver = resolver
        self._left = questions
        self._ends = time.monotonic() + seconds
        self._known: dict[tuple[str, Kind], tuple[bytes, ...]] = {}

    def look_up(self, name: str, kind: Kind) -> tuple[bytes, ...]:
        """See `Resolver`."""
        key = (name.lower().rstrip("."), kind)
        if key not in self._known:
            if self._left <= 0 or not is_possible(name):
                return ()
            if time.monotonic() > self._ends:
                msg = "the DNS took too long over one mail: it is asked again later"
                raise TemporaryError(msg)
            self._left -= 1
            self._known[key] = self._resolver.look_up(key[0], kind)
        return self._known[key]


def as_asked(domain: str) -> str:
    """A domain as the DNS knows it: in lower case, other letters than ASCII in their encoded form."""
    try:
        return domain.lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return domain.lower().rstrip(".")


def is_possible(name: str) -> bool:
    """Whether a name can stand in the DNS at all."""
    labels = name.rstrip(".").split(".")
    return name.isascii() and len(name) <= _NAME_MAX and all(0 < len(label) <= _LABEL_MAX for label in labels)
