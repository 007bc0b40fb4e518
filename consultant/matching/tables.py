"""Reading the data tables of language that stand beside this module; unknown keys are refused, so that a slip is seen at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from consultant.errors import KnowledgeError

Row = Mapping[str, Any]


def read_table(name: str) -> dict[str, Any]:
    """The JSON table ``name`` of this package. Raises KnowledgeError when it is no JSON object."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    try:
        table = json.loads(text)
    except json.JSONDecodeError as error:
        msg = f"{name}:{error.lineno}: not JSON ({error.msg}); mend the table"
        raise KnowledgeError(msg) from error
    if not isinstance(table, dict):
        msg = f"{name}: the table must be one JSON object"
        raise KnowledgeError(msg)
    return table


def refuse_unknown(row: Row, known: Iterable[str], place: str) -> None:
    """Raise KnowledgeError when ``row`` has a key that nothing reads, or lacks what every row must have."""
    unknown = sorted(set(row) - set(known))
    if unknown:
        msg = f"{place}: unknown key {unknown[0]!r}; use one of {', '.join(sorted(known))}"
        raise KnowledgeError(msg)


def words_of(row: Row, key: str, place: str) -> tuple[str, ...]:
    """The list of texts under ``key``; an absent key is an empty list. Raises KnowledgeError for anything else."""
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        msg = f"{place}: {key!r} must be a list of words; write it in square brackets"
        raise KnowledgeError(msg)
    return tuple(value)
