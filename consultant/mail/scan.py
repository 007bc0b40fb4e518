"""The cheap look at raw mail before anything is parsed: bound it, and give it one kind of line end.

Everything here costs one pass in C over the bytes. What comes back has only LF line ends and no NUL, so that all reading behind
it needs to know only one line end. The raw mail itself is not touched: these bytes are for reading only.
"""

from __future__ import annotations

import re

from consultant.mail.defects import Defect, Forgiven
from consultant.mail.fields import is_header_section
from consultant.mail.reading_limits import ReadingLimits

_BARE_CR = re.compile(rb"\r(?!\n)")
_MBOX_LINE = re.compile(rb"\n*>?From [^\n]*\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HEAD = 65536


def scan(content: bytes, *, limits: ReadingLimits, forgive: Forgiven) -> bytes:
    """The bytes to read: at most ``limits.mail``, LF line ends, no NUL, no mbox line or blank lines ahead."""
    if len(content) > limits.mail:
        forgive(Defect.MAIL_TOO_LARGE)
        content = content[: limits.mail]
    content = _without_nul(_with_lf(content, forgive), forgive).removeprefix(_BYTE_ORDER_MARK)
    mbox_line = _MBOX_LINE.match(content)
    if mbox_line:
        forgive(Defect.MBOX_LINE)
        content = content[mbox_line.end() :]
    content = content.lstrip(b"\n")
    if not content:
        forgive(Defect.EMPTY_MAIL)
    return content


def is_mail(content: bytes) -> bool:
    """Whether these bytes begin with the header section of a mail, and are not a plain text."""
    head = content[:_HEAD].replace(b"\r\n", b"\n").removeprefix(_BYTE_ORDER_MARK).lstrip(b"\n")
    return bool(_MBOX_LINE.match(head)) or is_header_section(head)


def _with_lf(content: bytes, forgive: Forgiven) -> bytes:
    if b"\r" not in content:
        return content
    if _BARE_CR.search(content):
        forgive(Defect.BARE_LINE_ENDS)
        # A CR before CRLF belongs to the one line end: some gateways double it.
        content = content.replace(b"\r\r\n", b"\r\n")
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_nul(content: bytes, forgive: Forgiven) -> bytes:
    if b"\0" not in content:
        return content
    forgive(Defect.NUL_BYTES)
    return content.replace(b"\0", b"")
