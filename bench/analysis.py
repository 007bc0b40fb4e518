"""How long reading takes to load and to do, and how often that is the time of a bare phrase search in the same run.

    python bench/analysis.py [--rounds 60]

The peer finds every phrase of the lexicon in the text by an Aho-Corasick automaton and does nothing else; loading is held against
making that automaton. Machines differ and are shared, so the ratios tell, and the milliseconds only what they were here. Processor
time is counted, not what others did meanwhile.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import ahocorasick

from consultant import opening, settings
from consultant.coding import chain
from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher

NOTES = Path(__file__).parents[1] / "tests" / "corpus" / "notes"
RECEIVED = date(2026, 11, 20)
SIZES = {"mail": 450, "dictation": 1500, "operative note": 2800}
"""Characters of the texts that are read."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A plain search for all phrases."""

    automaton: Any

    @classmethod
    def of(cls, phrases: list[str]) -> Peer:
        """The search for these phrases."""
        automaton = ahocorasick.Automaton()
        for phrase in phrases:
            automaton.add_word(phrase.lower(), phrase)
        automaton.make_automaton()
        return cls(automaton)

    def count(self, text: str) -> int:
        """How many phrases the text holds."""
        return sum(1 for _ in self.automaton.iter(text.lower()))


def median_ms(do: Callable[[], object], rounds: int) -> float:
    """Median processor time of a call, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        do()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def tell(what: str, ours: float, peer: float) -> None:
    """Print one line."""
    print(f"{what:38} {ours:8.2f} ms   peer {peer:7.3f} ms   ratio {ours / peer:7.1f}")


def loading(phrases: list[str]) -> Knowledge:
    """Measure what a worker loads before its first mail, each time anew."""
    peer = median_ms(lambda: Peer.of(phrases), 3)
    tell("open the knowledge", median_ms(lambda: opening.open_knowledge(settings.load()).close(), 3), peer)
    # What is worked out of the file is kept by its knowledge base, so each is used once.
    fresh = [opening.open_knowledge(settings.load()) for _ in range(3)]
    tell("make the matcher", median_ms(lambda: Matcher(fresh.pop()), 3), peer)
    return opening.open_knowledge(settings.load())


def reading(knowledge: Knowledge, phrases: list[str], rounds: int) -> None:
    """Measure reading and the rules of coding, by size of the text."""
    matcher, peer = Matcher(knowledge), Peer.of(phrases)
    notes = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(NOTES.glob("*.txt")) * 9)
    for name, size in SIZES.items():
        text = notes[:size]
        read = matcher.read(text, RECEIVED)
        chain.run(read, knowledge)
        bare = median_ms(partial(peer.count, text), rounds)
        tell(f"read {name}, {size} characters", median_ms(partial(matcher.read, text, RECEIVED), rounds), bare)
        tell(
            f"rules of coding on it, {len(read.procedures)} lines",
            median_ms(partial(chain.run, read, knowledge), rounds),
            bare,
        )


def main() -> None:
    """Print one line for each thing measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    phrases = [phrase for concept in opening.open_knowledge(settings.load()).concepts for phrase in concept.phrases]
    reading(loading(phrases), phrases, rounds)


if __name__ == "__main__":
    main()
