"""The header section of a mail or of a part, as raw fields (RFC 5322 §2.2), and the parameters of one field (RFC 2045, RFC 2231).

The standard library's own reader of header values is not used: it takes 36 s for a field of 100,000 addresses and raises five kinds
of exceptions on hostile values. What is here is linear, reads only what this project needs, and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from consultant.mail import charsets
from consultant.mail.defects import Defect, Forgiven
from consultant.mail.reading_limits import ReadingLimits

_FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
# A note in the body has lines such as "PROCEDURE: …", so that not every name followed by a colon is a field of mail.
_FIELD_OF_MAIL = re.compile(
    rb"(?:from|to|cc|subject|date|received|return-path|message-id|mime-version|content-[a-z-]+|sender|reply-to|in-reply-to"
    rb"|references|delivered-to|dkim-signature|authentication-results|auto-submitted|precedence|list-[a-z-]+|x-[a-z-]+):",
    re.IGNORECASE,
)
_LINE = re.compile(rb"[^\n]*+(?:\n|\Z)")
_FOLD = re.compile(r"\n[ \t]*")
_HEAD_LINES = 50
_NAME_MAX = 100
_PARAMETER = re.compile(r';\s*+([^=;\s"]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_CONTINUED = re.compile(r"([^*]++)(?:\*(\d{1,3}))?(\*)?")
_EXTENDED = re.compile(r"([^']*+)'[^']*+'(.*+)", re.DOTALL)
_PARAMETERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in lower case, its value unfolded, encoded words still encoded."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class HeaderSection:
    """The fields of a header section, topmost first, and where the body begins behind them."""

    fields: tuple[Field, ...]
    body: int

    def first(self, name: str) -> str:
        """The value of the topmost field of this lower-case name, empty when there is none."""
        return next((field.value for field in self.fields if field.name == name), "")

    def every(self, name: str) -> tuple[str, ...]:
        """The values of all fields of this lower-case name, topmost first."""
        return tuple(field.value for field in self.fields if field.name == name)


def read_fields(content: bytes, start: int, end: int, *, limits: ReadingLimits, forgive: Forgiven) -> HeaderSection:
    """Read the header section in ``content[start:end]``; a section too large is passed over but only read up to the limits."""
    fields: list[Field] = []
    position, size = start, 0
    while position < end:
        if content.startswith(b"\n", position):
            return HeaderSection(tuple(fields), position + 1)
        line = _FIELD.match(content, position, end)
        if line is None:
            if not _is_stray_line(content, position, end):
                forgive(Defect.HEADER_NOT_CLOSED)
                return HeaderSection(tuple(fields), position)
            forgive(Defect.HEADER_LINE_DAMAGED)
            position = _after_line(content, position, end)
            continue
        if len(fields) == limits.header_fields or size > limits.header_section:
            forgive(Defect.HEADER_TOO_LARGE)
            return HeaderSection(tuple(fields), _behind_section(content, position, end))
        fields.append(_field(line, limits, forgive))
        size += min(line.end() - position, limits.header_field)
        position = line.end()
    return HeaderSection(tuple(fields), end)


def _behind_section(content: bytes, position: int, end: int) -> int:
    blank = content.find(b"\n\n", position, end)
    return end if blank < 0 else blank + 2


def is_header_section(content: bytes) -> bool:
    """Whether a field of mail stands at the head of the bytes; if none does, they are a plain text."""
    position = 0
    for _ in range(_HEAD_LINES):
        if content.startswith(b"\n", position):
            return False
        if _FIELD_OF_MAIL.match(content, position):
            return True
        position = _after_line(content, position, len(content))
    return False


def _is_stray_line(content: bytes, position: int, end: int) -> bool:
    """Whether a line that is no field has a field of mail right behind it, so that the header section goes on."""
    behind = _after_line(content, position, end)
    return _FIELD_OF_MAIL.match(content, behind, end) is not None


def _after_line(content: bytes, position: int, end: int) -> int:
    line = _LINE.match(content, position, end)
    return line.end() if line else end


def _field(line: re.Match[bytes], limits: ReadingLimits, forgive: Forgiven) -> Field:
    value = line[2]
    if len(value) > limits.header_field:
        forgive(Defect.HEADER_FIELD_TOO_LONG)
        value = value[: limits.header_field]
    if not value.isascii():
        forgive(Defect.HEADER_8BIT)
    text = charsets.to_text(value, "", Forgiven())
    return Field(line[1][:_NAME_MAX].decode("ascii").lower(), _FOLD.sub(" ", text).strip())


def parameters(value: str, forgive: Forgiven) -> Mapping[str, str]:
    """The parameters behind the first ``;`` of a Content-Type or Content-Disposition value; the first of a name wins.

    RFC 2231 continuations (``name*0=…; name*1=…``) are joined and its charsets decoded.
    """
    simple: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, written in _written(value):
        split = _CONTINUED.fullmatch(name)
        if split is None or not (split[2] or split[3]):
            simple.setdefault(name, written)
        else:
            pieces.setdefault(split[1], []).append((int(split[2] or 0), bool(split[3]), written))
    return simple | {name: _joined(found, forgive) for name, found in pieces.items()}


def _written(value: str) -> Iterator[tuple[str, str]]:
    for count, found in enumerate(_PARAMETER.finditer(value)):
        if count >= _PARAMETERS_MAX:
            return
        yield found[1].lower(), _unquoted(found[2].strip())


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))


def _joined(pieces: list[tuple[int, bool, str]], forgive: Forgiven) -> str:
    charset = ""
    data = b""
    for number, is_extended, written in sorted(pieces, key=lambda piece: piece[0]):
        text = written
        marked = _EXTENDED.fullmatch(written) if is_extended and number == 0 else None
        if marked:
            charset, text = marked[1], marked[2]
        data += unquote_to_bytes(text) if is_extended else text.encode("utf-8", "replace")
    return charsets.to_text(data, charset, forgive)
