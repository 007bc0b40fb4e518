"""Encoded words in header values (RFC 2047), as mailers really write them: with spaces inside, cut characters, untrue charsets."""

from __future__ import annotations

import binascii
import re

from consultant.mail import charsets, transfer
from consultant.mail.defects import Defect, Forgiven

_WORD = re.compile(r"=\?([^?\s]{1,60}+)\?([bBqQ])\?([^?]*+)\?=")
_LEFT_OVER = re.compile(r"=\?[^?\s]{1,60}+\?[bBqQ]\?")
_SPACES = re.compile(r"\s+")


def decoded(value: str, forgive: Forgiven) -> str:
    """The value with its encoded words decoded, on one line, runs of white space as one space."""
    pieces: list[str] = []
    position = 0
    # Words of one charset that stand side by side may share a character: join their bytes before decoding them.
    charset, data = "", b""
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        name = word[1].split("*")[0]
        if data and (between.strip() or name.lower() != charset.lower()):
            pieces.append(charsets.to_text(data, charset, forgive))
            data = b""
        if between.strip() or position == 0:
            pieces.append(between)
        charset, data = name, data + _bytes(word[2], word[3], forgive)
        position = word.end()
    pieces += [charsets.to_text(data, charset, forgive), value[position:]]
    if _LEFT_OVER.search(value[position:]):
        forgive(Defect.ENCODED_WORD_DAMAGED)
    return _SPACES.sub(" ", "".join(pieces)).strip()


def _bytes(encoding: str, text: str, forgive: Forgiven) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return transfer.undo(raw, "base64", forgive)
    return binascii.a2b_qp(raw, header=True)
