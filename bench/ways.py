"""Three ways from a mail to its service codes, on the same families: conditions, retrieval with a learned ranker, and both.

    python bench/ways.py [--sure 0.75] CASES.jsonl [CASES.jsonl …]

Conditions are the families as they are read (consultant/matching). Retrieval looks at the words alone: each code is known by its
authored wording and by the authored examples that lead to it, and a linear ranker weighs how well the words fit (listwise logistic
regression, trained on the authored examples only, each without itself; never on the cases). Both: the conditions decide, and where
they give no service the ranker's best code is proposed if it is as sure as a threshold learned on the examples says.
A case is a JSON line with ``subject``, ``body`` and ``expect.procedures``; the figures are those of docs/decisions/0004.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from consultant import opening, settings
from consultant.knowledge.family import Family
from consultant.knowledge.templates import is_template
from consultant.knowledge.wording import STOP_WORDS, fold, words_of
from consultant.mail.body import split
from consultant.matching.match import Matcher
from consultant.matching.normalise import case_text
from consultant.model.analysis import Reading
from consultant.model.coding import System

RECEIVED = date(2026, 11, 20)
ROUNDS, MOST, LOOKED_AT, STEP = 8, 20, 60, 0.5
Words = dict[str, float]
Features = tuple[float, ...]


def bag(text: str, weigh: Callable[[str], float]) -> Words:
    """The words of a text, each with its weight once, in a vector of length one."""
    counted = Counter(fold(word) for word in words_of(text) if word not in STOP_WORDS)
    weighed = {word: weigh(word) for word in counted if weigh(word)}
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {word: weight / length for word, weight in weighed.items()}


def cosine(one: Words, other: Words) -> float:
    """The cosine of two bags, 0 to 1."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    return sum(weight * large.get(word, 0.0) for word, weight in small.items())


@dataclass(frozen=True, slots=True)
class Sample:
    """An authored example: its words and the codes it leads to."""

    words: Words
    codes: frozenset[str]


class Retrieval:
    """Codes by the likeness of words, in the order of a learned linear ranker."""

    def __init__(self, families: Sequence[Family]) -> None:
        served = [family for family in families if family.system is not System.ICD10CM]
        written = {e.code: f"{f.title} {e.plain}" for f in served for e in f.codes if e.when and not is_template(e.code)}
        told = [(e.text, frozenset(e.codes)) for f in served for e in f.examples if e.codes]
        seen = Counter(fold(w) for text in (*written.values(), *(t for t, _ in told)) for w in set(words_of(text)))
        total = len(written) + len(told)
        self._weigh = lambda word: math.log(total / seen[word]) if seen[word] else 0.0
        self._wordings = {code: bag(text, self._weigh) for code, text in written.items()}
        self._samples = [Sample(bag(text, self._weigh), codes) for text, codes in told]
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._examples: dict[str, list[int]] = defaultdict(list)
        for code, words in self._wordings.items():
            for word in words:
                self._by_word[word].add(code)
        for number, sample in enumerate(self._samples):
            for code in sample.codes & set(self._wordings):
                self._examples[code].append(number)
                for word in sample.words:
                    self._by_word[word].add(code)
        self._weights: list[float] = [1.0, 1.0, 1.0, 1.0]
        self.threshold = 0.0

    def learn(self, sure: float) -> None:
        """The weights by gradient steps, example by example, and the chance from which on that part of the best codes is right."""
        order = list(range(len(self._samples)))
        shuffle = random.Random(0)  # noqa: S311 - an order to learn in, no secret
        cached = {n: self._looked_at(self._samples[n].words, n) for n in order}
        for _ in range(ROUNDS):
            shuffle.shuffle(order)
            for number in order:
                self._step(cached[number], self._samples[number].codes)
        tops = []
        for number in order:
            ranked = self._ranked(cached[number])
            if ranked:
                tops.append((ranked[0][1], ranked[0][0] in self._samples[number].codes))
        self.threshold = best_threshold(tops, sure)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """The codes for a text, best first, each with its chance among those looked at."""
        return self._ranked(self._looked_at(bag(text, self._weigh), -1))[:MOST]

    def _looked_at(self, words: Words, without: int) -> dict[str, Features]:
        shared: dict[str, float] = defaultdict(float)
        for word, weight in words.items():
            for code in self._by_word.get(word, ()):
                shared[code] += weight
        nearest = sorted(shared, key=lambda code: (-shared[code], code))[:LOOKED_AT]
        return {code: self._features(words, code, without) for code in nearest}

    def _features(self, words: Words, code: str, without: int) -> Features:
        wording = self._wordings[code]
        covered = sum(weight * weight for word, weight in wording.items() if word in words)
        like = sorted((cosine(words, self._samples[n].words) for n in self._examples[code] if n != without), reverse=True)
        return (cosine(words, wording), covered, like[0] if like else 0.0, sum(like[:3]) / 3)

    def _step(self, looked_at: dict[str, Features], right: frozenset[str]) -> None:
        wanted = right & looked_at.keys()
        for code, chance in self._ranked(looked_at) if wanted else ():
            error = (1 / len(wanted) if code in wanted else 0.0) - chance
            self._weights = [w + STEP * error * f for w, f in zip(self._weights, looked_at[code], strict=True)]

    def _score(self, features: Features) -> float:
        return sum(w * f for w, f in zip(self._weights, features, strict=True))

    def _ranked(self, looked_at: dict[str, Features]) -> list[tuple[str, float]]:
        raised = {code: math.exp(self._score(features)) for code, features in looked_at.items()}
        whole = sum(raised.values())
        return sorted(((code, one / whole) for code, one in raised.items()), key=lambda pair: (-pair[1], pair[0]))


