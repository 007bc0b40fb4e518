"""Line ends and leading dots of mail on the wire (RFC 5321 §2.3.8, §4.5.2, §4.5.3.1.6).

On the wire a line ends in CR LF and in nothing else. Servers that disagree about a bare CR or LF can be made to see two mails
where one was sent ("SMTP smuggling"), so nothing with a bare one leaves this package; what comes in is made whole after its end was
found.
"""

from __future__ import annotations

import re

CRLF = b"\r\n"
_LINE_END = re.compile(rb"\r\n|\r|\n")


def has_bare_line_end(content: bytes | bytearray) -> bool:
    """Whether some CR or LF stands alone."""
    pairs = content.count(CRLF)
    return content.count(b"\r") != pairs or content.count(b"\n") != pairs


def with_whole_line_ends(content: bytearray) -> bytearray:
    """The content with CR LF for each bare CR or LF."""
    return bytearray(_LINE_END.sub(CRLF, content)) if has_bare_line_end(content) else content


def has_line_longer_than(content: bytes | bytearray, limit: int) -> bool:
    """Whether a line, its CR LF counted, has more than ``limit`` bytes.

    Each step leaps to the last line end within reach, so that the work is about ``len(content) / limit`` searches.
    """
    start = 0
    while len(content) - start > limit:
        end = content.rfind(b"\n", start, start + limit)
        if end < 0:
            return True
        start = end + 1
    return False


def stuffed(content: bytes) -> bytes:
    """The content as it goes over the wire, without the final dot: a dot before each leading dot, CR LF at the end."""
    lines = content.replace(b"\r\n.", b"\r\n..")
    return (b"." if lines.startswith(b".") else b"") + lines + (b"" if lines.endswith(CRLF) else CRLF)


def fault_of_command(line: bytes) -> str:
    """The reply to a command line that cannot be obeyed, an empty one included; empty when it can."""
    words, line_end = line[:-2], line[-2:]
    if not line:
        return "500 5.5.2 Line too long"
    if line_end != CRLF:
        return "500 5.5.2 A line ends in CR LF"
    if not words.isascii() or not words.decode("ascii").isprintable():
        return "500 5.5.2 Only printable ASCII in commands"
    return ""
