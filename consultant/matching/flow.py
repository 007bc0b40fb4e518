"""Flowing text: the line ends that only a margin made are taken out, so that no later step can tell wrapped mail from unwrapped.

Plain-text mail is wrapped at 50 to 90 columns (RFC 3676 asks for 66 to 78). A line end can only be the margin's work when the next
word would have crossed the margin, and the margin is at least as wide as the longest line of the paragraph and as ``_NARROWEST``;
list items, keyed lines of a form, table rows and lines of codes keep their line ends. Known limits: a paragraph typed without full
stops, one thought a line, flows where its longest line stands; mail wrapped more narrowly than ``_NARROWEST`` keeps its line ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from consultant.matching.layout import is_heading

_NARROWEST, _WIDEST = 50, 100
"""Margins of wrapped mail; a paragraph with a longer line was not wrapped."""
_BULLET = re.compile(r"[ >]*[-*+]\s+(?=\S)")
_MARK = re.compile(r"[ >]*\(?(\d{1,2}|[A-Za-z])[.)]\s+(?=\S)")
_KEYED = re.compile(r"[ >]*[A-Za-z][\w/&'()-]*(?: [\w/&'()-]+){0,3}:(?=\s|$)")
_CODE = re.compile(r"[ >]*(?:\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b")
_COLUMNS = re.compile(r"\S {3,}\S|\|")
_HYPHENED = re.compile(r"[A-Za-z0-9]-$")
_SUSPENDED = re.compile(r"(?:and|or|to|through|&)\b")
"""What follows a hyphen that stands for a word of its own: "pre- and post-contrast"."""
_ENDS = (".", "?", "!", ".)", '."')
_FIRST_MARKS = ("1", "a", "i")


def flowed(text: str) -> str:
    """The normalised text with each paragraph's wrapped lines joined; other line ends stay."""
    out: list[str] = []
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line)
            continue
        out += _joined(block)
        out.append(line)
        block = []
    return "\n".join((*out, *_joined(block)))


def _joined(block: Sequence[str]) -> list[str]:
    """The lines of one paragraph after joining those that a margin broke."""
    margin = max(_NARROWEST, *map(len, block)) if len(block) > 1 else 0
    if not _NARROWEST <= margin <= _WIDEST:
        return list(block)
    lines = [block[0]]
    for number in range(1, len(block)):
        if _is_wrap(block, number, margin):
            lines[-1] = _join(lines[-1], block[number].lstrip(" >"))
        else:
            lines.append(block[number])
    return lines


def _join(line: str, following: str) -> str:
    is_one_word = _HYPHENED.search(line) and not _SUSPENDED.match(following)
    return f"{line}{following}" if is_one_word else f"{line} {following}"


def _is_wrap(block: Sequence[str], number: int, margin: int) -> bool:
    """Whether the line end before line ``number`` of the paragraph was made by the margin."""
    before, line = block[number - 1], block[number]
    if not _is_full(before, line, margin) or _COLUMNS.search(before) or _COLUMNS.search(line):
        return False
    if _BULLET.match(line):
        return _is_dash(block, number)
    if _MARK.match(line):
        return not _goes_on(block, number)
    if _KEYED.match(line):
        return _is_sentence_part(block, number)
    if before.endswith(":"):
        # A lead-in to short lines, unless the text simply runs on after the colon.
        return line.endswith(_ENDS) or (number + 1 < len(block) and _is_full(line, block[number + 1], margin))
    return not (_CODE.match(before) and _CODE.match(line))


def _is_full(line: str, following: str, margin: int) -> bool:
    """Whether the first word of the following line had no room left.

    Programs that break words at a hyphen try its first part alone; where that had no room, the word had none either.
    """
    return len(line) + 1 + len(following.lstrip(" >").split(" ", 1)[0]) > margin


def _is_dash(block: Sequence[str], number: int) -> bool:
    """Whether the mark at the start of the line is a dash within a sentence: no other line has one, and the sentence goes on."""
    others = sum(_BULLET.match(line) is not None for line in block)
    return others == 1 and _head(block[number]).islower() and not block[number - 1].endswith((*_ENDS, ":", ";"))


def _goes_on(block: Sequence[str], number: int) -> bool:
    """Whether the mark at the start of the line counts on a list ("2." after "1."), or begins one."""
    match = _MARK.match(block[number])
    mark = match[1].lower() if match else ""
    earlier = [m[1].lower() for line in block[:number] if (m := _MARK.match(line))]
    later = [m[1].lower() for line in block[number + 1 :] if (m := _MARK.match(line))]
    if mark in _FIRST_MARKS:
        return block[number - 1].endswith((*_ENDS, ":", ";")) or bool(later)
    return bool(earlier) and _next(earlier[-1]) == mark


def _next(mark: str) -> str:
    return str(int(mark) + 1) if mark.isdigit() else chr(ord(mark) + 1)


def _is_sentence_part(block: Sequence[str], number: int) -> bool:
    """Whether "word:" at the start of the line stands in a sentence, and heads no line of a form."""
    head = _head(block[number])
    others = [_head(line) for place, line in enumerate(block) if place != number and _KEYED.match(line)]
    if any(other.islower() == head.islower() for other in others):
        return False
    is_open = not block[number - 1].endswith((*_ENDS, ":", ";"))
    return is_open and (head.islower() or not is_heading(block[number]))


def _head(line: str) -> str:
    return line.lstrip(" >-*+")[:1]
