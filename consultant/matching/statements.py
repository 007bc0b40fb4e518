"""Statements of a text: sentences, list items and form lines, each with its section and with what stands on the same item.

Dictations run on, op notes number their items, forms say "KEY: value". The line ends that a margin made are gone by now (flow.py);
of those left, only one before a small letter ends no statement (mail typed without capitals). Punctuation ends a sentence unless it
belongs to an abbreviation (sentence_rules.json), a number or an item mark.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from consultant.matching.layout import Part
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Assertion, ConceptKind, SectionKind, Sentence, Span

_TABLE = "sentence_rules.json"
_ITEM = re.compile(r"[ >]*(?:[-*+]|\(?\d{1,2}[.)]|\(?[A-Za-z][.)])\s+(?=\S)")
_FORM = re.compile(r"[ >]*([A-Z][\w /&'()-]{1,30}):(?=\s)")
_END = re.compile(r"[.?!]+[\"')\]]*(?=\s+\S)|(?<=[.;:,]) (?=\(?\d{1,2}[.)]\s+[A-Za-z])|;(?=\s)")
_LAST_WORD = re.compile(r"[\w.]+$")
_LONGEST = 800
"""A longer sentence is read in pieces."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with its surroundings; ``item`` numbers the list item or line group that it stands in."""

    sentence: Sentence
    item: int
    listed: bool
    """Whether the item is one of a list, so that its neighbours tell of other acts."""
    question: bool
    presumed: Assertion | None
    """How the section holds what is said in it, unless the words say otherwise."""
    presumed_kinds: frozenset[ConceptKind]

    @property
    def span(self) -> Span:
        """Where the statement stands."""
        return self.sentence.span

    @property
    def section(self) -> SectionKind:
        """The section it stands in."""
        return self.sentence.section


class Statements:
    """All statements of a text in order, with a look-up by place."""

    __slots__ = ("_starts", "all")

    def __init__(self, statements: tuple[Statement, ...]) -> None:
        self.all = statements
        self._starts = [statement.span.start for statement in statements]

    def at(self, place: int) -> int:
        """The number of the statement that holds ``place``, or of the last one before it; 0 when there is none."""
        return max(bisect.bisect_right(self._starts, place) - 1, 0)


def find_statements(text: str, parts: tuple[Part, ...]) -> Statements:
    """The statements of all parts, in order; headings themselves belong to none."""
    found: list[Statement] = []
    item = 0
    for part in parts:
        in_form = False
        for chunk in _chunks(text, part):
            item += 1
            in_form = in_form or _FORM.match(text, chunk.start, chunk.end) is not None
            # A form line of its own under "Hx: …" tells of something else than history.
            rule = None if in_form else part.rule
            listed = _ITEM.match(text, chunk.start, chunk.end) is not None
            found += [
                Statement(
                    sentence=Sentence(span, part.section.kind),
                    item=item,
                    listed=listed,
                    question=text.endswith("?", span.start, span.end),
                    presumed=rule.assertion if rule else None,
                    presumed_kinds=rule.kinds if rule else frozenset(),
                )
                for span in _sentences(text, chunk)
            ]
    return Statements(tuple(found))


def _chunks(text: str, part: Part) -> Iterator[Span]:
    """List items, form lines and paragraphs of a part."""
    start = place = part.body
    end = part.section.span.end
    before = ""
    while place < end:
        line_end = text.find("\n", place, end)
        line_end = end if line_end < 0 else line_end
        line = text[place:line_end]
        if start < place and _begins(before, line):
            yield from _stripped(text, start, place)
            start = place
        before, place = line, line_end + 1
    yield from _stripped(text, start, end)


def _begins(before: str, line: str) -> bool:
    """Whether ``line`` begins something new after the line ``before``."""
    if not before.strip() or not line.strip() or _ITEM.match(line) or _FORM.match(line):
        return True
    head, tail = line.lstrip(" >\"'("), before.rstrip()
    return tail.endswith((".", "?", "!", ":", ";")) or not head[:1].islower()


def _sentences(text: str, chunk: Span) -> Iterator[Span]:
    for sentence in _punctuated(text, chunk):
        start = sentence.start
        # Dictation without a full stop is cut at a blank, so that no step below has to weigh thousands of words at once.
        while sentence.end - start > _LONGEST:
            blank = text.rfind(" ", start + 1, start + _LONGEST)
            cut = blank if blank > start else start + _LONGEST
            yield from _stripped(text, start, cut)
            start = cut
        yield from _stripped(text, start, sentence.end)


def _punctuated(text: str, chunk: Span) -> Iterator[Span]:
    start = chunk.start
    for match in _END.finditer(text, chunk.start, chunk.end):
        if match[0].startswith(".") and not _ends_sentence(text, start, match):
            continue
        yield from _stripped(text, start, match.end())
        start = match.end()
    yield from _stripped(text, start, chunk.end)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if len(match[0]) > 1:
        return True
    word = _LAST_WORD.search(text, max(start, match.start() - 20), match.start())
    if word is None:
        return True
    # "1." opens an item and "A." an initial; both belong to what follows, unless a quantity ended there.
    if word.start() == start and (word[0].isdigit() or len(word[0]) == 1):
        return False
    if len(word[0]) == 1 and word[0].isupper():
        return False
    following = text[match.end() : match.end() + 4].lstrip()[:1]
    before = word[0].lower()
    return before not in _abbreviations() or (following.isupper() and before in _ending_abbreviations())


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start:end]
    left = start + len(words) - len(words.lstrip())
    right = end - (len(words) - len(words.rstrip()))
    if left < right:
        yield Span(left, right)


@cache
def _abbreviations() -> frozenset[str]:
    return _listed("abbreviations")


@cache
def _ending_abbreviations() -> frozenset[str]:
    """Abbreviations that do end a sentence when a capital follows."""
    return _listed("ending")


def _listed(key: str) -> frozenset[str]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("abbreviations", "ending"), _TABLE)
    return frozenset(words_of(table, key, _TABLE))
