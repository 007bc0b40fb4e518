"""The tree of MIME parts of a mail (RFC 2045, 2046), read by offsets into one buffer.

Nothing is copied until a leaf is opened. Depth, number of parts and size of each header section are bounded while reading, so that
the time is linear in the size of the mail. Broken structure is forgiven: a boundary that is missing is looked for, and one that is
nowhere leaves a single part of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from consultant.mail import transfer
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.fields import HeaderSection, parameters, read_fields
from consultant.mail.reading_limits import ReadingLimits

_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,80})\s*/\s*([\w!#$&^.+-]{1,80})\s*(?:;|$|\s|\()")
_LIKELY_BOUNDARY = re.compile(rb"^--([^\s-][^\n]{0,120}?)[ \t]*\n(?=content-)", re.IGNORECASE | re.MULTILINE)
_BOUNDARY_MAX = 200
_ENCLOSED = frozenset({"message/rfc822", "message/global"})


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the tree: a multipart or enclosed message with children, or a leaf with bytes."""

    header: HeaderSection
    content_type: str
    """Type and subtype in lower case."""
    parameters: Mapping[str, str]
    """Of Content-Type; names in lower case, encoded words still encoded."""
    disposition: str
    """``attachment``, ``inline`` or whatever is written, in lower case; empty when nothing is."""
    file_name: str
    """As written, encoded words still encoded; empty when there is none."""
    source: bytes
    start: int
    end: int
    children: tuple[Part, ...] = ()

    @property
    def is_multipart(self) -> bool:
        """Whether this is a multipart with at least one part."""
        return self.content_type.startswith("multipart/") and bool(self.children)

    @property
    def is_enclosed_mail(self) -> bool:
        """Whether this is a whole mail inside the mail; its only child is that mail."""
        return self.content_type in _ENCLOSED and bool(self.children)

    def opened(self, forgive: Forgiven) -> bytes:
        """The bytes of this part with the transfer encoding undone."""
        return transfer.undo(self.source[self.start : self.end], self.header.first("content-transfer-encoding"), forgive)


@dataclass(slots=True)
class _Reader:
    """What one reading of a tree carries along: the bounds, and how many parts were met."""

    limits: ReadingLimits
    forgive: Forgiven
    count: int = 0

    def part(self, source: bytes, start: int, end: int, *, depth: int, default: str = "text/plain") -> Part:
        """Read the part in ``source[start:end]``, header section first."""
        self.count += 1
        header = read_fields(source, start, end, limits=self.limits, forgive=self.forgive)
        leaf = self._leaf(header, source, end, default)
        nests = leaf.content_type.startswith("multipart/") or leaf.content_type in _ENCLOSED
        if not nests:
            return leaf
        if depth >= self.limits.depth:
            self.forgive(Defect.NESTED_TOO_DEEP)
            return leaf
        if leaf.content_type in _ENCLOSED:
            return replace(leaf, children=(self._enclosed(leaf, depth),))
        return self._multipart(leaf, depth)

    def _leaf(self, header: HeaderSection, source: bytes, end: int, default: str) -> Part:
        written = header.first("content-type")
        content_type = self._content_type(written, default)
        of_type = parameters(written, self.forgive)
        disposition = header.first("content-disposition")
        of_disposition = parameters(disposition, self.forgive)
        return Part(
            header=header,
            content_type=content_type,
            parameters=of_type,
            disposition=disposition.partition(";")[0].strip().lower(),
            file_name=of_disposition.get("filename") or of_type.get("name", ""),
            source=source,
            start=header.body,
            end=end,
        )

    def _content_type(self, written: str, default: str) -> str:
        found = _TYPE.match(written)
        if found:
            return f"{found[1]}/{found[2]}".lower()
        if written.strip():
            self.forgive(Defect.CONTENT_TYPE_DAMAGED)
        # The old bare word "text" meant plain text (RFC 1049).
        return default

    def _enclosed(self, leaf: Part, depth: int) -> Part:
        encoding = leaf.header.first("content-transfer-encoding").strip().lower()
        if encoding in {"base64", "quoted-printable"}:
            opened = leaf.opened(self.forgive).replace(b"\r\n", b"\n").lstrip(b"\n")
            return self.part(opened, 0, len(opened), depth=depth + 1)
        return self.part(leaf.source, leaf.start, leaf.end, depth=depth + 1)

    def _multipart(self, leaf: Part, depth: int) -> Part:
        boundary = self._boundary(leaf)
        default = "message/rfc822" if leaf.content_type == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for start, end in self._between(leaf, boundary) if boundary else ():
            if self.count >= self.limits.parts:
                self.forgive(Defect.TOO_MANY_PARTS)
                break
            children.append(self.part(leaf.source, start, end, depth=depth + 1, default=default))
        if not children:
            self.forgive(Defect.BOUNDARY_NOT_FOUND)
            return replace(leaf, content_type="text/plain")
        return replace(leaf, children=tuple(children))

    def _boundary(self, leaf: Part) -> bytes:
        written = leaf.parameters.get("boundary", "").rstrip()[:_BOUNDARY_MAX].encode("utf-8", "replace")
        if written and leaf.source.find(b"--" + written, leaf.start, leaf.end) >= 0:
            return written
        self.forgive(Defect.BOUNDARY_MISSING)
        likely = _LIKELY_BOUNDARY.search(leaf.source, leaf.start, leaf.end)
        return likely[1] if likely else b""

    def _between(self, leaf: Part, boundary: bytes) -> Iterator[tuple[int, int]]:
        """The half-open ranges between the boundary lines; a part that no line closes ends with the multipart."""
        line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\n|\Z)", re.MULTILINE)
        start = None
        for found in line.finditer(leaf.source, leaf.start, leaf.end):
            if start is not None:
                # The line end ahead of a boundary belongs to the boundary (RFC 2046 §5.1.1).
                yield start, max(start, found.start() - 1)
            start = None if found[1] else found.end()
            if found[1]:
                return
        if start is not None:
            self.forgive(Defect.BOUNDARY_NOT_CLOSED)
            yield start, leaf.end


def read_tree(content: bytes, *, limits: ReadingLimits, forgive: Forgiven) -> Part:
    """The tree of a scanned mail. Never raises; whatever cannot be read is a leaf of bytes."""
    return _Reader(limits, forgive).part(content, 0, len(content), depth=0)
