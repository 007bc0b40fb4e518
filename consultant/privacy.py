"""Redaction: what a log line may not carry is replaced by the name of its kind.

It is the second wall. The first is that nobody logs text of a mail; this one catches what slips into a message of a library:
addresses, passwords in URLs, telephone and record numbers, dates. Known limit: names of persons have no shape, so a name that
somebody logs on purpose goes through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LONGEST = 2000

# Ordered: a password is looked for before an address, since user:password@host looks like one.
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^/\s@]+@"), "<login>@"),
    (re.compile(r"[^\s<>\"'(),;:=\[\]]+@[^\s<>\"'(),;:=\[\]]+"), "<address>"),
    (re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), "<number>"),
    (re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"), "<number>"),
    (re.compile(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b"), "<date>"),
    (re.compile(r"(?i)\b(?:mrn|dob|ssn|acct|account|member|policy)\b[ #:=]*[\w/-]+"), "<number>"),
    # Six digits and more are record numbers; codes and ports have five at most.
    (re.compile(r"(?<![\w.])\d{6,}(?![\w.])"), "<number>"),
)


def redact(text: str) -> str:
    """``text`` without addresses, logins, telephone and record numbers and dates; cut at 2,000 characters."""
    shortened = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    for pattern, kind in _KINDS:
        shortened = pattern.sub(kind, shortened)
    return shortened


def redact_value(value: Any) -> Any:  # noqa: ANN401  (log values are of any kind)
    """A log value with every string in it redacted; bytes become their length, unknown objects the name of their type."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {redact(str(key)): redact_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(inner) for inner in value]
    return f"<{type(value).__name__}>"
