"""Finding quoted and forwarded mail in the lines of a text.

A quotation is known by ``>`` ahead of its lines, by a line above it ("On … wrote:", "-----Original Message-----", "Forwarded
message"), or by a block of header lines (From, Sent, To, Subject) as Outlook writes it. Without ``>`` it runs to the end of the
text. The words are data (phrases.json). Known limit: a reply typed under a quotation that has no ``>`` cannot be told from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from consultant.mail.phrases import phrases

_QUOTED_LINE = re.compile(r"\s{0,3}>")
_QUOTE_MARKS = re.compile(r"(?:\s{0,3}>)+ ?")
# "> 70% stenosis", ">50 ml", "> Lt": more than, at the head of a wrapped line. And "From" as mbox files escape it.
_GREATER_THAN = re.compile(r"\s*>\s?=?\s?[\d.]|>From ")
_EMPHASIS = "*_ \t\xa0"
_MARKER = re.compile(r"[-_=*>|\s]*(.*?)[-_=*|:\s]*")
_RULE = re.compile(r"\s*[-_=*]{5,}\s*")
_LABEL = re.compile(r"([^\W\d_][^:\uff1a]{0,30}?)[\s*_]*[:\uff1a]")
_ANYTHING = r"\S"
"""The beginning of a head that is known by its end alone."""
_SENTENCE_ENDS = (".", "?", "!")
_COLONS = (":", "\uff1a")
_LINE_MAX = 300
_ATTRIBUTION_LINES = 4
_ATTRIBUTION_MAX = 400
_HEADER_LINES_MAX = 20
_WRAPPED_LINES = 3
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]+\.\w")
_FULL_DATE = re.compile(
    r"(?=.*\b(?:19|20)\d\d\b)(?=.*\b\d{1,2}[:.h]\d\d\b)(?=.*\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b)", re.IGNORECASE
)


class QuoteKind(Enum):
    """Whether a quotation is what is answered, or what is passed on."""

    REPLY = "reply"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation in lines ``[start, end)``; its own words begin at line ``body``, behind head and header lines."""

    start: int
    body: int
    end: int
    kind: QuoteKind


def find_quotes(lines: list[str]) -> tuple[Quote, ...]:
    """All quotations, in order and apart from one another."""
    found: list[Quote] = []
    position = 0
    while position < len(lines):
        quote = _quote_at(lines, position)
        if quote:
            found.append(quote)
        position = quote.end if quote else position + 1
    return tuple(found)


def unquoted(lines: list[str]) -> list[str]:
    """The lines with one level of ``>`` taken off, when all that say something have it."""
    if not all(_QUOTED_LINE.match(line) for line in lines if line.strip()):
        return lines
    return [re.sub(r"^\s{0,3}> ?", "", line) for line in lines]


def _quote_at(lines: list[str], position: int) -> Quote | None:
    if not lines[position].strip():
        return None
    if _is_quoted_line(lines, position):
        return _marked_run(lines, position)
    if len(lines[position]) > _LINE_MAX:
        return None
    return _under_marker(lines, position) or _under_header(lines, position) or _under_attribution(lines, position)


def _is_quoted_line(lines: list[str], position: int) -> bool:
    line = lines[position]
    if not _QUOTED_LINE.match(line):
        return False
    if not _GREATER_THAN.match(line):
        return True
    neighbours = lines[max(0, position - 1) : position] + lines[position + 1 : position + 2]
    return any(_QUOTED_LINE.match(other) and not _GREATER_THAN.match(other) for other in neighbours)


def _marked_run(lines: list[str], start: int) -> Quote:
    end = _end_of_run(lines, start)
    inner = [_QUOTE_MARKS.sub("", line, count=1) for line in lines[start : min(end, start + _HEADER_LINES_MAX)]]
    first = next((offset for offset, line in enumerate(inner) if line.strip()), 0)
    if _is_marker(inner[first], forwarded=True):
        return Quote(start, start + _behind_header(inner, first + 1), end, QuoteKind.FORWARD)
    return Quote(start, start, end, QuoteKind.REPLY)


def _end_of_run(lines: list[str], start: int) -> int:
    """Where the run of ``>`` lines from ``start`` ends; blank lines inside belong to it."""
    end = start
    for position in range(start, len(lines)):
        if _QUOTED_LINE.match(lines[position]):
            end = position + 1
        elif lines[position].strip():
            break
    return max(end, start + 1)


def _under_marker(lines: list[str], start: int) -> Quote | None:
    is_forward = _is_marker(lines[start], forwarded=True)
    if not is_forward and not _is_marker(lines[start], forwarded=False):
        return None
    body = _behind_header(lines, start + 1)
    return Quote(start, body, _end_of_quotation(lines, body), QuoteKind.FORWARD if is_forward else QuoteKind.REPLY)


