"""What is in a winmail.dat (TNEF, MS-OXTNEF), as Outlook sends it to those who have no Outlook: a body, and files.

Read by tnefparse. The list of attributes is walked first, in one pass, because the library copies the rest of the file for each.
"""

from __future__ import annotations

import logging
import struct
from dataclasses import dataclass

from tnefparse import TNEF

from consultant.mail.deadline import Seconds, TooSlow

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEAD = 6
_ATTRIBUTE = struct.Struct("<BII")
_CHECKSUM = 2
_MOST_ATTRIBUTES = 2000
_MOST_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in the packet, by the name it was given."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Packet:
    """The bodies that are there, and the files."""

    text: bytes = b""
    page: bytes = b""
    rich: bytes = b""
    files: tuple[Packed, ...] = ()


def unpack(data: bytes, seconds: Seconds) -> Packet | None:
    """What is in the packet; None when it cannot be read."""
    if not data.startswith(SIGNATURE) or len(data) > _MOST_BYTES or not _is_walkable(data):
        return None
    # The library logs what it meets in a file, and that may be words of it.
    for name in ("tnef-decode", "tnefparse"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with seconds.running():
            found = TNEF(data, do_checksum=False)
            files = tuple(Packed(_text(one.long_filename() or one.name), _bytes(one.data)) for one in found.attachments)
            return Packet(_bytes(found.body), _bytes(found.htmlbody), _bytes(found.rtfbody), files)
    except TooSlow:
        return None
    except Exception:  # noqa: BLE001  (the library raises whatever damaged packets provoke)
        return None


def _is_walkable(data: bytes) -> bool:
    """Whether the attributes follow one another to the end, and are not too many."""
    place = _HEAD
    for _ in range(_MOST_ATTRIBUTES):
        if place + _ATTRIBUTE.size > len(data):
            return True
        place += _ATTRIBUTE.size + _ATTRIBUTE.unpack_from(data, place)[2] + _CHECKSUM
    return False


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""


def _text(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return text.rstrip("\0")
