"""Where the clauses of a statement end, so that a context phrase does not reach further than its writer meant.

A *soft* boundary is a comma, colon, bracket or spaced dash; a *hard* one is a terminator ("but"), or a soft one or a conjunction
with a verb on either side ("no DXA was done and VFA was performed").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from consultant.matching.context_rules import context_rules
from consultant.model.clinical import Span

_TOKEN = re.compile(r"(?P<mark>[,:()\[\]{}]| - |->|\n)|(?P<word>[A-Za-z&']+|\d[\w.]*)")
_SHORTEST_CODE = 4
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Boundary:
    """One end of a clause. The clause before it ends at ``start``, the next begins at ``end``."""

    start: int
    end: int
    hard: bool
    mark: str
    """The punctuation mark, or the conjunction, or nothing for a terminator."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """The boundaries of one statement in order, and its words with their places."""

    span: Span
    boundaries: tuple[Boundary, ...]
    words: tuple[tuple[int, str], ...]
    account: int
    """Where a question or a wish ends and the account of the case begins ("is 77085 right: axial DXA with VFA …")."""

    def word_count(self, start: int, end: int) -> int:
        """How many words begin between the two places."""
        return sum(start <= place < end for place, _ in self.words)


def clauses_of(text: str, span: Span, terminators: Iterable[Span] = ()) -> Clauses:
    """The clauses of the statement at ``span``; ``terminators`` are the places of terminating phrases in it."""
    rules = context_rules()
    ends: list[Boundary] = [Boundary(t.start, t.end, hard=True, mark="") for t in terminators]
    words: list[tuple[int, str]] = []
    for token in _TOKEN.finditer(text, span.start, span.end):
        if token.lastgroup == "mark":
            ends.append(Boundary(token.start(), token.end(), hard=False, mark=token[0].strip()))
            continue
        word = token[0].lower()
        words.append((token.start(), word))
        if word in rules.conjunctions:
            ends.append(Boundary(token.start(), token.end(), hard=False, mark=word))
    ends.sort(key=lambda b: (b.start, -b.end))
    verbs = [place for place, word in words if word in rules.verbs]
    settled = tuple(_settled(ends, verbs, span))
    return Clauses(span, settled, tuple(words), _account(text, span, settled, words))


def _account(text: str, span: Span, ends: Iterable[Boundary], words: list[tuple[int, str]]) -> int:
    """The end of the first colon that closes what is asked; the statement's end when there is none.

    A code or a judgement before it ("is 77085 right:") closes a question; a wish is closed by any colon but one that only
    leads in what is wished for ("can we bill:").
    """
    rules = context_rules()
    for end in ends:
        before = [word for place, word in words if place < end.start]
        if end.mark != ":" or not before:
            continue
        names_code = any(word[0].isdigit() and len(word) >= _SHORTEST_CODE for word in before)
        is_open = text.endswith("?", span.start, span.end) or before[-1] in rules.lead_ins
        if names_code or before[-1] in rules.judgements or not is_open:
            return end.end
    return span.end


def _settled(ends: list[Boundary], verbs: list[int], span: Span) -> Iterable[Boundary]:
    """Each boundary, made hard when there is a verb on both sides; a conjunction without that is none."""
    marks = context_rules().conjunctions
    for number, end in enumerate(ends):
        # A conjunction right after a comma looks past it: "…, and Dr. Pell signed".
        left = next((b.end for b in reversed(ends[:number]) if b.mark not in marks and end.start - b.end > 1), span.start)
        right = next((b.start for b in ends[number + 1 :] if b.mark not in marks), span.end)
        both = any(left <= v < end.start for v in verbs) and any(end.end <= v < right for v in verbs)
        if end.hard or both:
            yield Boundary(end.start, end.end, hard=True, mark=end.mark)
        elif end.mark not in marks:
            yield end


def opens(boundary: Boundary) -> bool:
    """Whether the boundary opens a bracket."""
    return boundary.mark in _OPENING and boundary.mark != ""


def closes(boundary: Boundary) -> bool:
    """Whether the boundary closes a bracket."""
    return boundary.mark in _CLOSING and boundary.mark != ""
