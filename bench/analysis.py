"""How long one analysis takes, and how often that is the time of a bare phrase search over the same lexicon in the same run.

    python bench/analysis.py [--rounds 200]

The peer finds every phrase of the lexicon in the text and does nothing else: no reader that looks for phrases can be faster.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import ahocorasick

from consultant import opening, settings
from consultant.consultation.analysis import analyse

NOTES = Path(__file__).parents[1] / "tests" / "corpus" / "notes"
RECEIVED = date(2026, 11, 20)
NOTE_CHARACTERS = 2800


def phrase_search(phrases: list[str]) -> Callable[[str], int]:
    """The peer: counts the phrases found."""
    automaton = ahocorasick.Automaton()
    for phrase in phrases:
        automaton.add_word(phrase.lower(), phrase)
    automaton.make_automaton()
    return lambda text: sum(1 for _ in automaton.iter(text.lower()))


def median_ms(do: Callable[[], object], rounds: int) -> float:
    """Median time of a call, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        do()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the median for one short mail and for one long note, with the ratio to the peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    start = time.perf_counter()
    knowledge = opening.open_knowledge(settings.load())
    print(f"knowledge   opened in {(time.perf_counter() - start) * 1000:.0f} ms")
    search = phrase_search([phrase for concept in knowledge.concepts for phrase in concept.phrases])
    mails = [path.read_text() for path in sorted(NOTES.glob("*.txt"))]
    texts = {"short mail": mails[0], "long note": "\n\n".join(mails * 9)[:NOTE_CHARACTERS]}
    for name, text in texts.items():
        analyse(text, RECEIVED, knowledge)
        ours = median_ms(lambda text=text: analyse(text, RECEIVED, knowledge), rounds)
        peer = median_ms(lambda text=text: search(text), rounds)
        figures = f"{ours:6.2f} ms   phrases {peer:5.2f} ms   ratio {ours / peer:4.0f}"
        print(f"analysis    {name:10} {len(text):5} characters   {figures}")


if __name__ == "__main__":
    main()
