"""Sections of a text: titled parts of a note, the mail around it, and its subject line; headings are data (section_rules.json).

A heading is a known title at the start of a line followed by a colon, dash or line end, or a known title in capitals within a
run-on line ("… normal. IMPRESSION: …"). An unknown title in capitals starts a part of kind OTHER. A part that began on its
heading's line ends at the next empty line: after it the mail speaks again (PREAMBLE).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from consultant.errors import KnowledgeError
from consultant.matching.tables import Row, read_table, refuse_unknown, words_of
from consultant.model.clinical import Assertion, ConceptKind, Section, SectionKind, Span

_TABLE = "section_rules.json"
_UNKNOWN = r"[A-Z][A-Z0-9 /&,'()-]{2,48}(?=:)"
_MARGIN = r"^[ >*#]*(?:\d{1,2}[.)] ?)?"


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


@dataclass(frozen=True, slots=True)
class _Headings:
    pattern: re.Pattern[str]
    rules: dict[str, SectionRule]


def find_parts(text: str) -> tuple[Part, ...]:
    """The sections of ``text`` in order; together they cover all of it."""
    starts: list[tuple[int, Span | None, SectionRule | None, int]] = []
    for match in _headings().pattern.finditer(text):
        title = match.span(match.lastgroup or 0)
        rule = _headings().rules.get(_key(text[slice(*title)]))
        starts.append((match.start(), Span(*title), rule, match.end()))
    parts: list[Part] = []
    if text and (not starts or starts[0][0] > 0):
        starts.insert(0, (0, None, None, 0))
    for number, (start, heading, rule, body) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(text)
        parts.extend(_parts_between(text, Span(start, end), heading, rule, min(body, end)))
    return tuple(parts)


def is_heading(line: str) -> bool:
    """Whether the line begins with a heading."""
    return _headings().pattern.match(line) is not None


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
def _headings() -> _Headings:
    table = read_table(_TABLE)
    refuse_unknown(table, ("sections",), _TABLE)
    rules = [_rule(row, f"{_TABLE}: section {number}") for number, row in enumerate(table["sections"], 1)]
    by_title = {title: rule for rule in rules for title in rule.headings}
    longest_first = sorted(by_title, key=len, reverse=True)
    words = [title for title in longest_first if len(title) > 1]
    pattern = re.compile(
        rf"{_MARGIN}(?:(?P<letter>(?i:[ap]))(?=:)|(?P<line>(?i:{_any(words)}))(?: ?\([^)\n]{{0,30}}\))?(?: *:| +- | *$)"
        rf"|(?P<caps>{_UNKNOWN}):)"
        rf"|(?<=[.;!?)] )(?P<inline>{_any([title.upper() for title in words])}) *:",
        re.MULTILINE,
    )
    return _Headings(pattern, by_title)


def _any(titles: list[str]) -> str:
    return "|".join(re.escape(title).replace(r"\ ", " +") for title in titles)


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
