"""Sections of a text: titled parts of a note, the mail around it, and its subject line; headings are data (section_rules.json).

A heading is a known title at the start of a line followed by a colon, dash or line end, or a known title in capitals within a
run-on line ("… normal. IMPRESSION: …"). An unknown title in capitals starts a part of kind OTHER. A part that began on its
heading's line ends at the next empty line: after it the mail speaks again (PREAMBLE).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from consultant.errors import KnowledgeError
from consultant.matching.tables import Row, read_table, refuse_unknown, words_of
from consultant.model.clinical import Assertion, ConceptKind, Section, SectionKind, Span

_TABLE = "section_rules.json"
_UNKNOWN = re.compile(r"[A-Z][A-Z0-9 /&,'()-]{2,48}")
_LINE = re.compile(r"^[ >*#]*(?:\d{1,2}[.)] ?)?(?P<title>[A-Za-z][^:\n]{0,64}?)(?P<end> *:| +- | *$)", re.MULTILINE)
_INLINE = re.compile(r"(?<=[.;!?)] )(?P<title>[A-Z][A-Z0-9 /&'()-]{1,60}?) *:")
_BRACKET = re.compile(r" ?\([^)]{0,30}\)$")
_TITLE_PART = re.compile(r"[a-z]+(?:-[a-z]+)*|[^a-z]+")


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A kind of section, its titles, and how what stands in it is held unless its words say otherwise."""

    kind: SectionKind
    headings: tuple[str, ...]
    assertion: Assertion | None
    kinds: frozenset[ConceptKind]


@dataclass(frozen=True, slots=True)
class Part:
    """One section with the rule that its heading follows; ``body`` is where its words begin."""

    section: Section
    rule: SectionRule | None
    body: int


_Start = tuple[int, Span | None, SectionRule | None, int]
"""Where a part starts, its heading and rule, and where its words begin."""


def find_parts(text: str) -> tuple[Part, ...]:
    """The sections of ``text`` in order; together they cover all of it."""
    starts = sorted((*_line_headings(text), *_inline_headings(text)), key=lambda one: one[0])
    parts: list[Part] = []
    starts = [one for n, one in enumerate(starts) if not n or one[0] >= starts[n - 1][3]]
    if text and (not starts or starts[0][0] > 0):
        starts.insert(0, (0, None, None, 0))
    for number, (start, heading, rule, body) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(text)
        parts.extend(_parts_between(text, Span(start, end), heading, rule, min(body, end)))
    return tuple(parts)


def is_heading(line: str) -> bool:
    """Whether the line begins with a heading."""
    return any(start == 0 for start, *_ in _line_headings(line))


def _line_headings(text: str) -> Iterator[_Start]:
    """The headings at starts of lines: known titles, and unknown ones in capitals before a colon."""
    rules = _rules()
    for match in _LINE.finditer(text):
        title, ends_with_colon = match["title"], match["end"].strip() == ":"
        rule = rules.get(_key(title)) or rules.get(_key(_BRACKET.sub("", title)))
        is_letter = len(title) == 1
        if (rule and (ends_with_colon or not is_letter)) or (ends_with_colon and _UNKNOWN.fullmatch(title)):
            yield match.start(), Span(*match.span("title")), rule, match.end()


def _inline_headings(text: str) -> Iterator[_Start]:
    """The known titles in capitals within run-on lines."""
    for match in _INLINE.finditer(text):
        rule = _rules().get(_key(match["title"]))
        if rule and len(match["title"]) > 1:
            yield match.start(), Span(*match.span("title")), rule, match.end()


def _parts_between(text: str, span: Span, heading: Span | None, rule: SectionRule | None, body: int) -> list[Part]:
    kind = rule.kind if rule else SectionKind.OTHER if heading else SectionKind.PREAMBLE
    gap = _end_of_inline_part(text, span, body) if heading else None
    # An unknown title in capitals may name what was done ("VERTEBRAL FRACTURE ASSESSMENT: …"), so it is read with its line.
    body = heading.start if heading and rule is None else body
    if gap is None:
        return [Part(Section(kind, span, heading), rule, body)]
    return [
        Part(Section(kind, Span(span.start, gap), heading), rule, min(body, gap)),
        Part(Section(SectionKind.PREAMBLE, Span(gap, span.end), None), None, gap),
    ]


def _end_of_inline_part(text: str, span: Span, body: int) -> int | None:
    line_end = text.find("\n", body, span.end)
    if line_end < 0 or not text[body:line_end].strip():
        return None
    gap = text.find("\n\n", line_end, span.end)
    return gap + 2 if gap >= 0 and gap + 2 < span.end else None


def _key(heading: str) -> str:
    return " ".join(heading.lower().split())


@cache
def _rules() -> dict[str, SectionRule]:
    """The rule of each title, in every spelling that the table lists for its words."""
    table = read_table(_TABLE)
    refuse_unknown(table, ("sections", "spellings"), _TABLE)
    spellings = {word: (word, *words_of(table["spellings"], word, f"{_TABLE}: spellings")) for word in table["spellings"]}
    rules: dict[str, SectionRule] = {}
    for number, row in enumerate(table["sections"], 1):
        rule = _rule(row, f"{_TABLE}: section {number}")
        for title in rule.headings:
            rules[title] = rule
    for title, rule in list(rules.items()):
        for spelled in _spelled(title, spellings):
            rules.setdefault(spelled, rule)
    return rules


def _spelled(title: str, spellings: Mapping[str, Sequence[str]]) -> Iterator[str]:
    parts = [spellings.get(part, (part,)) for part in _TITLE_PART.findall(title)]
    yield from ("".join(chosen) for chosen in itertools.product(*parts))


def _rule(row: Row, place: str) -> SectionRule:
    refuse_unknown(row, ("kind", "headings", "assertion", "kinds"), place)
    try:
        return SectionRule(
            kind=SectionKind(row["kind"]),
            headings=words_of(row, "headings", place),
            assertion=Assertion(row["assertion"]) if "assertion" in row else None,
            kinds=frozenset(ConceptKind(kind) for kind in words_of(row, "kinds", place)),
        )
    except (KeyError, ValueError) as error:
        msg = f"{place}: {error} is not known; see SectionKind, Assertion and ConceptKind"
        raise KnowledgeError(msg) from error
