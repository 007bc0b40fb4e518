"""Texts of no sense or of great length end quickly and give no codes out of nothing."""

from __future__ import annotations

import random
import string
import time
from datetime import date

import pytest

from consultant.knowledge.lookup import Knowledge
from consultant.matching.candidates import MOST
from consultant.matching.match import Matcher

RECEIVED = date(2026, 11, 20)
LETTERS = random.Random(5)  # noqa: S311 - letters of no sense, no secret
QUICK = 2.0
"""Seconds of processor time; the promise of docs/PERFORMANCE.md."""


def _noise(length: int, alphabet: str) -> str:
    return "".join(LETTERS.choices(alphabet, k=length))


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge) -> Matcher:
    return Matcher(knowledge)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("excision " * 10_000, id="one act ten thousand times"),
        pytest.param("no history of, " * 10_000, id="nothing but denials"),
        pytest.param("FINDINGS:\n" * 10_000, id="nothing but headings"),
        pytest.param("\n" * 100_000, id="nothing but line ends"),
        pytest.param("(" * 50_000, id="nothing but brackets"),
        pytest.param("1.2 x 3.4 cm, " * 5_000, id="nothing but sizes"),
    ],
)
def test_a_text_of_no_sense_ends_quickly_and_gives_no_service(matcher: Matcher, text: str):
    start = time.process_time()
    reading = matcher.read(text, RECEIVED)
    assert time.process_time() - start < QUICK
    assert reading.procedures == ()


@pytest.mark.parametrize("alphabet", [string.printable, string.ascii_lowercase + "   "], ids=["characters", "words"])
def test_a_megabyte_of_chance_ends_quickly(matcher: Matcher, alphabet: str):
    text = _noise(1_000_000, alphabet)
    start = time.process_time()
    reading = matcher.read(text, RECEIVED)
    assert time.process_time() - start < QUICK
    assert len(reading.candidates) <= MOST


def test_a_long_text_says_that_it_was_cut(matcher: Matcher):
    facts = {fact.name for fact in matcher.read("excision of skin " * 20_000, RECEIVED).facts}
    assert "text-cut" in facts
