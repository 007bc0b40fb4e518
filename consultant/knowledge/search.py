"""Finding codes by words or by the beginning of a code.

What looks like a code is looked up as one: the exact code first, then those that begin with it. A condition that the words name
in lay or clinical language comes next, followed down to the code that says as much as they do (`conditions`). Then words are
looked for in titles, inclusion terms and authored phrases: first the codes that have all of them (the last may be the beginning
of a word), then, where these are few, those that have the rarest. The same words always give the same answer. Known limit: beyond
the table of words of conditions, words are matched by their English stem, not by meaning.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from consultant.knowledge.condition_words import tokens_of
from consultant.knowledge.conditions import Conditions
from consultant.knowledge.tables import FIRST_ROW, GROUP_END, ROWS_OF_A_SYSTEM, flat
from consultant.knowledge.wording import STOP_WORDS, fold, likeness, words_of
from consultant.model.coding import System

_SEVENTH_WORDS = frozenset(
    (
        *("initial", "subsequent", "sequela", "encounter", "routine", "delayed", "healing", "nonunion", "malunion"),
        *("closed", "open", "type", "fetus"),
    )
)
"""Words that seventh characters add to a title; base codes, which are what the index holds, mostly lack them."""
_CODE_START = re.compile(r"[A-Z]\d[0-9A-Z]{0,5}|\d{3,5}|\d{4}[A-Z]")
_MOST_WORDS = 24
_DEPTH = 60
"""So many of the strongest full-text matches are looked at closely."""
_DEPTH_WHILE_TYPING = 40
_SHORTEST_BEGINNING = 3
"""Fewer letters begin too many words, and say nothing yet."""
_WEIGHTS = (1.0, 0.97, 0.95, 0.8)
"""What a title, a term, a deciding phrase and a waking phrase weigh that say the same."""
_BEST_LINE, _TITLE, _STRENGTH = 0.75, 0.15, 0.1
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)"
_COMMON, _MOST_COUNTED = 1200, 8
_ENOUGH = 20
_LONGEST = 300
_NAMED, _ALL, _BASE, _SOME = 0.99, 0.98, 0.9, 0.49
"""The best scores of a condition named, and of codes with all words, with all but those of an episode of care, and with some."""
_MATCHES = """
SELECT code.code, code.system, code.title, code.billable, -found.score, code.lines
FROM (SELECT rowid AS id, rank AS score FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rank LIMIT ?) AS found
JOIN code USING (id) ORDER BY found.score, id
"""
_BEGINNINGS = """
SELECT code, system, title, billable, flat FROM code
WHERE flat >= ? AND flat < ? AND +id BETWEEN ? AND ? AND level NOT IN ('chapter', 'block')
ORDER BY flat <> ?, length(flat), billable DESC, flat LIMIT ?
"""
_EXTENSIONS = "SELECT code, system, title, billable FROM code WHERE parent = ? AND level = 'extended' ORDER BY id"


@dataclass(frozen=True, slots=True)
class Hit:
    """One code found."""

    code: str
    system: System
    title: str
    score: float
    """Between 0 and 1; 1 is the exact code. Comparable within one search only."""
    billable: bool


def suggest(connection: sqlite3.Connection, words: str, *, limit: int) -> tuple[Hit, ...]:
    """The codes that words still being typed find: as `search`, but shallow enough to answer between two keys."""
    tokens = words_of(words)[:_MOST_WORDS]
    rows = _rows_of(None)
    if len(tokens) == 1 and (named := _by_code(connection, tokens[0], rows, is_alone=True, limit=limit)):
        return named
    wanted = tuple(token for token in tokens if token not in STOP_WORDS)
    if not wanted or (len(wanted) == 1 and len(wanted[0]) < _SHORTEST_BEGINNING):
        return ()
    folded = tuple(fold(word) for word in wanted)
    found = _matches(connection, _all_of(wanted), rows, folded, best=_ALL, depth=_DEPTH_WHILE_TYPING)
    if not found and (rarest := _rarest(connection, wanted, rows)):
        found = _matches(connection, rarest, rows, folded, best=_SOME, depth=_DEPTH_WHILE_TYPING)
    return tuple(found[:limit])


def search(
    connection: sqlite3.Connection, words: str, *, system: System | None, limit: int, conditions: Conditions
) -> tuple[Hit, ...]:
    """The codes that ``words`` find, best first, at most ``limit``."""
    tokens = words_of(words)[:_MOST_WORDS]
    rows = _rows_of(system)
    named = {token: hits for token in tokens if (hits := _by_code(connection, token, rows, is_alone=len(tokens) == 1, limit=limit))}
    found = {hit.code: hit for hits in named.values() for hit in hits}
    wanted = tuple(token for token in tokens if token not in STOP_WORDS and token not in named)
    if wanted and system in {None, System.ICD10CM}:
        rest = " ".join(word for word in words[:_LONGEST].split() if word.casefold() not in named)
        for hit in _by_name(rest, conditions, is_only=system is not None):
            found.setdefault(hit.code, hit)
    for hit in _by_words(connection, wanted, rows, limit) if wanted and len(found) < limit else ():
        found.setdefault(hit.code, hit)
    return tuple(found.values())[:limit]


def _rows_of(system: System | None) -> tuple[int, int]:
    if system is None:
        return 0, max(FIRST_ROW.values()) + ROWS_OF_A_SYSTEM
    return FIRST_ROW[system], FIRST_ROW[system] + ROWS_OF_A_SYSTEM - 1


def _by_code(connection: sqlite3.Connection, token: str, rows: tuple[int, int], *, is_alone: bool, limit: int) -> tuple[Hit, ...]:
    """The code that ``token`` is, and those that begin with it; among other words only the code itself."""
    start = flat(token)
    if not _CODE_START.fullmatch(start):
        return ()
    # No character of a code stands behind the tilde.
    found = connection.execute(_BEGINNINGS, (start, start + "~", *rows, start, limit))
    return tuple(
        Hit(code, System(system), title, 1.0 if whole == start else round(0.9 * len(start) / len(whole), 4), bool(billable))
        for code, system, title, billable, whole in found
        if is_alone or whole == start
    )


def _by_name(words: str, conditions: Conditions, *, is_only: bool) -> tuple[Hit, ...]:
    """The condition that the words name: the code that says as much as they do, or else the place that it stands below.

    Unless it is ``is_only`` conditions that are looked for, only a name that is known as a whole counts.
    """
    told = [token.word for token in tokens_of(words)]
    # Words that speak of care and not of a condition are not in the way of its name.
    said = [word for word in told if not is_only or word in conditions.vocabulary] or told
    place = conditions.place_of(said) or (conditions.only_place_with(said) if is_only else "")
    choice = conditions.most_specific(place, said) if place else None
    if choice:
        return (Hit(choice.code, System.ICD10CM, choice.title, _NAMED, billable=True),)
    return (Hit(place, System.ICD10CM, conditions.title(place), _NAMED, billable=False),) if place else ()


def _by_words(connection: sqlite3.Connection, wanted: tuple[str, ...], rows: tuple[int, int], limit: int) -> tuple[Hit, ...]:
    """Codes with all words, then codes with some."""
    base = tuple(token for token in wanted if token not in _SEVENTH_WORDS)
    found: dict[str, Hit] = {}
    queries = ((_all_of(wanted), wanted, _ALL), (_all_of(base), base, _BASE), ("", base or wanted, _SOME))
    for query, words, best in queries:
        if len(found) < min(limit, _ENOUGH):
            sought = query or (_rarest(connection, words, rows) if best == _SOME else "")
            matches = _matches(connection, sought, rows, tuple(fold(word) for word in words), best=best) if sought else []
            for hit in matches:
                found.setdefault(hit.code, hit)
    hits = tuple(found.values())[:limit]
    return hits if len(base) == len(wanted) else tuple(one for hit in hits for one in _extended(connection, hit, wanted))


def _all_of(words: tuple[str, ...]) -> str:
    """The query for all words, the last of them perhaps only begun."""
    return " ".join(f'"{word}"' for word in words) + "*" if words else ""


def _rarest(connection: sqlite3.Connection, words: tuple[str, ...], rows: tuple[int, int]) -> str:
    """The query for the word that fewest codes have: weighing all codes of a common word would take long and tell nothing."""
    counts = [(connection.execute(_COUNT, (f'"{word}"', *rows, _COMMON)).fetchone()[0], word) for word in words[:_MOST_COUNTED]]
    count, word = min(((count, word) for count, word in counts if count), default=(0, ""))
    return f'"{word}"' if 0 < count < _COMMON else f'"{words[-1]}"*' if not count else ""


def _matches(
    connection: sqlite3.Connection, query: str, rows: tuple[int, int], wanted: tuple[str, ...], *, best: float, depth: int = _DEPTH
) -> list[Hit]:
    found = connection.execute(_MATCHES, (query, *rows, depth)).fetchall()
    likenesses = _Likenesses(wanted)
    strongest = max((row[4] for row in found), default=0.0) or 1.0
    hits = [
        Hit(code, System(system), title, round(best * _score(lines, likenesses, strength / strongest), 2), bool(billable))
        for code, system, title, billable, strength, lines in found
    ]
    # Sorting is stable, so that hits alike in score and kind stay in the order of the code books.
    return sorted(hits, key=lambda hit: (-hit.score, not hit.billable))


class _Likenesses(dict[str, float]):
    """How much the best line of a group says what is wanted; worked out once for siblings, which share their groups."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        super().__init__()
        self._wanted = wanted

    def __missing__(self, group: str) -> float:
        found = self[group] = max(likeness(line, self._wanted) for line in group.split("\n"))
        return found


def _score(lines: str, likenesses: _Likenesses, strength: float) -> float:
    """Between 0 and 1: mostly the line that says it best, then the title, then the strength of the full-text match."""
    groups = [likenesses[group] for group in lines.split(GROUP_END)]
    best_line = max(weight * group for weight, group in zip(_WEIGHTS, groups, strict=True))
    return _BEST_LINE * best_line + _TITLE * groups[0] + _STRENGTH * max(strength, 0.0)


def _extended(connection: sqlite3.Connection, hit: Hit, wanted: tuple[str, ...]) -> tuple[Hit, ...]:
    """The codes made by a seventh character that say more of the words than ``hit`` does, or ``hit`` itself."""
    if hit.billable:
        return (hit,)
    said = _count(hit.title, wanted)
    rows = [(_count(row[2], wanted), row) for row in connection.execute(_EXTENSIONS, (hit.code,))]
    most = max((count for count, _ in rows), default=0)
    if most <= said:
        return (hit,)
    return tuple(
        Hit(code, System(system), title, hit.score, bool(billable))
        for count, (code, system, title, billable) in rows
        if count == most
    )


def _count(title: str, wanted: tuple[str, ...]) -> int:
    words = words_of(title)
    return sum(word in words for word in wanted)
