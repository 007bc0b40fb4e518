"""The words by which quoted mail, signatures and notices are known: data in phrases.json, read once when first needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from consultant.errors import WorkError

_FILE = "phrases.json"
_SEARCHED = frozenset({"pointing_plainly", "notices", "notice_lines", "notice_words", "stubs", "absences"})


@dataclass(frozen=True, slots=True)
class Attribution:
    """How the line above a quotation begins and ends in one language ("On … wrote:")."""

    begins: re.Pattern[str]
    ends: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All word lists, in lower case; patterns compiled."""

    attributions: tuple[Attribution, ...]
    original_message: re.Pattern[str]
    forwarded_message: re.Pattern[str]
    header_labels: dict[str, str]
    """Word before the colon, and which header line it begins: from, sent, to, cc, subject, other."""
    forward_prefixes: frozenset[str]
    reply_prefixes: frozenset[str]
    pointing: frozenset[str]
    pointing_plainly: tuple[str, ...]
    filler: frozenset[str]
    closers: frozenset[str]
    credentials: frozenset[str]
    titles: frozenset[str]
    contact_labels: frozenset[str]
    clinical: frozenset[str]
    notices: tuple[str, ...]
    notice_lines: tuple[str, ...]
    notice_words: tuple[str, ...]
    stubs: tuple[str, ...]
    absences: tuple[str, ...]
    """How the subjects of absence notes begin."""


@cache
def phrases() -> Phrases:
    """The phrases of phrases.json. Raises WorkError when its keys are not those of Phrases."""
    rows: dict[str, Any] = json.loads(resources.files("consultant.mail").joinpath(_FILE).read_text("utf-8"))
    try:
        return Phrases(
            attributions=tuple(_attribution(row) for row in rows.pop("attributions")),
            original_message=_any_of(rows.pop("original_message")),
            forwarded_message=_any_of(rows.pop("forwarded_message")),
            header_labels={word: kind for kind, words in rows.pop("header_labels").items() for word in words},
            **_lists(rows),
        )
    except (KeyError, TypeError) as error:
        msg = f"{_FILE}: {error}; give it exactly the keys of Phrases"
        raise WorkError(msg) from None


def _lists(rows: dict[str, Any]) -> dict[str, Any]:
    """The plain word lists: tuples where the beginning or a part of a text is looked for, sets where whole words are."""
    return {name: tuple(words) if name in _SEARCHED else frozenset(words) for name, words in rows.items()}


def _attribution(row: dict[str, str]) -> Attribution:
    return Attribution(re.compile(row["begins"], re.IGNORECASE), re.compile(row["ends"] + r"$", re.IGNORECASE))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
