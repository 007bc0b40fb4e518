"""Whether two names mean the same medical specialty: a name that somebody wrote, and an entry of the NUCC taxonomy."""

from __future__ import annotations

import re

from consultant.knowledge.official_facts import Taxonomy

_WORD = re.compile(r"[^\W\d_]+")
_SAYS_NOTHING = frozenset(
    (
        *("a", "and", "the", "of", "in", "for", "with", "or", "other", "general"),
        *("physician", "doctor", "specialist", "practitioner", "provider", "medical", "clinic", "center"),
    )
)
_ENDINGS = (
    "ologist",
    "ology",
    "ologic",
    "iatrician",
    "iatrics",
    "iatric",
    "iatry",
    "iatrist",
    "icine",
    "ists",
    "ist",
    "ics",
    "ic",
    "s",
)
_SHORTEST_STEM = 4


def same_specialty(said: str, known: Taxonomy) -> bool:
    """Whether ``said`` names this specialty: nothing in it is foreign to it, and its specialization, if it has one, is named."""
    words = _stems(said)
    own = _stems(f"{known.classification} {known.specialization} {known.name} {known.grouping}")
    narrow = _stems(known.specialization)
    return bool(words) and words <= own and (not narrow or bool(words & narrow))


def _stems(text: str) -> frozenset[str]:
    """The words that count, without the endings that differ between a field and the people in it, in American spelling."""
    spelled = text.casefold().replace("ae", "e")
    return frozenset(_stem(word) for word in _WORD.findall(spelled) if word not in _SAYS_NOTHING)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
