"""Typing errors in long words: an unknown word that is one edit from exactly one word of the lexicon is read as that word.

One edit is a letter left out, added, changed, or two neighbours swapped (Damerau 1964). Only words of ``SHORTEST`` letters and more
are mended, because short medical words are too near to each other; a word whose ending says what sort of act it names ("-otomy") is
only mended to one of the same ending. Looked up by deletion (Garbe's symmetric delete), so that a known word costs one set look-up.
Known limits: two errors in one word, errors in the first letter, and words joined or split by mistake stay unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

from consultant.knowledge.folded import Folded
from consultant.knowledge.phrasebook import SHORTEST, parts_of, slips_of
from consultant.matching.tables import read_table, refuse_unknown, words_of

_TABLE = "typo_rules.json"
_WORD = re.compile(rf"(?<![^\W_])[a-z]{{{SHORTEST},}}(?![^\W_])")
_BEFORE = re.compile(r"([a-z]+)[. ]+$")
_ENDING = 3
"""Letters at the end of a word that tell its form."""
_MOST_LOOKED_UP = 4000
"""Unknown words of one text that are looked up; a text with more of them is no text."""


class Speller:
    """The long words that may be meant, and all words that are known and so never mended."""

    __slots__ = ("_known", "_slips")

    def __init__(self, slips: Mapping[str, str], known: AbstractSet[str]) -> None:
        self._slips = slips
        self._known = known | {*_listed("known")}

    @classmethod
    def of(cls, meant: Iterable[str], known: Iterable[str]) -> Speller:
        """A speller of words that are not compiled yet."""
        words = set(meant)
        return cls(slips_of(words), {*known, *words})

    def mended(self, folded: Folded) -> Folded:
        """The folded text with typing errors mended; each mended word keeps the place of the written one."""
        changes = list(self._changes(folded.text))
        if not changes:
            return folded
        text: list[str] = []
        places: list[int] = []
        done = 0
        for start, end, word in changes:
            text += (folded.text[done:start], word)
            places += folded.places[done:start]
            places += (folded.places[min(start + n, end - 1)] for n in range(len(word) - 1))
            places.append(folded.places[end - 1])
            done = end
        return Folded("".join((*text, folded.text[done:])), [*places, *folded.places[done:]])

    def meant_by(self, word: str) -> str | None:
        """The one word of the lexicon that an unknown word may be an error for, or None."""
        near = {one for part in parts_of(word) for one in self._slips.get(part, "").split() if _is_slip(word, one)}
        near = {one for one in near if _without_ending(one) not in near}
        return next(iter(near)) if len(near) == 1 and not self._is_form(word) else None

    def _changes(self, text: str) -> Iterator[tuple[int, int, str]]:
        looked_up = 0
        for match in _WORD.finditer(text):
            if match[0] in self._known:
                continue
            looked_up += 1
            if looked_up > _MOST_LOOKED_UP:
                return
            word = self.meant_by(match[0])
            if word and not _is_name(text, match.start()):
                yield match.start(), match.end(), word

    def _is_form(self, word: str) -> bool:
        """Whether the word is only another form of a known one ("fractures", "excised")."""
        return any(word.endswith(end) and {word[: -len(end)], f"{word[: -len(end)]}e"} & self._known for end in _listed("endings"))


def _is_slip(word: str, meant: str) -> bool:
    """Whether one edit leads from one to the other, and the ending that names the sort of act stays."""
    if any(word.endswith(end) and not meant.endswith(end) for end in _listed("suffixes")):
        return False
    start = next((n for n, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    rest, wanted = word[start:], meant[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    if not start or not rest or not wanted:
        return False
    # A changed letter near the end makes another form of a word, not an error ("complains", "complaint").
    is_changed = rest[1:] == wanted[1:] and start <= len(word) - _ENDING
    return is_changed or rest[1:] == wanted or rest == wanted[1:] or swapped == wanted


def _without_ending(word: str) -> str:
    return word[:-1] if word.endswith("s") else ""


def _is_name(text: str, start: int) -> bool:
    before = _BEFORE.search(text, max(0, start - 12), start)
    return before is not None and before[1] in _listed("titles")


@cache
def _listed(key: str) -> tuple[str, ...] | frozenset[str]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("known", "endings", "suffixes", "titles"), _TABLE)
    words = words_of(table, key, _TABLE)
    return frozenset(words) if key in ("known", "titles") else words
