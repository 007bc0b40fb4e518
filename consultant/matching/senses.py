"""Which of its meanings a short word has in this text: "PVR" is retinal in an eye note, and a bladder scan elsewhere.

``senses.json`` names, for a phrase and a concept that it means, words of the same text of which one must stand there (``with``), or
none may (``without``). A phrase whose every meaning is ruled out means nothing. Known limit: the whole text is one context, so
that a mail about two patients may mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from consultant.matching.phrases import Hit
from consultant.matching.tables import read_table, refuse_unknown, words_of

_TABLE = "senses.json"
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Sense:
    present: frozenset[str]
    absent: frozenset[str]

    def holds(self, words: frozenset[str]) -> bool:
        return (not self.present or bool(self.present & words)) and not self.absent & words


def in_context(hits: Iterable[Hit], folded: str) -> Iterator[Hit]:
    """The hits with the concepts that their phrase can mean in a text; a hit without any is left out. ``folded`` is that text."""
    words: frozenset[str] | None = None
    for hit in hits:
        senses = _senses().get(hit.phrase)
        if senses is None:
            yield hit
            continue
        words = words if words is not None else frozenset(_WORD.findall(folded))
        kept = tuple(concept for concept in hit.concepts if concept.id not in senses or senses[concept.id].holds(words))
        if kept:
            yield replace(hit, concepts=kept)


@cache
def _senses() -> dict[str, dict[str, _Sense]]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("senses",), _TABLE)
    found: dict[str, dict[str, _Sense]] = {}
    for number, row in enumerate(table["senses"], 1):
        place = f"{_TABLE}: sense {number}"
        refuse_unknown(row, ("phrases", "concept", "with", "without"), place)
        sense = _Sense(frozenset(words_of(row, "with", place)), frozenset(words_of(row, "without", place)))
        for phrase in words_of(row, "phrases", place):
            found.setdefault(phrase, {})[row["concept"]] = sense
    return found
