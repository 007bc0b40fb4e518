"""The parts that go with a mail: text files, documents and enclosed mails are read, all others are named with a note why not.

Names are for display only: they are decoded, robbed of folders, control and direction characters, and never used as a path.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from consultant.mail import charsets, documents, html, tnef, words
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
PACKET = "application/ms-tnef"
PACKET_TYPES = frozenset({PACKET, "application/vnd.ms-tnef"})
_PACKET_UNREADABLE = "Outlook winmail.dat, cannot be read: please send the text as plain text or HTML"
_PACKET_WITHOUT_WORDS = "Outlook winmail.dat without words of its own"
_OTHER_NOTE = "kind of file not read"
_TOO_LARGE = "too large to be read"
_UNREADABLE = "cannot be read"
_NAME_MAX = 100
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)
_REPLACEMENT = "\ufffd"
_BINARY_BEGINNINGS = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")
_BINARY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class _File:
    """A file, wherever it was packed."""

    name: str
    content_type: str
    charset: str
    data: bytes


def read(part: Part, *, limits: ReadingLimits, allowance: Allowance, forgive: Forgiven) -> Iterator[Attachment]:
    """The attachment that a leaf is, with its text where it can be read, and behind a winmail.dat the files that were in it."""
    name = display_name(part.file_name, forgive) or _unnamed(part)
    file = _File(name, part.content_type, part.parameters.get("charset", ""), part.opened(forgive))
    yield from _Files(limits, allowance, forgive).read(file, limits.packets)


@dataclass(frozen=True, slots=True)
class _Files:
    """Reads files, within the limits."""

    limits: ReadingLimits
    allowance: Allowance
    forgive: Forgiven

    def read(self, file: _File, packets_left: int) -> Iterator[Attachment]:
        if file.content_type in PACKET_TYPES or file.data.startswith(tnef.SIGNATURE):
            yield from self._unpacked(file, packets_left)
            return
        document = documents.read(file.data, file.name, limits=self.limits, seconds=self.allowance.seconds)
        if document is not None:
            yield self._document(file, document)
        elif _is_read(file):
            yield self._plain(file)
        else:
            yield _named(file, note_for(file.content_type, file.name))

    def _document(self, file: _File, document: documents.Document) -> Attachment:
        granted = self.allowance.take(len(document.text))
        note = documents.Note.TOO_LARGE.value if granted < len(document.text) else document.note
        return Attachment(file.name, file.content_type, len(file.data), document.text[:granted], str(note))

    def _plain(self, file: _File) -> Attachment:
        data = html.without_embedded_data(file.data) if _is_page(file) else file.data
        if len(data) > self.limits.attachment or self.allowance.take(len(data)) < len(data):
            return Attachment(file.name, file.content_type, len(data), "", _TOO_LARGE)
        text = _text(data, file, self.limits)
        return Attachment(file.name, file.content_type, len(data), text, "" if text or not data.strip() else _UNREADABLE)

    def _unpacked(self, file: _File, packets_left: int) -> Iterator[Attachment]:
        """The body of a winmail.dat under its own name, then each file in it."""
        packet = tnef.unpack(file.data, self.allowance.seconds) if packets_left else None
        if packet is None:
            yield _named(file, _PACKET_UNREADABLE)
            return
        body = self._body(packet)
        granted = self.allowance.take(len(body))
        yield Attachment(file.name, PACKET, len(file.data), body[:granted], "" if body else _PACKET_WITHOUT_WORDS)
        for packed in packet.files[: self.limits.attachments]:
            name = display_name(packed.name, self.forgive) or "unnamed file"
            inner = _File(name, _type_of(name), "", packed.data)
            yield from self.read(inner, packets_left - 1)

    def _body(self, packet: tnef.Packet) -> str:
        if packet.page and len(packet.page) <= self.limits.attachment:
            page = charsets.to_text(packet.page, "", Forgiven())
            return html.to_text(page, limits=self.limits, forgive=Forgiven()).strip("\0\n ")
        if packet.text:
            return charsets.to_text(packet.text[: self.limits.attachment], "", Forgiven()).strip("\0\n ").replace("\r\n", "\n")
        rich = documents.read(packet.rich, "body.rtf", limits=self.limits, seconds=self.allowance.seconds)
        return rich.text if rich else ""


def _named(file: _File, note: str) -> Attachment:
    return Attachment(file.name, file.content_type, len(file.data), "", note)


def _text(data: bytes, file: _File, limits: ReadingLimits) -> str:
    """The text of a file, empty when it is no text at all, whatever its type says."""
    # What is wrong inside a file is told by its note; the defects are those of the mail.
    text = charsets.to_text(data, file.charset, Forgiven())
    if data.startswith(_BINARY_BEGINNINGS) or text.count(_REPLACEMENT) > _BINARY_SHARE * len(text):
        return ""
    return (html.to_text(text, limits=limits, forgive=Forgiven()) if _is_page(file) else text).strip("\n")


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


def _type_of(name: str) -> str:
    """What a file in a packet, which has no type, most likely is."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _is_read(file: _File) -> bool:
    is_named_text = file.content_type in _VAGUE and file.name.lower().endswith(_READ_ENDINGS)
    return file.content_type in _READ or _is_page(file) or is_named_text


def _is_page(file: _File) -> bool:
    return file.content_type in _PAGES or (file.content_type in _VAGUE and file.name.lower().endswith(_PAGE_ENDINGS))
