"""Codes sought by words: "what is the code for …"; the nearest ones that the knowledge base finds, called that and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, clause, icd_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book
from consultant.model.analysis import Answer
from consultant.model.coding import System

_SOUGHT = re.compile(
    r"\b(?:codes?|cpt|icd-?10(?:-cm)?|hcpcs|dx)\b\s+(?:codes?\s+)?(?:do (?:i|we) use |is there |to use |would (?:you|i|we) use )?"
    r"(?:for|of)\s+(?:an?\s+|the\s+)?(?P<what>[^?.!]+)",
    re.IGNORECASE,
)
_DIAGNOSIS = re.compile(r"\b(?:icd|icd-?10(?:-cm)?|dx|diagnos\w+)\b", re.IGNORECASE)
_PROCEDURE = re.compile(r"\b(?:cpt|procedure)\b", re.IGNORECASE)
_LEVEL_2 = re.compile(r"\b(?:hcpcs|j[- ]code|g[- ]code)\b", re.IGNORECASE)
_SHOWN = 4
_NEAR = 0.55
"""Hits below this likeness are not told."""


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """The nearest codes to the words of a question that asks for the code of something."""
    sought = _SOUGHT.search(asked.text)
    if sought is None or not asked.says("code_for"):
        return
    what = " ".join(sought["what"].split())
    hits = [hit for hit in book.knowledge.search(what, system=_system(asked.text), limit=_SHOWN * 2) if hit.score >= _NEAR][:_SHOWN]
    if not hits:
        text = f'No code for "{what}" was found here; say what was done or diagnosed in other words'
        yield answer(Topic.CODES, (text,), (), ())
        return
    found = "; ".join(
        f"{hit.code} ({clause(hit.title)}){'' if hit.billable else ', a heading that needs more characters'}" for hit in hits
    )
    sentences = (f'The nearest codes to "{what}": {found}', "Which one is right depends on what the record says")
    source = icd_source(book) if hits[0].system is System.ICD10CM else "our code notes"
    yield answer(Topic.CODES, sentences, (hit.code for hit in hits), (source,))


def _system(text: str) -> System | None:
    for pattern, system in ((_DIAGNOSIS, System.ICD10CM), (_LEVEL_2, System.HCPCS), (_PROCEDURE, System.CPT)):
        if pattern.search(text):
            return system
    return None
