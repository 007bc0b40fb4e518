"""How a mail is known again when it comes by another way: the hash of its content without the trace fields at its top.

Every server a mail passes puts fields above those that are there (RFC 5321 §4.4, RFC 8601 §5, RFC 8617): the same mail by SMTP and
out of a mailbox differs in these alone. Only the unbroken run of such fields at the very top is left out; what the sender wrote
begins below it and counts to the last byte, but for the kind of line ends. Known limit: a gateway that changes the body makes
another mail of it.
"""

from __future__ import annotations

import hashlib
import re

_TRACE = re.compile(
    rb"(?:return-path|received(?:-spf)?|x-received|delivered-to|x-delivered-to|x-original-to|x-original-recipient|envelope-to"
    rb"|x-envelope-to|authentication-results|x-google-[a-z-]+|arc-[a-z-]+|x-ms-exchange-[a-z-]+|x-spam-[a-z-]+)[ \t]*:"
    rb"[^\n]*(?:\n[ \t][^\n]*)*\n",
    re.IGNORECASE,
)
_MOST_FIELDS = 200


def fingerprint(content: bytes) -> str:
    """The hash by which the mail is known again, in hexadecimal digits."""
    start = trace_end(content)
    return hashlib.sha256(content[start:].replace(b"\r\n", b"\n")).hexdigest()


def trace_end(content: bytes) -> int:
    """Where the trace fields at the top of the mail end."""
    position = 0
    for _ in range(_MOST_FIELDS):
        field = _TRACE.match(content, position)
        if field is None:
            return position
        position = field.end()
    return position
