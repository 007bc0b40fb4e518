"""Mail as nouns: the envelope and content that came in, the incoming message parsed from it, and the letter that goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NULL_REVERSE_PATH = ""
"""How this project holds the reverse-path ``<>`` (RFC 5321 §4.5.5)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said of a mail object (RFC 5321 §2.3.1); nothing here is read from its header section."""

    reverse_path: str
    forward_paths: tuple[str, ...]
    peer: str = ""
    """Network address of the client; empty for mail that did not come by SMTP."""
    authenticated_as: str = ""


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail object as received: the bytes are kept and never changed."""

    content: bytes
    envelope: Envelope
    received: datetime
    source: str = "smtp"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A MIME part that is not the person's text. ``name`` is what the sender wrote: never a path of ours."""

    name: str
    content_type: str
    size: int
    text: str
    """Readable text of the part, empty when there is none or it was not read."""
    note: str
    """Why it was not read ("image", "too large", "cannot be read"); empty when it was."""


@dataclass(frozen=True, slots=True)
class Headers:
    """The header fields that decide whether and how a message may be answered (RFC 3834, RFC 2369, RFC 3464)."""

    auto_submitted: str = ""
    precedence: str = ""
    list_fields: tuple[str, ...] = ()
    """Names of the List-* fields that stand in the message."""
    suppress: str = ""
    """X-Auto-Response-Suppress."""
    received_count: int = 0
    authentication_results: tuple[str, ...] = ()
    """Authentication-Results fields, topmost first."""
    is_report: bool = False
    """multipart/report: a delivery status, disposition or feedback report."""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A raw mail after parsing; everything here can be rebuilt from the bytes. Defects name what had to be forgiven."""

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    author: str
    """Address of From, lower-cased domain; empty when there is none that can be used."""
    author_name: str
    subject: str
    text: str
    """The person's own words: no quoted mail, no signature, no disclaimer."""
    quoted: str
    """What was set aside as quoted or forwarded mail."""
    signature: str
    """What was set aside as signature or disclaimer."""
    attachments: tuple[Attachment, ...]
    headers: Headers
    defects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of ours before it is a mail: what one person will read."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A letter ready to be handed to the outgoing server: fixed Message-ID, fixed bytes."""

    message_id: str
    reverse_path: str
    recipient: str
    content: bytes
