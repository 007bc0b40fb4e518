"""What comes back to a letter of ours: reports of failure, complaints, read receipts, absences (RFC 3464, 3462, 5965, 8098, 3834).

Only facts are read: which kind, the enhanced status code (RFC 3463), and the Message-IDs of the mail that is reported on. A machine
that writes no report but plain words is read by the codes in them. Words of the report are never passed on. Known limit: several
recipients are not told apart, because a letter of ours has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from consultant.mail.body import split
from consultant.mail.content import ContentReader
from consultant.mail.defects import Forgiven
from consultant.mail.headers import message_id
from consultant.mail.loops import is_role_address
from consultant.mail.mime import Part, read_tree
from consultant.mail.phrases import phrases
from consultant.mail.reading_limits import DEFAULT_LIMITS, Allowance
from consultant.mail.scan import scan
from consultant.model.message import IncomingMessage

_FIELD = re.compile(r"^(action|status|feedback-type)[ \t]*:[ \t]*([\w.-]{1,40})", re.IGNORECASE | re.MULTILINE)
_ORIGINAL = re.compile(
    r"^(?:message-id|original-message-id|x-original-message-id)[ \t]*:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE
)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?<![\d.-])([45])[0-5]\d(?=[ -])")
_READ_MAX = 64 * 1024
_PERMANENT = "5"
_MAILBOX_FULL = ".2.2"
"""A full mailbox is emptied some day, whatever the first digit says."""
_LEAVES = 50


class ReportKind(StrEnum):
    """What came back."""

    HARD = "hard-bounce"
    """The address does not work, for good."""
    SOFT = "soft-bounce"
    """Not delivered now; it may work another time."""
    DELAYED = "delivery-delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    """The recipient called our letter spam."""
    RECEIPT = "read-receipt"
    ABSENT = "out-of-office"
    AUTOMATIC = "automatic-answer"


@dataclass(frozen=True, slots=True)
class Report:
    """What came back, its status code (empty when none is said), and the Message-IDs of what it is about."""

    kind: ReportKind
    status: str = ""
    originals: tuple[str, ...] = ()


def read(content: bytes, message: IncomingMessage) -> Report:
    """What an automatic mail reports. ``message`` is the same mail as it was parsed. Never raises."""
    forgive = Forgiven()
    scanned = scan(content, limits=DEFAULT_LIMITS, forgive=forgive)
    parts = list(_parts(read_tree(scanned, limits=DEFAULT_LIMITS, forgive=forgive)))
    reader = ContentReader(DEFAULT_LIMITS, forgive, Allowance(DEFAULT_LIMITS.all_text))
    originals = tuple(dict.fromkeys(found for part in parts for found in _originals(part, forgive)))
    for part in parts:
        match part.content_type:
            case "message/delivery-status" | "message/global-delivery-status":
                return _of_status(_text(part, forgive), originals)
            case "message/feedback-report":
                return Report(ReportKind.COMPLAINT, "", originals)
            case "message/disposition-notification":
                return Report(ReportKind.RECEIPT, "", originals)
    return _of_words(message, "\n".join(reader.text(part) for part in parts if reader.is_text(part)), originals)


def says_absent(subject: str) -> bool:
    """Whether a subject begins as those of absence notes do, in common languages."""
    return subject.strip().lower().startswith(phrases().absences)


def _parts(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children[:_LEAVES]:
        yield from _parts(child)


def _originals(part: Part, forgive: Forgiven) -> Iterator[str]:
    if part.is_enclosed_mail:
        yield from filter(None, [message_id(part.children[0].header, "message-id")])
    elif part.content_type in {"text/rfc822-headers", "message/rfc822-headers", "message/disposition-notification"}:
        yield from (found[1] for found in _ORIGINAL.finditer(_text(part, forgive)))


def _text(part: Part, forgive: Forgiven) -> str:
    return part.opened(forgive)[:_READ_MAX].decode("utf-8", "replace")


def _of_status(text: str, originals: tuple[str, ...]) -> Report:
    fields = [(found[1].lower(), found[2].lower()) for found in _FIELD.finditer(text)]
    actions = [value for name, value in fields if name == "action"]
    codes = [value for name, value in fields if name == "status" and _STATUS.fullmatch(value)]
    failing = [code for code in codes if code[0] != "2"]
    status = next(iter(sorted(failing, reverse=True) or codes), "")
    if "failed" in actions or (not actions and failing):
        return Report(_hardness(status), status, originals)
    return Report(ReportKind.DELAYED if "delayed" in actions else ReportKind.DELIVERED, status, originals)


def _of_words(message: IncomingMessage, text: str, originals: tuple[str, ...]) -> Report:
    """An automatic mail without a machine's report: an absence note, or a bounce in plain words."""
    if says_absent(message.subject):
        return Report(ReportKind.ABSENT, "", originals)
    if not is_role_address(message.author):
        return Report(ReportKind.AUTOMATIC, "", originals)
    own = split(text[:_READ_MAX], subject=message.subject).text or text[:_READ_MAX]
    status, code = _STATUS.search(own), _REPLY_CODE.search(own)
    said = status[0] if status else f"{code[1]}.0.0" if code else ""
    return Report(_hardness(said), said, originals)


def _hardness(status: str) -> ReportKind:
    hard = status.startswith(_PERMANENT) and not status.endswith(_MAILBOX_FULL)
    return ReportKind.HARD if hard else ReportKind.SOFT
