"""How words are compared in a search, at build time and at query time alike.

Words are compared without case and without the *s* of a plural. What stands in brackets in ICD-10-CM does not change the meaning of
a term ("hypertension (arterial) (benign)" is plain hypertension), and neither do NOS and *unspecified*: they add nothing to a line.
"""

from __future__ import annotations

import functools
import re

STOP_WORDS = frozenset(
    (
        *("a", "an", "and", "any", "are", "as", "at", "be", "by", "for", "from", "has", "have", "how", "i", "in"),
        *(
            "is",
            "it",
            "its",
            "of",
            "on",
            "or",
            "that",
            "the",
            "this",
            "to",
            "was",
            "what",
            "when",
            "which",
            "who",
            "with",
            "without",
        ),
        *("code", "codes", "coding", "cpt", "hcpcs", "icd"),
    )
)
_SAYS_NOTHING = STOP_WORDS | {"nos", "unspecified", "specified"}
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LEAST_WITH_PLURAL = 4


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, each once, in order."""
    return tuple(dict.fromkeys(_WORD.findall(text.casefold())))


def fold(word: str) -> str:
    """The word without the ending of a plural."""
    if len(word) < _LEAST_WITH_PLURAL or not word.endswith("s") or word.endswith(("ss", "is", "us")):
        return word
    return word[:-1]


@functools.lru_cache(maxsize=2**17)
def line_of(text: str) -> str:
    """The words of a title, term or phrase that count, folded, with blanks between them."""
    said = [word for word in words_of(_BRACKETS.sub(" ", text)) if word not in _SAYS_NOTHING]
    return " ".join(fold(word) for word in said or words_of(text))


def likeness(line: str, wanted: tuple[str, ...]) -> float:
    """How much a line says what is wanted, and little else: 1 for the same words, 0 for none in common.

    ``wanted`` are folded words; the last may be the beginning of one.
    """
    if not any(word in line for word in wanted):
        return 0.0
    words = line.split(" ")
    found = sum(word in words for word in wanted[:-1])
    found += any(word.startswith(wanted[-1]) for word in words)
    return 0.65 * found / len(wanted) + 0.35 * min(found / len(words), 1.0)
