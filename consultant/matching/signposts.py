"""Signposts: words of coders that lead to a place of ICD-10-CM whose own title and terms do not say them.

The tables in ``signposts/`` say which words, all of one statement and in any order, lead to which place; ``conditions`` then walks
down from there by what else is told, as it does for a condition that is named. A word that begins with ``@`` is one of a group of
words; one that begins with a minus is denied. Rows stand in order: of those of one table that speak of the same category, or of all
when the table holds one answer only (how it happened, where, at what), the first that holds is taken. Known limit: one statement.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from consultant.errors import KnowledgeError
from consultant.knowledge.condition_words import Token, tokens_of
from consultant.matching.statements import Statement, Statements
from consultant.matching.tables import Row, read_table, refuse_unknown, words_of
from consultant.model.clinical import ConceptKind, Cue, SectionKind, Span

SIGNPOST = "signpost:"
"""Before the number of the row in the concept of such a cue."""
_TABLES = ("newborn", "pregnancy", "complications", "conditions", "statuses", "kin", "accidents", "places", "activities", "work")
_KEYS = ("to", "said", "unless", "beside", "also_beside", "told", "instead_of", "also")
_TABLE_KEYS = (
    "rows",
    "groups",
    "one",
    "answers",
    "several",
    "past",
    "kin",
    "wide",
    "needs",
    "not_with",
    "besides",
    "last",
    "beside",
    "asked",
)
_NOT_READ = frozenset((SectionKind.CLAIM, SectionKind.COMPARISON, SectionKind.TECHNIQUE, SectionKind.PROCEDURE_TITLE))
_NOT_READ_NARROWLY = _NOT_READ | {SectionKind.HISTORY, SectionKind.PLAN, SectionKind.EXAM, SectionKind.MEDICATIONS}
_MOST_CHARACTERS = 20_000
_FURTHEST = 100
"""Words further apart than so many characters do not speak of one thing."""


@dataclass(frozen=True, slots=True)
class Table:
    """What all rows of one table share."""

    name: str
    one: bool
    """Whether the first row that holds is the only one."""
    answers: tuple[str, ...]
    """How the codes begin of which there is only one."""
    several: bool
    """Whether its codes stand beside others of the same category."""
    past: bool
    """Whether what is over counts too: an accident always is."""
    kin: bool
    """Whether its rows speak of relatives."""
    wide: bool
    """Whether the history, the plan and the examination are read too."""
    besides: bool
    """Whether its codes tell of the patient only where the main thing is told, or where nothing else is."""
    last: bool
    """Whether its codes only stand behind others."""
    needs: re.Pattern[str] | None
    """What must stand in the mail for the table to be read at all."""
    not_with: re.Pattern[str] | None
    """What must not stand in the mail."""
    beside: tuple[str, ...]
    """The codes of which one must be found otherwise, unless the mail asks for these codes."""
    asked: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Signpost:
    """One row: words and the place they lead to."""

    number: int
    table: Table
    to: str
    said: tuple[tuple[frozenset[str], ...], ...]
    """Ways of saying it; each is a row of words, each word any of a set."""
    unless: frozenset[str]
    beside: tuple[frozenset[str], ...]
    """Sets of words, of each of which one must stand somewhere in the mail."""
    told: frozenset[str]
    """What the words say besides, in words of the tabular list."""
    instead_of: tuple[str, ...]
    also: tuple[str, ...]
    """Codes that are reported with it."""


@dataclass(frozen=True, slots=True)
class Signposts:
    """All rows, and by each first word those that may begin with it."""

    tables: tuple[Table, ...]
    rows: tuple[Signpost, ...]
    by_word: Mapping[str, tuple[Signpost, ...]]


def signposted(text: str, statements: Statements) -> tuple[Cue, ...]:
    """A cue for each row whose words a statement says, in order of place; not yet asserted."""
    posts = signposts()
    tables = {table.name for table in posts.tables if _is_for(table, text[:_MOST_CHARACTERS])}
    read = [one for one in statements.all if one.span.end <= _MOST_CHARACTERS]
    everywhere = frozenset(token.word for one in read for token in _tokens(one.span.of(text)))
    return tuple(cue for one in read for cue in _in_statement(text, one, posts, tables, everywhere))


def _is_for(table: Table, text: str) -> bool:
    """Whether the mail is one that the table is for."""
    is_needed = table.needs is None or table.needs.search(text) is not None
    return is_needed and (table.not_with is None or table.not_with.search(text) is None)


def row_of(cue: Cue) -> Signpost:
    """The row that a cue stands for."""
    return signposts().rows[int(cue.concept.removeprefix(SIGNPOST))]


def _in_statement(text: str, statement: Statement, posts: Signposts, tables: set[str], everywhere: frozenset[str]) -> Iterator[Cue]:
    if statement.section in _NOT_READ:
        return
    tokens = _tokens(statement.span.of(text))
    words = frozenset(token.word for token in tokens)
    kin = statement.section is SectionKind.FAMILY_HISTORY
    narrow = statement.section in _NOT_READ_NARROWLY
    rows = {row.number: row for word in words for row in posts.by_word.get(word, ())}
    for number in sorted(rows):
        row = rows[number]
        if row.table.name not in tables or (narrow and not row.table.wide) or not words.isdisjoint(row.unless):
            continue
        if (kin and not row.table.kin) or any(everywhere.isdisjoint(group) for group in row.beside):
            continue
        if place := next((found for said in row.said if (found := _place(said, words, tokens))), None):
            yield Cue(_moved(place, statement.span.start), f"{SIGNPOST}{number}", ConceptKind.CONDITION, row.to)


def _place(said: Sequence[frozenset[str]], words: frozenset[str], tokens: Sequence[Token]) -> Span | None:
    """Where the words stand that say it; None when one is missing or they stand too far apart."""
    if any(words.isdisjoint(group) for group in said):
        return None
    first = next(token for token in tokens if token.word in said[0])
    near = [min((t for t in tokens if t.word in group), key=lambda t: abs(t.start - first.start)) for group in said]
    span = Span(min(token.start for token in near), max(token.end for token in near))
    return span if span.end - span.start <= _FURTHEST else None


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(tokens_of(text, prose=True))


@cache
def signposts() -> Signposts:
    """The tables, read once. Raises KnowledgeError for a table that is not as it must be."""
    rows: list[Signpost] = []
    tables: list[Table] = []
    for name in _TABLES:
        file = f"signposts/{name}.json"
        table = read_table(file)
        refuse_unknown(table, _TABLE_KEYS, file)
        groups = {key: _words(" ".join(words_of(table["groups"], key, file))) for key in table.get("groups", {})}
        shared = _table(name, table, file)
        tables.append(shared)
        rows += [_row(row, len(rows) + count, shared, groups, file) for count, row in enumerate(table["rows"])]
    by_word: dict[str, dict[int, Signpost]] = defaultdict(dict)
    for row in rows:
        for said in row.said:
            for word in said[0]:
                by_word[word][row.number] = row
    return Signposts(tuple(tables), tuple(rows), {word: tuple(found.values()) for word, found in by_word.items()})


def _table(name: str, table: Row, file: str) -> Table:
    return Table(
        name=name,
        one=bool(table.get("one")),
        answers=words_of(table, "answers", file),
        several=bool(table.get("several")),
        past=bool(table.get("past")),
        kin=bool(table.get("kin")),
        wide=bool(table.get("wide")),
        last=bool(table.get("last")),
        needs=_pattern(table.get("needs")),
        not_with=_pattern(table.get("not_with")),
        besides=bool(table.get("besides")),
        beside=words_of(table, "beside", file),
        asked=_pattern(table.get("asked")),
    )


def _pattern(written: str | None) -> re.Pattern[str] | None:
    return re.compile(written, re.IGNORECASE) if written else None


def _row(row: Row, number: int, table: Table, groups: Mapping[str, frozenset[str]], file: str) -> Signpost:
    refuse_unknown(row, _KEYS, f"{file}: {row.get('to')}")
    return Signpost(
        number=number,
        table=table,
        to=row["to"],
        said=tuple(_way(way, groups) for way in words_of(row, "said", file)),
        unless=_all_of(words_of(row, "unless", file), groups, f"{file}: {row['to']}"),
        beside=tuple(
            _all_of(words_of(row, key, file), groups, f"{file}: {row['to']}") for key in ("beside", "also_beside") if key in row
        ),
        told=_words(row.get("told", "")),
        instead_of=words_of(row, "instead_of", file),
        also=words_of(row, "also", file),
    )


def _way(way: str, groups: Mapping[str, frozenset[str]]) -> tuple[frozenset[str], ...]:
    """One way of saying it: plain words become canonical ones, together, since some phrases do."""
    plain = " ".join(word for word in way.split() if word[0] not in "@-")
    marked = [word for word in way.split() if word[0] in "@-"]
    sets = [groups[word[1:]] if word[0] == "@" else frozenset({word}) for word in marked]
    return (*(frozenset({token.word}) for token in _tokens(plain)), *sets)


def _all_of(words: Iterable[str], groups: Mapping[str, frozenset[str]], place: str) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        meant = groups[word[1:]] if word[0] == "@" else {word} if word[0] == "-" else _words(word)
        if word[0] != "@" and len(meant) != 1:
            msg = f"{place}: {word!r} is not one word; write each word that is meant by itself"
            raise KnowledgeError(msg)
        found |= meant
    return frozenset(found)


def _words(text: str) -> frozenset[str]:
    return frozenset(token.word for token in _tokens(text))
