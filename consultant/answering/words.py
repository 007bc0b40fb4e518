"""Words of questions and notes, brought to one form: small letters, known abbreviations written out, endings taken off.

The stemming is crude on purpose: it only has to do the same to both sides. Known limit: irregular plurals are synonyms or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.answering.tables import question_words

_WORD = re.compile(r"[a-z0-9]+(?:[./&][a-z0-9]+)*/?")
_ENDINGS = ("ing", "ed", "es", "s")
_SHORTEST = 3


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that mean something, each in its one form, in order; a word can stand for several."""
    return tuple(form for word in _WORD.findall(text.lower().replace("-", " ").replace("'s", "")) for form in _forms(word))


def _forms(word: str) -> Iterator[str]:
    table = question_words()
    meant = table.synonyms.get(word) or table.synonyms.get(stem(word))
    if meant is None and "/" in word.strip("/"):
        yield from (form for part in word.split("/") if part for form in _forms(part))
        return
    if meant is None and word in table.stop:
        return
    for one in (meant or word).split():
        yield stem(one.strip("."))


def stem(word: str) -> str:
    """The word without its ending; words with digits stay as they are."""
    if not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > _SHORTEST + 1:
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST:
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e") if len(word) > _SHORTEST else word
