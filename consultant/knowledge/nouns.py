"""A series of nouns of the knowledge file, each decoded when it is first asked for.

A mail speaks of a few of the families and concepts; a program that reads mails should not wait for all of them when it starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, overload

from consultant.knowledge import codec

_Noun = TypeVar("_Noun")


def lines_of(nouns: Iterable[object]) -> str:
    """The nouns as text, one to a line."""
    return "\n".join(codec.dump(noun) for noun in nouns)


class Nouns(Sequence[_Noun]):
    """The nouns of one kind that `lines_of` wrote; equal to any sequence of equal nouns."""

    __slots__ = ("_decode", "_found", "_lines")

    def __init__(self, kind: type[_Noun], lines: str) -> None:
        self._decode = codec.loader(kind)
        self._lines = lines.split("\n") if lines else []
        self._found: dict[int, _Noun] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> _Noun: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[_Noun, ...]: ...

    def __getitem__(self, place: int | slice) -> _Noun | tuple[_Noun, ...]:
        if isinstance(place, slice):
            return tuple(self[number] for number in range(len(self))[place])
        number = range(len(self))[place]
        found = self._found.get(number)
        # Of two threads that decode the same noun at once, one's is kept by both.
        return found if found is not None else self._found.setdefault(number, self._decode(self._lines[number]))

    def __iter__(self) -> Iterator[_Noun]:
        return (self[number] for number in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))
