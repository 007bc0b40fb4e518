"""The keys under which the conditions of ICD-10-CM are looked up: what each title and term says, whatever the order of its words.

A key is the canonical words of a line without sides (`condition_words.key_of`). Lines are titles, inclusion terms, what a category
includes, and the terms that an Excludes note sends to one code ("postpartum cardiomyopathy (O90.3)"): a book index of its own, made
of nothing but the tabular list. A line that joins two things by *and* or *or* speaks of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum

from consultant.knowledge.condition_words import key_of, words_of_line
from consultant.knowledge.icd10cm import IcdRow, Level, NoteKind

_BRACKETS = re.compile(r"\s*(?:\([^()]*\)?|\[[^\[\]]*\]?)")
_SYNONYM = re.compile(r"\[([A-Za-z][^\[\]]*)\]")
_JOINED = re.compile(r"(\b[\w-]+\b),? (?:and/or|and|or) (?:of )?(\b[\w-]+\b)")
_SENT_TO = re.compile(r"^(.*?)\s*\(([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)\.?-?\)$")
_WHICH_ONE = re.compile(
    r"(?:,(?: of)?| of(?= unspecified site)| of(?= \w+ eye))"
    r" (?:(?:right|left|bilateral|unspecified) (?:eye|ear|upper limb|lower limb|side)s?|unspecified (?:site|organism|cause|type))$"
)
"""A title's last words that only say which one; "pterygium" is said without its eye."""
_OTHER = re.compile(r"\bother\b", re.IGNORECASE)
_MANIFESTATION = "diseases classified elsewhere"
"""In the title of what is never coded first, and has the name of what is."""
_MOST_JOINTS = 2
_LONGEST = 12
"""Lines of more words than this are nobody's way of naming a condition."""


class Kind(IntEnum):
    """How strongly a line names its code: the lower the better."""

    TITLE = 0
    TERM = 1
    HALF = 2
    """A title shortened, or one of the two things that it joins."""
    INCLUDED = 3
    SENT = 4
    OTHER = 5
    """"Other …": it names what has no code of its own."""


_OF_NOTES = {NoteKind.INCLUSION_TERM: Kind.TERM, NoteKind.INCLUDES: Kind.INCLUDED}


def keys_of(rows: Iterable[IcdRow]) -> Iterator[tuple[str, str, int]]:
    """Each key with a code that it names and the kind of the line, once."""
    best: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.level in {Level.CATEGORY, Level.SUBCATEGORY}:
            for key, code, kind in _keys_of_row(row):
                pair = (key, code)
                best[pair] = min(kind, best.get(pair, kind))
    yield from ((key, code, kind) for (key, code), kind in sorted(best.items()))


def _keys_of_row(row: IcdRow) -> Iterator[tuple[str, str, int]]:
    is_other = _OTHER.search(row.title) is not None
    if _MANIFESTATION in row.title:
        yield from ((key, row.code, Kind.OTHER) for key, _ in _keys(row.title))
        return
    for key, is_whole in _keys(row.title):
        yield key, row.code, Kind.OTHER if is_other else Kind.TITLE if is_whole else Kind.HALF
    for kind, text in row.notes:
        if kind in _OF_NOTES:
            yield from ((key, row.code, _OF_NOTES[kind] if is_all else Kind.HALF) for key, is_all in _keys(text))
        elif kind in {NoteKind.EXCLUDES1, NoteKind.EXCLUDES2} and (sent := _SENT_TO.match(text)):
            # One word of a note is mostly the end of a sentence that began above it.
            yield from ((key, sent[2], Kind.SENT) for key, _ in _keys(sent[1]) if " " in key)


def _keys(line: str) -> Iterator[tuple[str, bool]]:
    """The keys of a line, and whether each is all of it."""
    for text in (_BRACKETS.sub(" ", line), *_SYNONYM.findall(line)):
        for number, variant in enumerate(_variants(text, _MOST_JOINTS)):
            words = words_of_line(variant)
            if 0 < len(words) <= _LONGEST and (key := key_of(words)):
                yield key, number == 0
            # What it lacks is mostly left unsaid.
            has = [word for word in words if word[0] != "-"]
            if len(has) < len(words) and (key := key_of(has)):
                yield key, False


def _variants(line: str, joints: int) -> Iterator[str]:
    """The line, the line without "right eye", and the line with one half only of each pair that it joins."""
    yield line
    if which := _WHICH_ONE.search(line):
        yield line[: which.start()]
    joined = _JOINED.search(line) if joints else None
    if joined:
        before, after = line[: joined.start()], line[joined.end() :]
        for half in (joined[1], joined[2]):
            yield from _variants(f"{before}{half}{after}", joints - 1)
