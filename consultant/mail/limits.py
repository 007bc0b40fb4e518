"""The limits of the listener: what one client, one mail and all of them together may take.

The defaults follow the minima of RFC 5321 §4.5.3 where it names any (100 recipients, lines of 1,000 octets, five minutes of
patience). They can be so generous because a session that makes no progress gives way to a new one when seats are short.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from consultant.errors import UsageError

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit of the listener. Sizes are bytes, times are seconds; all are positive."""

    connections: int = 200
    """Sessions at one time, in all. Keep it well below the file descriptors that the process may open."""
    connections_per_address: int = 50
    """Sessions at one time from one address; an IPv6 client counts by its /64 network."""
    give_way_seconds: float = 1.0
    """When seats are short, a session that made no progress for so long gives its seat to a newcomer, who waits as long for one."""
    session_seconds: float = 1800.0
    """Life of a session; a mail that is being stored is still answered."""
    idle_seconds: float = 300.0
    """Longest silence of a client, between commands and within a mail."""
    commands: int = 200
    """Commands of a session from one accepted mail to the next."""
    recipients: int = 100
    """Recipients of one mail."""
    message_bytes: int = 25 * _MIB
    """Size of one mail; a larger one is refused with 552."""
    bytes_in_flight: int = 128 * _MIB
    """All mails together that are larger than a free allowance and not stored yet; more of them wait for room."""
    room_seconds: float = 60.0
    """Longest wait for that room, then 452."""
    line_bytes: int = 1000
    """Length of a line of a mail or of a command, CR LF counted."""
    deliver_seconds: float = 60.0
    """Longest wait for a mail to be stored, then 451."""

    def __post_init__(self) -> None:
        """Refuse limits under which no mail could come in. Raises UsageError."""
        for name in (field.name for field in fields(self)):
            if getattr(self, name) <= 0:
                msg = f"the limit {name} must be greater than zero"
                raise UsageError(msg)
        if self.bytes_in_flight < self.message_bytes:
            msg = "the limit bytes_in_flight must not be smaller than message_bytes, or the largest mails could never come in"
            raise UsageError(msg)