def best_threshold(tops: Iterable[tuple[float, bool]], sure: float) -> float:
    """The chance from which on that part of the best codes is right; above all of them when there is no such."""
    right = proposed = 0
    threshold = math.inf
    for score, is_right in sorted(tops, reverse=True):
        proposed, right = proposed + 1, right + is_right
        if right >= sure * proposed:
            threshold = score
    return threshold


@dataclass(slots=True)
class Tally:
    """Counts over cases that have codes."""

    gold: int = 0
    found: int = 0
    proposed: int = 0
    exact: int = 0
    cases: int = 0
    ranked: int = 0
    seconds: float = 0.0

    def add(self, gold: Sequence[frozenset[str]], proposed: Sequence[str], ranked: Sequence[str]) -> None:
        """One case: the accepted codes of each line, what was proposed, and the ranked candidates."""
        left, hits = list(proposed), 0
        for accepted in gold:
            hit = next((code for code in left if code in accepted), None)
            if hit:
                left.remove(hit)
                hits += 1
        self.gold, self.found, self.proposed = self.gold + len(gold), self.found + hits, self.proposed + len(proposed)
        self.exact, self.cases = self.exact + (hits == len(gold) and not left), self.cases + 1
        self.ranked += sum(bool(accepted & set(ranked[:10])) for accepted in gold)

    def row(self) -> str:
        """The figures of one way."""
        precision = self.found / self.proposed if self.proposed else 0.0
        return (
            f"recall {self.found / self.gold:.3f}  precision {precision:.3f}  exact {self.exact / self.cases:.3f}  "
            f"recall@10 {self.ranked / self.gold:.3f}  {1000 * self.seconds / self.cases:6.1f} ms"
        )


def accepted_codes(line: dict[str, Any]) -> frozenset[str]:
    """The codes that satisfy one expected line."""
    return frozenset({line["code"], *(one.split("-")[0] for one in line.get("alternatives", []))})


def cases_of(path: Path) -> list[tuple[str, list[frozenset[str]]]]:
    """The texts of a file of cases with the codes expected of each; cases without codes are left out."""
    found = []
    for case in (json.loads(line) for line in path.read_text().splitlines() if line.strip()):
        gold = [accepted_codes(line) for line in case["expect"].get("procedures", []) if line["code"]]
        if gold:
            found.append((case_text(case["subject"], split(case["body"], subject=case["subject"]).text), gold))
    return found


def services(reading: Reading) -> list[str]:
    """The service codes among the candidates of a reading."""
    return [one.code for one in reading.candidates if System.of(one.code) is not System.ICD10CM]


def compare(path: Path, matcher: Matcher, retrieval: Retrieval) -> None:
    """Print the figures of the three ways on one file."""
    ways = {"conditions": Tally(), "retrieval": Tally(), "both": Tally()}
    for text, gold in cases_of(path):
        start = time.perf_counter()
        reading = matcher.read(text, RECEIVED)
        middle = time.perf_counter()
        ranked = retrieval.rank(text)
        end = time.perf_counter()
        decided = [line.code for line in reading.procedures]
        best = [code for code, score in ranked[:1] if score >= retrieval.threshold]
        order = [code for code, _ in ranked]
        ways["conditions"].add(gold, decided, services(reading))
        ways["retrieval"].add(gold, best, order)
        ways["both"].add(gold, decided or best, _mixed(services(reading), order))
        for way, took in (("conditions", middle - start), ("retrieval", end - middle), ("both", end - start)):
            ways[way].seconds += took
    for name, tally in ways.items():
        print(f"{path.stem:12} {tally.cases:4} cases  {name:11} {tally.row()}")


def _mixed(decided: Sequence[str], ranked: Sequence[str]) -> list[str]:
    """The candidates of the conditions first, as far as they reach, with the ranker's behind."""
    return list(dict.fromkeys((*decided[:7], *ranked[:3], *decided, *ranked)))


def main() -> None:
    """Learn on the authored examples, then compare the ways on each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--sure", type=float, default=0.75, help="part of its proposals that is right on the examples")
    options = parser.parse_args()
    knowledge = opening.open_knowledge(settings.load())
    retrieval = Retrieval(knowledge.families)
    retrieval.learn(options.sure)
    print(f"weights {[round(w, 3) for w in retrieval._weights]}  threshold {retrieval.threshold:.3f}")  # noqa: SLF001 - its own bench
    matcher = Matcher(knowledge)
    for path in options.cases:
        compare(path, matcher, retrieval)


if __name__ == "__main__":
    main()