def _is_marker(line: str, *, forwarded: bool) -> bool:
    if len(line) > _LINE_MAX:
        return False
    core = _MARKER.fullmatch(line)
    words = core[1] if core else ""
    known = (phrases().forwarded_message if forwarded else phrases().original_message).match(words)
    if not known:
        return False
    # Lotus Notes adds who and when: "----- Forwarded by Ada Asker/Lakeside on 11/12/2026 -----".
    is_whole = known.end() == len(words) or known[0].lower() == "forwarded by"
    is_ruled = line.lstrip(" \t>*_").startswith("--") or line.strip(" >").startswith(("==", "__"))
    return is_whole and (is_ruled or line.rstrip(" *_").endswith(_COLONS))


def _under_header(lines: list[str], start: int) -> Quote | None:
    """A block of header lines that begins with From and is long enough to be no part of a note."""
    first = start
    if _RULE.fullmatch(lines[start]):
        first = next((i for i in range(start + 1, min(start + 3, len(lines))) if lines[i].strip()), start)
    if first >= len(lines) or _label(lines[first]) != "from":
        return None
    kinds = _header_kinds(lines, first)
    if "sent" not in kinds or not kinds & {"to", "subject"}:
        return None
    body = _behind_header(lines, first)
    return Quote(start, body, _end_of_quotation(lines, body), QuoteKind.REPLY)


def _under_attribution(lines: list[str], start: int) -> Quote | None:
    body = _behind_attribution(lines, start)
    if body is None:
        return None
    first = next((i for i in range(body, min(body + 3, len(lines))) if lines[i].strip()), len(lines))
    # "On 11/12 Dr. Rao wrote:" above a note is the asker's own way of giving the case. A mail program gives address or full date.
    head = " ".join(lines[start:body])
    is_of_a_program = _ADDRESS.search(head) is not None or _FULL_DATE.match(head) is not None
    if first < len(lines) and (_QUOTED_LINE.match(lines[first]) if is_of_a_program else _is_quoted_line(lines, first)):
        return Quote(start, body, _end_of_run(lines, first), QuoteKind.REPLY)
    return Quote(start, body, len(lines), QuoteKind.REPLY) if is_of_a_program else None


def _behind_attribution(lines: list[str], start: int) -> int | None:
    """The line behind a head such as "On … wrote:", which a mailer may have wrapped."""
    for behind in range(start + 1, min(start + _ATTRIBUTION_LINES, len(lines)) + 1):
        last = lines[behind - 1].rstrip(_EMPHASIS)
        if not last:
            return None
        if last.endswith(_COLONS):
            head = " ".join(line.strip(_EMPHASIS) for line in lines[start:behind])
            is_head = len(head) <= _ATTRIBUTION_MAX and _is_attribution(head) and not _begins_later(lines[start:behind])
            return behind if is_head else None
    return None


def _is_attribution(head: str, *, plainly: bool = False) -> bool:
    """Whether a line is such a head; ``plainly`` by a word that it begins with, and not by its end alone."""
    known = (one for one in phrases().attributions if not plainly or one.begins.pattern != _ANYTHING)
    return any(one.begins.match(head) and one.ends.search(head) for one in known)


def _begins_later(wrapped: list[str]) -> bool:
    """Whether a head that is known by its end alone has swallowed a line of the person above it."""
    if len(wrapped) == 1 or _is_attribution(" ".join(line.strip(_EMPHASIS) for line in wrapped), plainly=True):
        return False
    tails = (" ".join(line.strip(_EMPHASIS) for line in wrapped[place:]) for place in range(1, len(wrapped)))
    return wrapped[0].rstrip(_EMPHASIS).endswith(_SENTENCE_ENDS) or any(_is_attribution(tail, plainly=True) for tail in tails)


def _end_of_quotation(lines: list[str], body: int) -> int:
    """The end of a quotation under a head: of its ``>`` run when it has one, else of the text."""
    first = next((i for i in range(body, len(lines)) if lines[i].strip()), len(lines))
    if first < len(lines) and _is_quoted_line(lines, first):
        return _end_of_run(lines, first)
    return len(lines)


def _label(line: str) -> str:
    """Which header line this is, empty when it is none."""
    found = _LABEL.match(line.strip(_EMPHASIS + ">")[:_LINE_MAX])
    return phrases().header_labels.get(found[1].strip(_EMPHASIS).lower(), "") if found else ""


def _header_kinds(lines: list[str], start: int) -> set[str]:
    return {_label(line) for line in lines[start : _behind_header(lines, start)]} - {""}


def _behind_header(lines: list[str], start: int) -> int:
    """The line behind a block of header lines; wrapped recipients and single blank lines between labels belong to it."""
    behind = start
    seen: set[str] = set()
    last, gap = "", 0
    for position in range(start, min(start + _HEADER_LINES_MAX, len(lines))):
        kind = _label(lines[position])
        # A label for the second time belongs to the note below: "Date:" is also how a report begins.
        if kind and kind in seen - {"other", "cc"}:
            break
        if kind:
            behind, last, gap = position + 1, kind, 0
            seen.add(kind)
            continue
        gap += 1
        allowed = _WRAPPED_LINES if lines[position].strip() and last in {"to", "cc"} else not lines[position].strip()
        if gap > allowed:
            break
    return behind
