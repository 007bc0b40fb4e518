"""A small index over the authored wording of service codes, in memory, so that words nobody foresaw still find candidates cheaply.

A code is found by the words of its own description, of its family's title and of the facet values it needs; a rare word counts
more than a common one (inverse document frequency). ICD-10-CM is far larger and stays in the knowledge file.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from consultant.knowledge.wording import fold


class AuthoredWords:
    """The words of all service codes that may be suggested, each with its codes (`knowledge.reading_index.wording`)."""

    __slots__ = ("_codes", "_weights")

    def __init__(self, wording: Mapping[str, str]) -> None:
        self._codes = {word: codes.split() for word, codes in wording.items()}
        most = len({code for codes in self._codes.values() for code in codes})
        self._weights = {word: math.log(1 + most / len(codes)) for word, codes in self._codes.items()}

    def rarest(self, words: Iterable[str], most: int) -> list[str]:
        """The words that few or no codes have, the longest of equally rare ones first."""
        unseen = max(self._weights.values(), default=0.0) + 1
        return sorted(dict.fromkeys(words), key=lambda word: (-self._weights.get(fold(word), unseen), -len(word), word))[:most]

    def nearest(self, words: Iterable[str], limit: int) -> list[tuple[str, float]]:
        """The codes that share most with the words, best first, each with the part (0 to 1) of their weight that it shares."""
        known = [word for word in dict.fromkeys(fold(word) for word in words) if word in self._weights]
        whole = sum(self._weights[word] for word in known)
        scores: dict[str, float] = defaultdict(float)
        for word in known:
            for code in self._codes[word]:
                scores[code] += self._weights[word] / whole
        return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:limit]
