"""Joining the lines of format=flowed text (RFC 3676): a space at the end of a line says that the paragraph goes on."""

from __future__ import annotations

import re

_QUOTE_MARKS = re.compile(r">*")
_SIGNATURE_LINE = "-- "


def joined(text: str, *, deletes_space: bool) -> str:
    """The text with flowed lines joined, space-stuffing undone and quote marks kept; ``deletes_space`` is the DelSp parameter."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth, words = _unquoted(line)
        flows = words.endswith(" ") and words != _SIGNATURE_LINE
        kept = words[:-1] if flows and deletes_space else words
        if open_depth == depth and words != _SIGNATURE_LINE:
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([f"{'>' * depth} " if depth else "", kept])
        open_depth = depth if flows else None
    return "\n".join("".join(pieces) for pieces in paragraphs)


def _unquoted(line: str) -> tuple[int, str]:
    marks = _QUOTE_MARKS.match(line)
    depth = marks.end() if marks else 0
    return depth, line[depth:].removeprefix(" ")
