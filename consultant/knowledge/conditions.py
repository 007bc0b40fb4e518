"""Finding the place of ICD-10-CM that a few words name, and walking from there down to the code that says as much as is told.

``place_of`` is exact: all words of the condition name a place, or nothing does. ``most_specific`` then goes down the tabular list:
of the siblings it takes the one whose own words are all told; where none is told, the one that the list calls unspecified, or
that denies what the others have; a fracture is displaced and closed unless told otherwise (guideline I.C.19.c). What was taken
that way is handed back as open, to be asked. Known limit: the axes are the words of the titles; numbers (weeks, percentages) must
have been put into those words before.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from consultant.knowledge.condition_words import condition_words, words_of_line
from consultant.knowledge.icd10cm import Level
from consultant.knowledge.reader import Reader
from consultant.knowledge.tables import FIRST_ROW, ROWS_OF_A_SYSTEM
from consultant.model.coding import System

_CATEGORY = 3
_DEEPEST = 8
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)?|\[[^\[\]]*\]?)")
_UNSPECIFIED = re.compile(r"\bunspecified\b|\bNOS\b", re.IGNORECASE)
_OTHER = re.compile(r"\bother\b(?! and unspecified)", re.IGNORECASE)
_NOT_TOLD = re.compile(r"\b(?:unspecified as \w+ or \w+|unspecified (?:organism|cause|site|part|type))\b", re.IGNORECASE)
_ONLY_WITH_CONTEXT = ("O", "P", "Q", "V", "W", "X", "Y", "Z")
"""Chapters that are meant only when nothing else can be."""
_INITIAL, _SUBSEQUENT, _SEQUELA = "A", "D", "S"
_MEANT = {_INITIAL: "initial encounter", _SUBSEQUENT: "subsequent encounter", _SEQUELA: "sequela"}
_WIDE_OPEN = frozenset({"iii", "iiia", "iiib", "iiic", "3a", "3b", "3c"})
"""Types of open fractures that have a seventh character of their own."""
_SIDES = frozenset({"right", "left", "bilateral"})
_PLAIN_WORDS = ("for closed", "routine healing", "type i or ii", "unspecified", "not applicable", "without", "unspecified stage")


@dataclass(frozen=True, slots=True)
class Place:
    """A category or code of the tabular list with what its title and terms say in canonical words."""

    code: str
    title: str
    billable: bool
    level: Level
    words: frozenset[str]
    terms: tuple[frozenset[str], ...]

    unspecified: int
    """How many things its title calls unspecified."""
    is_other: bool
    """Whether its title begins or goes on with "other": what has no code of its own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The code that a walk ended at, and between which codes something untold would decide."""

    code: str
    title: str
    open: tuple[tuple[str, ...], ...] = ()
    """For each step that was taken by default, the codes among which it was taken."""


class Conditions:
    """Look-ups by words in one knowledge file; everything read is kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._place = lru_cache(maxsize=4096)(self._read_place)
        self._below = lru_cache(maxsize=2048)(self._read_below)
        self._named = lru_cache(maxsize=4096)(self._read_named)
        self._all: tuple[frozenset[str], frozenset[str]] | None = None

    @property
    def keys(self) -> frozenset[str]:
        """Every key that names something."""
        return self._both()[0]

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word that stands in a key or tells a side or a degree."""
        return self._both()[1]

    def place_of(self, words: Collection[str]) -> str:
        """The category or code that the canonical words name, all of them together; empty when none or several do.

        Words of degree ("severe", "chronic") may be left out when the place does not know them, and a narrow site may stand for
        the wider one that the tabular list speaks of ("forearm", "upper limb").
        """
        keys = self._both()[0]
        for number, key in enumerate(_ladder(words)):
            # A name shortened to a word of many meanings is no name any more, and "heel bone" is no fracture of it.
            is_name = key in keys and not ((number or " " in key) and key in condition_words().too_general)
            if is_name and (place := self._named(key)):
                return place
        return ""

    def only_place_with(self, words: Collection[str]) -> str:
        """The nearest place above all codes whose titles and terms hold every word, where these are of one category."""
        groups = [condition_words().spellings.get(word, (word,)) for word in words if word not in condition_words().sides]
        if not groups or any(word.startswith("-") for word in words):
            return ""
        query = " AND ".join("(" + " OR ".join(f'"{one}"' for one in group) + ")" for group in groups)
        rows = self._reader.rows(_HOLDING, query, FIRST_ROW[System.ICD10CM], FIRST_ROW[System.ICD10CM] + ROWS_OF_A_SYSTEM, _MOST)
        return self._over([code for (code,) in rows]) if 0 < len(rows) < _MOST else ""

    def most_specific(self, code: str, told: Iterable[str], *, episode: str = _INITIAL) -> Choice | None:
        """The code at or below ``code`` that says as much as the canonical words ``told`` do; None when they do not suffice."""
        place = self._place(code)
        said = _with_usual(frozenset(told))
        steps: list[tuple[str, ...]] = []
        for _ in range(_DEEPEST):
            below = self._below(place.code) if place else ()
            if place is None or not below:
                break
            chosen, is_told = _extended(below, episode, said) if below[0].level is Level.EXTENDED else _chosen(place, below, said)
            if chosen is None:
                break
            if not is_told:
                steps.append(tuple(one.code for one in below))
            place = chosen
        return Choice(place.code, place.title, tuple(steps)) if place and place.billable else None

    def title(self, code: str) -> str:
        """The title of a code, or nothing."""
        place = self._place(code)
        return place.title if place else ""

    def below(self, code: str) -> tuple[str, ...]:
        """The codes right below a category or code, in book order."""
        return tuple(one.code for one in self._below(code))

    def _both(self) -> tuple[frozenset[str], frozenset[str]]:
        if self._all is None:
            ((text,),) = self._reader.rows("SELECT keys FROM all_keys")
            table = condition_words()
            self._all = frozenset(text.split("\n")), frozenset(text.split()) | table.sides | table.details
        return self._all

    def _read_named(self, key: str) -> str:
        rows = [(kind, code) for code, kind in self._reader.rows("SELECT code, kind FROM named WHERE key = ?", key)]
        plain = [row for row in rows if not row[1].startswith(_ONLY_WITH_CONTEXT)] or rows
        for kind in sorted({kind for kind, _ in plain}):
            codes = [code for found, code in plain if found == kind]
            if found := self._over(codes):
                return found
            if kind < max(kind for kind, _ in plain) and len({code[:_CATEGORY] for code in codes}) > 1:
                # Two categories have that very name: nothing weaker decides between them.
                return ""
        return ""

    def _over(self, codes: Sequence[str]) -> str:
        """The nearest place at or above all codes, not higher than their category; empty when there is none."""
        flat = [code.replace(".", "") for code in codes]
        # What the first and the last of sorted texts share, all between them share.
        pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(min(flat), max(flat), strict=False))
        shared = "".join(one for one, _ in pairs)
        while len(shared) >= _CATEGORY:
            code = shared if len(shared) == _CATEGORY else f"{shared[:_CATEGORY]}.{shared[_CATEGORY:]}"
            if self._place(code):
                return code
            shared = shared[:-1]
        return ""

    def _read_place(self, code: str) -> Place | None:
        rows = self._reader.rows(f"{_PLACE} code = ? AND system = 'ICD-10-CM'", code)
        return _place(rows[0]) if rows else None

    def _read_below(self, code: str) -> tuple[Place, ...]:
        return tuple(_place(row) for row in self._reader.rows(f"{_PLACE} parent = ? ORDER BY id", code))


_HOLDING = "SELECT code FROM code WHERE id IN (SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)"
_MOST = 300
_PLACE = "SELECT code, title, billable, level, notes FROM code WHERE"


def _ladder(words: Collection[str]) -> Iterator[str]:
    """The keys to try, fullest first."""
    table = condition_words()
    full = {word for word in words if word not in table.sides}
    yield " ".join(sorted(full))
    bare = full - table.details
    if len(bare) < len(full):
        yield " ".join(sorted(bare))
    sites = sorted(number for word in full & table.narrow for number in table.broader_than[word])
    for choice in (full, bare) if sites else ():
        for narrow, wide in (table.broader[number] for number in sites):
            if choice.issuperset(narrow):
                yield " ".join(sorted((choice - {*narrow}) | {*wide}))


def _place(row: tuple[str, str, int, str, str | None]) -> Place:
    code, title, billable, level, notes = row
    terms = [text for kind, text in json.loads(notes or "[]") if kind in {"inclusion_term", "includes"}]
    return Place(
        code=code,
        title=title,
        billable=bool(billable),
        level=Level(level),
        words=_said(title),
        terms=tuple(map(_said, terms)),
        unspecified=len(_UNSPECIFIED.findall(title)),
        is_other=_OTHER.search(title) is not None,
    )


def _said(line: str) -> frozenset[str]:
    return frozenset(words_of_line(_NOT_TOLD.sub(" ", _BRACKETS.sub(" ", line))))


def _with_usual(said: frozenset[str]) -> frozenset[str]:
    """What is told, and what is so unless told otherwise."""
    if said & {"right", "left"} and "bilateral" not in said:
        said |= {"unilateral"}
    said |= {word for narrow, wide in condition_words().broader if said.issuperset(narrow) for word in wide}
    usual = (word for about, word, unless in condition_words().usual if about in said and said.isdisjoint(unless))
    return said | {*usual}


def _chosen(place: Place, below: Sequence[Place], said: frozenset[str]) -> tuple[Place | None, bool]:
    """The sibling to go on with, and whether words decided it."""
    named = [one for one in below if one.unspecified <= place.unspecified and (place.is_other or not one.is_other)]
    # "Both" stands without the eye or the limb that left and right are said of.
    single = [one for one in named if "bilateral" not in one.words]
    shared = frozenset.intersection(*(one.words for one in single)) if len(single) > 1 else frozenset[str]()
    known = place.words | shared
    scored = [(size, one) for one in below if (size := _told(one, known, said, place)) > (0, 0)]
    if scored:
        most = max(size for size, _ in scored)
        best = [one for size, one in scored if size == most]
        if len(best) == 1:
            return best[0], True
    if len(below) == 1:
        return below[0], True
    # "Tonsillitis and adenoiditis" stands beside each of the two, under a title that names both.
    whole = [one for one in below if place.words <= one.words <= said and not one.is_other]
    if len(whole) == 1:
        return whole[0], True
    # Where the title lists several things, each has a place of its own below it.
    listed = [(len(one.words & said), one) for one in below if one.words - said <= place.words and not one.is_other]
    most_said = [one for size, one in listed if size and size == max(size for size, _ in listed)]
    if len(listed) > 1 and len(most_said) == 1:
        return most_said[0], True
    return _by_default(place, below, said | shared), False


def _told(one: Place, known: frozenset[str], said: frozenset[str], above: Place) -> tuple[int, int]:
    """How many words that are its own are told, what it has and what it lacks; nothing when it has something that is not."""
    lines = [one.words] * (above.is_other or not one.is_other) + list(one.terms)
    found = [_own(line - known, said) for line in lines]
    return max(found, default=(0, 0))


def _own(own: frozenset[str], said: frozenset[str]) -> tuple[int, int]:
    lacks = {word for word in own if word[0] == "-"}
    has = own - lacks
    if not has <= said or any(word[1:] in said for word in lacks):
        return 0, 0
    return len(has), len(lacks & said)


def _by_default(place: Place, below: Sequence[Place], said: frozenset[str]) -> Place | None:
    """The sibling that stands for what is not told: the one that the list names plainly, or that adds least to what is."""
    plainly = [one for one in below if any(term <= place.words | said for term in one.terms if term)]
    unspecified = [one for one in below if one.unspecified > place.unspecified and (place.is_other or not one.is_other)]
    denying = [one for one in below if (own := one.words - place.words - said) and all(word[0] == "-" for word in own)]
    nothing_new = [one for one in below if not (one.words - place.words - said) and (place.is_other or not one.is_other)]
    adding_nothing = [one for one in unspecified if not _adds(one, said | place.words)]
    for choices in (plainly, adding_nothing, denying, unspecified, nothing_new):
        if choices:
            fewest = min(_adds(one, said) for one in choices)
            least = [one for one in choices if _adds(one, said) == fewest]
            return least[0] if len(least) == 1 else None
    return None


def _adds(one: Place, said: frozenset[str]) -> int:
    return sum(word[0] != "-" for word in one.words - said)


def _extended(below: Sequence[Place], episode: str, said: frozenset[str]) -> tuple[Place | None, bool]:
    """The code with the seventh character of that episode; the plainest where several characters mean it."""
    titles = {one.code: one.title.lower() for one in below}
    meant = [one for one in below if _MEANT[episode] in titles[one.code]] or list(below)
    if "open" in said:
        meant = [one for one in meant if "open" in titles[one.code]] or meant
        if said & _WIDE_OPEN:
            meant = [one for one in meant if "iiia" in titles[one.code]] or meant
    for side in _SIDES & said:
        meant = [one for one in meant if f"{side} eye" in titles[one.code] or titles[one.code].endswith(side)] or meant
    for words in _PLAIN_WORDS:
        if plain := [one for one in meant if words in titles[one.code]]:
            return plain[0], True
    return (meant[0], True) if len(meant) == 1 else (None, False)
