"""The data of the coding rules: YAML files in ``data/`` that a coder can read, each with its sources.

What a single code means is knowledge and stands in the families; here stands only what holds for whole ranges of codes, for
modifiers, for payers and for denials. A file with an unknown key is refused, so that a slip is seen at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from consultant.errors import KnowledgeError

Row = Mapping[str, Any]
_DIGITS = str.maketrans("123456789", "000000000")
_MEND = "mend consultant/coding/data/{name}"


@cache
def rows(name: str, key: str, *known: str) -> tuple[Row, ...]:
    """The rows under ``key`` of a file; each may have the ``known`` keys only. Raises KnowledgeError for anything else."""
    found = read(name).get(key)
    if not isinstance(found, list):
        msg = f"{name}: {key!r} is no list; {_MEND.format(name=name)}"
        raise KnowledgeError(msg)
    for row in found:
        strange = sorted(set(row) - set(known))
        if strange:
            msg = f"{name}: nothing reads the key {strange[0]!r}; {_MEND.format(name=name)}"
            raise KnowledgeError(msg)
    return tuple(MappingProxyType(row) for row in found)


@cache
def read(name: str) -> Row:
    """A file of ``data/`` as plain data. Raises KnowledgeError when it is not a mapping."""
    told = yaml.safe_load(resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        msg = f"{name}: the file must be one mapping; {_MEND.format(name=name)}"
        raise KnowledgeError(msg)
    return MappingProxyType(told)


def words(row: Row, key: str) -> tuple[str, ...]:
    """The texts under ``key`` as they are written, numbers too; empty when the key is absent."""
    return tuple(str(word) for word in row.get(key, ()))


def is_in(code: str, spans: tuple[str, ...]) -> bool:
    """Whether a code stands among single codes and ranges of codes of one shape (``99202-99499``, ``0001U-9999U``)."""
    # Codes of one shape, letters at the same places, compare as text.
    return any(low <= code <= high for low, high in _ranges(spans).get(_shape(code), ()))


@cache
def group(name: str) -> tuple[str, ...]:
    """The codes and ranges of a group. Raises KnowledgeError when there is no such group."""
    try:
        return words(read("code_groups.yaml")["groups"][name], "codes")
    except KeyError:
        msg = f"code_groups.yaml has no group {name!r}; {_MEND.format(name='code_groups.yaml')}"
        raise KnowledgeError(msg) from None


def is_one_of(code: str, *groups: str) -> bool:
    """Whether a code belongs to one of the groups."""
    return any(is_in(code, group(name)) for name in groups)


@cache
def _ranges(spans: tuple[str, ...]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The ranges by the shape of their codes; a single code is a range of its own."""
    found: dict[str, list[tuple[str, str]]] = {}
    for span in spans:
        low, _, high = span.partition("-")
        found.setdefault(_shape(low), []).append((low, high or low))
    return MappingProxyType({shape: tuple(ranges) for shape, ranges in found.items()})


def _shape(code: str) -> str:
    return code.translate(_DIGITS)
