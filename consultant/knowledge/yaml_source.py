"""Reading the written knowledge (YAML 1.1) so that every value remembers the line it stands on.

Every scalar is taken as text exactly as written: ``00100`` is no octal number, ``N`` no boolean, ``2023-01`` no date. Callers say
what a value must be, and what cannot be is collected in `Refusals` as ``file:line: what is wrong; how to mend``, so that a writer
sees all mistakes of a run at once. Known limits: one document a file; anchors work, merge keys (``<<``) are refused as unknown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from consultant.errors import KnowledgeError

_Choice = TypeVar("_Choice", bound=StrEnum)
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written: the file below the knowledge folder, and the line, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar as written, without blanks at its ends, and its place; empty text when the key is missing."""

    text: str
    place: Place


class Refusals:
    """Everything that is wrong with the written knowledge, raised together."""

    def __init__(self) -> None:
        self._lines: set[tuple[Place, str]] = set()

    def add(self, place: Place, what: str, mend: str) -> None:
        """Note what is wrong at ``place`` and how to mend it."""
        self._lines.add((place, f"{place}: {what}; {mend}"))

    def raise_any(self) -> None:
        """Raise KnowledgeError with one line for each refusal, ordered by file and line, if there is any."""
        if self._lines:
            raise KnowledgeError("\n".join(text for _, text in sorted(self._lines)))


class Entry:
    """One mapping of a YAML file. Asking for a value notes its refusal and gives an empty value, so that reading goes on."""

    def __init__(self, place: Place, items: dict[str, tuple[Word, yaml.Node]], refusals: Refusals) -> None:
        self.place = place
        self.refusals = refusals
        self._items = items

    @classmethod
    def of(cls, node: yaml.Node | None, place: Place, refusals: Refusals) -> Entry:
        """The entry that ``node`` writes; an empty one, refused, when it is no mapping or names a key twice."""
        items: dict[str, tuple[Word, yaml.Node]] = {}
        if not isinstance(node, yaml.MappingNode):
            refusals.add(place, "keys with values are needed here", "write `key: value` lines")
            return cls(place, items, refusals)
        for key_node, value_node in node.value:
            key = _word(key_node, place.file, refusals)
            if key.text in items:
                refusals.add(key.place, f"the key {key.text!r} stands here twice", "keep one of them")
            items[key.text] = (key, value_node)
        return cls(place, items, refusals)

    def allow(self, *keys: str) -> None:
        """Refuse every key that is not among ``keys``."""
        for name, (key, value) in self._items.items():
            if name not in keys:
                near = difflib.get_close_matches(name, keys, n=1)
                mend = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(keys)}"
                if isinstance(value, yaml.ScalarNode) and not value.value:
                    # What a comma inside braces cuts off looks like a key without a value.
                    mend = "put quotes around a text that holds a comma"
                self.refusals.add(key.place, f"the key {name!r} is not known here", mend)

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Word]:
        """The keys, in the order written."""
        return (key for key, _ in self._items.values())

    def is_word(self, key: str) -> bool:
        """Whether one scalar that is not empty stands at ``key``."""
        return key in self._items and isinstance(node := self._items[key][1], yaml.ScalarNode) and bool(node.value)

    def word(self, key: str, *, required: bool = False) -> Word:
        """The one scalar at ``key``."""
        word = _word(self._items[key][1], self.place.file, self.refusals) if key in self._items else Word("", self.place)
        if required and not word.text:
            self.refusals.add(word.place, f"{key!r} is missing or empty", "write it")
        return word

    def words(self, key: str) -> tuple[Word, ...]:
        """The scalars listed at ``key``; a bare scalar is a list of one."""
        return tuple(_word(node, self.place.file, self.refusals) for node in self._nodes(key))

    def text(self, key: str, *, required: bool = False) -> str:
        """The text at ``key``."""
        return self.word(key, required=required).text

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts listed at ``key``."""
        return tuple(word.text for word in self.words(key))

    def flag(self, key: str) -> bool:
        """The truth at ``key``, false when missing."""
        word = self.word(key)
        if word.text and word.text.lower() not in _FLAGS:
            self.refusals.add(word.place, f"{key!r} cannot be {word.text!r}", "write true or false")
        return _FLAGS.get(word.text.lower(), False)

    def choice(self, key: str, default: _Choice | None, among: type[_Choice]) -> _Choice:
        """One of the values of an enum; without a default the key is required."""
        word = self.word(key, required=default is None)
        values = {str(value): value for value in among}
        if word.text and word.text not in values:
            self.refusals.add(word.place, f"{key!r} cannot be {word.text!r}", f"use one of {', '.join(values)}")
        return values.get(word.text, default or next(iter(among)))

    def number(self, key: str, default: int | None = None) -> int | None:
        """The whole number at ``key``, zero or more."""
        word = self.word(key)
        if not word.text.isascii() or (word.text and not word.text.isdigit()):
            self.refusals.add(word.place, f"{key!r} cannot be {word.text!r}", "write a whole number")
            return default
        return int(word.text) if word.text else default

    def day(self, key: str) -> date | None:
        """The day at ``key``, None when missing."""
        word = self.word(key)
        try:
            return date.fromisoformat(word.text) if word.text else None
        except ValueError:
            self.refusals.add(word.place, f"{key!r} cannot be {word.text!r}", "write an existing day as YYYY-MM-DD")
            return None

    def entry(self, key: str, *, required: bool = False) -> Entry:
        """The mapping at ``key``; an empty one when missing."""
        if key not in self._items:
            if required:
                self.refusals.add(self.place, f"{key!r} is missing", "write it")
            return Entry(self.place, {}, self.refusals)
        node = self._items[key][1]
        return Entry.of(node, _place(node, self.place.file), self.refusals)

    def entries(self, key: str, *, required: bool = False) -> tuple[Entry, ...]:
        """The mappings listed at ``key``."""
        nodes = self._nodes(key)
        if required and not nodes:
            self.refusals.add(self.place, f"{key!r} is missing or empty", "list at least one")
        return tuple(Entry.of(node, _place(node, self.place.file), self.refusals) for node in nodes)

    def _nodes(self, key: str) -> list[yaml.Node]:
        if key not in self._items:
            return []
        node = self._items[key][1]
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        return [] if isinstance(node, yaml.ScalarNode) and not node.value else [node]


def read_file(path: Path, name: str, refusals: Refusals) -> Entry | None:
    """The top mapping of the file at ``path``, called ``name`` in refusals; None, refused, when it has none or is no YAML."""
    try:
        node = yaml.compose(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        refusals.add(Place(name, line), f"this is no YAML ({error.problem})", "look for a missing quote, bracket or indent")
    except yaml.YAMLError:
        refusals.add(Place(name, 1), "this is no YAML", "save the file as UTF-8 text without control characters")
    else:
        entry = Entry.of(node, Place(name, 1), refusals)
        return entry if isinstance(node, yaml.MappingNode) else None
    return None


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1)


def _word(node: yaml.Node, file: str, refusals: Refusals) -> Word:
    place = _place(node, file)
    if isinstance(node, yaml.ScalarNode):
        return Word(node.value.strip(), place)
    refusals.add(place, "one word or text is needed here", "take away the brackets, braces or indent, or quote the text")
    return Word("", place)
