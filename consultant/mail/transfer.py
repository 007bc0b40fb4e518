"""Undoing the Content-Transfer-Encoding of a part (RFC 2045 §6), forgiving what mailers and gateways do to it."""

from __future__ import annotations

import binascii

from consultant.mail.defects import Defect, Forgiven

_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_QUANTUM = 4


def undo(data: bytes, encoding: str, forgive: Forgiven) -> bytes:
    """The bytes before ``encoding`` was applied. An unknown encoding leaves them as they are, with a defect."""
    match encoding.strip().lower():
        case name if name in _IDENTITY:
            return data
        case "quoted-printable" | "quotedprintable" | "quoted printable":
            return binascii.a2b_qp(data)
        case "base64" | "base-64" | "x-base64":
            return _from_base64(data, forgive)
        case _:
            forgive(Defect.TRANSFER_ENCODING_UNKNOWN)
            return data


def _from_base64(data: bytes, forgive: Forgiven) -> bytes:
    try:
        # Letters outside the alphabet, and a list server's footer behind the padding, are left out without a word.
        return binascii.a2b_base64(data)
    except binascii.Error:
        forgive(Defect.BASE64_DAMAGED)
        return _from_damaged_base64(data)


def _from_damaged_base64(data: bytes) -> bytes:
    letters = data.translate(None, _NOT_BASE64)
    # One letter alone holds no whole byte; two or three only lack their padding.
    whole = letters[: len(letters) - (len(letters) % _QUANTUM == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % _QUANTUM))
