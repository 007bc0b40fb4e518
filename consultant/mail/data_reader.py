"""The mail data of SMTP, put together from whatever chunks the network brings (RFC 5321 §4.1.1.4, §4.5.2).

Only CR LF . CR LF ends the data. What stands between is kept as it came, but for leading dots and for a bare CR or LF, which
becomes the CR LF it stands for: many a script sends such mail, and since it ends nothing here, and is never handed on, it smuggles
nothing. A line that is too long or too many bytes are a fault, which is told after the end of the data as §4.2.5 wants it. The
library's own reader goes line by line, keeps an object for each line, and writes them to a debug log.
"""

from __future__ import annotations

from enum import Enum

from consultant.mail.limits import Limits
from consultant.mail.lines import CRLF, has_line_longer_than, with_whole_line_ends

_END = b"\r\n.\r\n"
_DOT = b".\r"
_ENDLESS = 4
"""So many times the greatest size is no mistake of a client any more."""


class Fault(Enum):
    """Why mail data cannot be taken. The value is the reply to the client."""

    TOO_LARGE = "552 5.3.4 Message too large"
    LINE_TOO_LONG = "500 5.6.0 Line too long"
    NO_ROOM = "452 4.3.1 No room at present, try again later"


class DataReader:
    """Collects the data of one mail."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        # The command line before the data ended in CR LF, so that a dot on the first line is a final dot too.
        self._buffer = bytearray(CRLF)
        self._discarded = 0
        self.fault: Fault | None = None

    @property
    def size(self) -> int:
        """Bytes received so far, kept or not."""
        return self._discarded + len(self._buffer) - len(CRLF)

    @property
    def is_endless(self) -> bool:
        """Whether the client has sent so far beyond the limit that its final dot is not worth waiting for."""
        return self.size > _ENDLESS * self._limits.message_bytes

    def feed(self, chunk: bytes) -> bytes | None:
        """Take a chunk; give the bytes that followed the final dot once it has come, None until then."""
        searched = max(0, len(self._buffer) - len(_END) + 1)
        self._buffer += chunk
        end = self._buffer.find(_END, searched)
        if end < 0:
            # The last bytes may belong to the final dot, not to the mail.
            self._check_size(self.size - len(_DOT))
            return None
        rest = bytes(self._buffer[end + len(_END) :])
        del self._buffer[end + len(CRLF) :]
        self._check_size(self.size)
        return rest

    def discard(self, fault: Fault) -> None:
        """Keep nothing from here on; the first fault stays the one that is told."""
        self.fault = self.fault or fault
        # The last bytes may be the beginning of the final dot.
        surplus = len(self._buffer) - len(_END) + 1
        if surplus > 0:
            self._discarded += surplus
            del self._buffer[:surplus]

    def content(self) -> bytes | None:
        """The mail with whole line ends, leading dots removed; None when there is a fault. To be called once, after the end."""
        if self.fault:
            self._buffer.clear()
            return None
        # Each line stands behind a line end here, the first one too. The copies are few because mails are large.
        self._buffer = with_whole_line_ends(self._buffer).replace(b"\r\n.", CRLF)
        with memoryview(self._buffer) as view:
            plain = bytes(view[len(CRLF) :])
        self._buffer.clear()
        if has_line_longer_than(plain, self._limits.line_bytes):
            self.fault = Fault.LINE_TOO_LONG
        return None if self.fault else plain

    def _check_size(self, size: int) -> None:
        if self.fault or size > self._limits.message_bytes:
            self.discard(Fault.TOO_LARGE)
