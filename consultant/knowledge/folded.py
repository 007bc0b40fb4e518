"""The folded view of a text, in which phrases are looked up: lower case, hyphens and runs of blanks as one space, no apostrophes.

Every folded character knows the place it came from, so that a match finds back to a span of the text. An empty line stays a
line break, because no phrase runs from one paragraph into the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultant.model.clinical import Span

_CHANGED = re.compile(r"(?P<gap>[\s\-_]{2,}|[^\S ]|[\-_])|(?P<drop>['*]+)")


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` is the folded text; ``places[i]`` is where its character ``i`` stands in the original."""

    text: str
    places: list[int]

    def span(self, start: int, end: int) -> Span:
        """The span of the original that the folded range ``[start, end)`` came from."""
        return Span(self.places[start], self.places[end - 1] + 1)


def fold(text: str) -> Folded:
    """The folded view of ``text``; its length may differ, its places are ascending."""
    parts: list[str] = []
    places: list[int] = []
    start = 0
    for change in _CHANGED.finditer(text):
        parts.append(text[start : change.start()])
        places.extend(range(start, change.start()))
        if change.lastgroup == "gap":
            parts.append("\n" if change[0].count("\n") > 1 else " ")
            places.append(change.start())
        start = change.end()
    parts.append(text[start:])
    places.extend(range(start, len(text)))
    return Folded(_lower("".join(parts)), places)


def fold_phrase(phrase: str) -> str:
    """A phrase of a data table in the spelling of the folded view."""
    return (fold(phrase).text if _CHANGED.search(phrase) else _lower(phrase)).strip()


def _lower(text: str) -> str:
    lowered = text.lower()
    # A few letters grow when they are lowered (the dotted capital I), which would shift every place after them.
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
