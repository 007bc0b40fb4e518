"""The parts that go with a mail: text files and enclosed mails are read, all others are named with a note why not.

Names are for display only: they are decoded, robbed of folders, control and direction characters, and never used as a path.
"""

from __future__ import annotations

import re
import unicodedata

from consultant.mail import charsets, html, words
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.mime import Part
from consultant.mail.reading_limits import Allowance, ReadingLimits
from consultant.model.message import Attachment

_READ = frozenset(
    {"text/plain", "text/csv", "text/tab-separated-values", "text/markdown", "text/x-markdown", "text/comma-separated-values"}
)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_READ_ENDINGS = (".txt", ".csv", ".tsv", ".md", ".text")
_PAGE_ENDINGS = (".html", ".htm")
# Mailers that do not know better call a text file one of these.
_VAGUE = frozenset({"application/octet-stream", "application/x-download", "application/force-download", "binary/octet-stream"})
_NOTES = (
    (re.compile(r"image/"), "image, not read"),
    (re.compile(r"(?:audio|video)/"), "recording, not read"),
    (re.compile(r"application/(?:x-)?pdf"), "PDF, not read"),
    (re.compile(r"application/(?:msword|rtf|vnd\.|x-?iwork)|text/(?:rtf|richtext)"), "office document, not read"),
    (re.compile(r"application/ms-tnef|application/vnd\.ms-tnef"), "Outlook winmail.dat, not read"),
    (re.compile(r"application/(?:x-)?(?:zip|gzip|tar|rar|7z|bzip)"), "archive, not opened"),
    (re.compile(r"application/(?:pgp-encrypted|(?:x-)?pkcs7-mime)"), "encrypted or signed as a whole, not read"),
    (re.compile(r"text/calendar"), "calendar entry, not read"),
    (re.compile(r"message/(?:delivery-status|disposition-notification|feedback-report)|text/rfc822-headers"), "report, not read"),
    (re.compile(r"message/"), "enclosed message, not read"),
)
_OTHER_NOTE = "kind of file not read"
_TOO_LARGE = "too large to be read"
_UNREADABLE = "cannot be read"
_NAME_MAX = 100
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)
_REPLACEMENT = "\ufffd"
_BINARY_BEGINNINGS = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")
_BINARY_SHARE = 0.1


def read(part: Part, *, limits: ReadingLimits, allowance: Allowance, forgive: Forgiven) -> Attachment:
    """The attachment that a leaf is, with its text where it is a text file of a readable size."""
    name = display_name(part.file_name, forgive) or _unnamed(part)
    data = part.opened(forgive)
    if not _is_read(part, name):
        return Attachment(name, part.content_type, len(data), "", note_for(part.content_type, name))
    if _is_page(part, name):
        data = html.without_embedded_data(data)
    if len(data) > limits.attachment or allowance.take(len(data)) < len(data):
        return Attachment(name, part.content_type, len(data), "", _TOO_LARGE)
    text = _text(data, part, name, limits)
    return Attachment(name, part.content_type, len(data), text, "" if text or not data.strip() else _UNREADABLE)


def _text(data: bytes, part: Part, name: str, limits: ReadingLimits) -> str:
    """The text of a file, empty when it is no text at all, whatever its type says."""
    # What is wrong inside a file is told by its note; the defects are those of the mail.
    text = charsets.to_text(data, part.parameters.get("charset", ""), Forgiven())
    if data.startswith(_BINARY_BEGINNINGS) or text.count(_REPLACEMENT) > _BINARY_SHARE * len(text):
        return ""
    return (html.to_text(text, limits=limits, forgive=Forgiven()) if _is_page(part, name) else text).strip("\n")


def display_name(written: str, forgive: Forgiven) -> str:
    """The name of a file as it may be shown: one line, no folders, nothing invisible; empty when nothing is left."""
    decoded = words.decoded(written, forgive)
    visible = "".join(character for character in decoded if unicodedata.category(character) not in _UNSAFE_CATEGORIES)
    plain = _FOLDERS.sub("", visible).strip(" .")
    if plain != decoded:
        forgive(Defect.ATTACHMENT_NAME_UNSAFE)
    if len(plain) <= _NAME_MAX:
        return plain
    # The end of a long name says what kind of file it is.
    return f"{plain[: _NAME_MAX - 13]}…{plain[-12:]}"


def note_for(content_type: str, name: str) -> str:
    """Why a file of this type is not read."""
    if name.lower().endswith(".pdf"):
        content_type = "application/pdf"
    return next((note for pattern, note in _NOTES if pattern.match(content_type)), _OTHER_NOTE)


def _unnamed(part: Part) -> str:
    return "enclosed message" if part.is_enclosed_mail else f"unnamed {part.content_type.partition('/')[0]}"


def _is_read(part: Part, name: str) -> bool:
    return (
        part.content_type in _READ or _is_page(part, name) or (part.content_type in _VAGUE and name.lower().endswith(_READ_ENDINGS))
    )


def _is_page(part: Part, name: str) -> bool:
    return part.content_type in _PAGES or (part.content_type in _VAGUE and name.lower().endswith(_PAGE_ENDINGS))
