"""The nouns of the knowledge base as compact JSON and back: each dataclass is the list of its values in the order of its fields.

Nothing but plain values is ever made from a file, unlike with pickle. The file and the program must agree on the fields; the
format number of the built file sees to it (`tables.FORMAT`).
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_Noun = TypeVar("_Noun")
_Decode = Callable[[Any], Any]


def dumps(nouns: Iterable[object]) -> str:
    """The JSON of a series of dataclass instances, the same text for the same nouns."""
    return json.dumps([_plain(noun) for noun in nouns], ensure_ascii=False, separators=(",", ":"))


def dump(noun: object) -> str:
    """The JSON of one dataclass instance, in one line."""
    return json.dumps(_plain(noun), ensure_ascii=False, separators=(",", ":"))


def loader(kind: type[_Noun]) -> Callable[[str], _Noun]:
    """What makes a noun of that kind of the text that ``dump`` wrote."""
    decode: Callable[[Any], _Noun] = _decoder(kind)  # type: ignore[arg-type]  # (a type is hashable; the stubs do not know)
    return lambda text: decode(json.loads(text))


def loads(kind: type[_Noun], text: str) -> tuple[_Noun, ...]:
    """The nouns of one kind that ``dumps`` wrote."""
    decode: Callable[[Any], _Noun] = _decoder(kind)  # type: ignore[arg-type]  # (a type is hashable; the stubs do not know)
    return tuple(decode(row) for row in json.loads(text))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


@cache
def _decoder(kind: Any) -> _Decode:  # noqa: ANN401  (any type that stands at a field)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    if get_origin(kind) is tuple:
        return _tuple_decoder(get_args(kind))
    if get_origin(kind) in {Union, types.UnionType}:
        (inner,) = (_decoder(one) for one in get_args(kind) if one is not type(None))
        return lambda value: None if value is None else inner(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return date.fromisoformat if kind is date else _same


def _dataclass_decoder(kind: type) -> _Decode:
    hints = get_type_hints(kind)
    decoders = [_decoder(hints[field.name]) for field in fields(kind)]
    return lambda row: kind(*(decode(value) for decode, value in zip(decoders, row, strict=True)))


def _tuple_decoder(kinds: tuple[Any, ...]) -> _Decode:
    if kinds[-1] is Ellipsis:
        inner = _decoder(kinds[0])
        if inner is _same:
            return tuple
        return lambda values: tuple(inner(value) for value in values)
    decoders = [_decoder(kind) for kind in kinds]
    return lambda values: tuple(decode(value) for decode, value in zip(decoders, values, strict=True))


def _same(value: object) -> object:
    return value
