"""Words of conditions in one spelling: what ICD-10-CM, clinicians and patients call by different names.

``renal`` and ``kidney`` become one word; whole phrases ("heart attack", "NOF fracture") become the words of the tabular list;
what is denied ("no aura", "without coma") is marked with a minus, because ICD-10-CM tells codes apart by it. The words stand in
``condition_words.json``. Known limit: a word has one meaning; what an abbreviation of many meanings says in prose is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from consultant.knowledge.wording import fold

_WORD = re.compile(r"w/o|[A-Za-z0-9]+(?:['\u2019][A-Za-z]+)?|[,;:.!?()\n]")
_POSSESSIVE = re.compile(r"['\u2019]s?$|['\u2019]")
_STOPS = frozenset(",;:.!?()\n")
_LEAST_WITH_IES = 5
_SENTENCE_ENDS = frozenset(";:.!?\n")


@dataclass(frozen=True, slots=True)
class Token:
    """One word in its canonical spelling, ``-word`` when it is denied, and the place in the text that it came from."""

    word: str
    start: int
    end: int
    ends: bool = False
    """Whether a sentence ends behind it."""


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """The table of words."""

    same: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
    """By first word: the words of a phrase and what they become, longest first."""
    silent: frozenset[str]
    sides: frozenset[str]
    details: frozenset[str]
    absent: frozenset[str]
    ends_absence: frozenset[str]
    search_only: frozenset[tuple[str, ...]]
    broader: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Words of a site and those of the wider one that may stand for it."""
    usual: tuple[tuple[str, str, frozenset[str]], ...]
    """Of what is told, what is so unless one of certain words is told."""
    narrow: frozenset[str]
    """The first word of each such site."""
    too_general: frozenset[str]
    """Words that name a code, and in prose by themselves mostly mean something else."""
    spellings: dict[str, tuple[str, ...]]
    """Each canonical word with all words that become it."""


def words_of_line(line: str) -> tuple[str, ...]:
    """The canonical words of a title or term of ICD-10-CM, in order; phrases are left as they are written."""
    return tuple(token.word for token in tokens_of(line, phrases=False))


def tokens_of(text: str, *, phrases: bool = True, prose: bool = False) -> list[Token]:
    """The canonical words of a text in order. In ``prose``, abbreviations of many meanings stay what they are."""
    table = condition_words()
    bare = [(match[0] if match[0] in _STOPS else _bare(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    found: list[Token] = []
    absent, place = False, 0
    while place < len(bare):
        word, start, end = bare[place]
        if word in _STOPS:
            absent = False
            if word in _SENTENCE_ENDS and found:
                found[-1] = Token(found[-1].word, found[-1].start, found[-1].end, ends=True)
            place += 1
            continue
        length, said = _phrase_at(bare, place, table, prose=prose) if phrases else (1, (word,))
        if length == 1 and word in table.absent:
            absent, place = True, place + 1
            continue
        absent = absent and word not in table.ends_absence
        end = bare[place + length - 1][2]
        # A word that stands for several keeps its one place in the text.
        found += [Token(f"-{one}" if absent else one, start, end) for one in map(_canonical, said) if one not in table.silent]
        place += length
    return found


def key_of(words: Iterable[str]) -> str:
    """What is left of canonical words when order, repeats and sides are taken away: by this, conditions are looked up."""
    sides = condition_words().sides
    return " ".join(sorted({word for word in words if word not in sides}))


def _bare(word: str) -> str:
    return word.lower() if "'" not in word and "\u2019" not in word else _POSSESSIVE.sub("", word.lower())


@lru_cache(maxsize=2**16)
def _canonical(word: str) -> str:
    same = condition_words().same
    singular = f"{word[:-3]}y" if word.endswith("ies") and len(word) > _LEAST_WITH_IES else fold(word)
    return same.get(word) or same.get(singular) or singular


def _phrase_at(
    bare: Sequence[tuple[str, int, int]], place: int, table: ConditionWords, *, prose: bool
) -> tuple[int, tuple[str, ...]]:
    """How many words the phrase at ``place`` has, and the words that it becomes; one and itself when none begins there."""
    for words, become in table.phrases.get(bare[place][0], ()):
        size = len(words)
        if place + size <= len(bare) and all(bare[place + n][0] == words[n] for n in range(1, size)):
            if prose and words in table.search_only:
                continue
            return size, become
    return 1, (bare[place][0],)


@cache
def condition_words() -> ConditionWords:
    """The table, read once."""
    table = json.loads(resources.files(__package__).joinpath("condition_words.json").read_text(encoding="utf-8"))
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase, become in table["phrases"].items():
        words = _split(phrase)
        by_first.setdefault(words[0], []).append((words, _split(become)))
    return ConditionWords(
        same={other: word for word, others in table["same"].items() for other in (word, *others)},
        phrases={first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()},
        silent=frozenset(table["silent"]),
        sides=frozenset(table["sides"]),
        details=frozenset(table["details"]),
        absent=frozenset(table["absent"]),
        ends_absence=frozenset(table["ends_absence"]),
        search_only=frozenset(_split(phrase) for phrase in table["search_only"]),
        broader=tuple((_split(narrow), _split(wide)) for narrow, wide in table["broader"]),
        usual=tuple((row["about"], row["usual"], frozenset(row["unless"])) for row in table["usual"]),
        narrow=frozenset(_split(narrow)[0] for narrow, _ in table["broader"]),
        too_general=frozenset(table["too_general"]),
        spellings={word: (word, *others) for word, others in table["same"].items()},
    )


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(_bare(match[0]) for match in _WORD.finditer(phrase) if match[0] not in _STOPS)
