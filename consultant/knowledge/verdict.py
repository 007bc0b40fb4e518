"""What a comparison of two sources came to: both sides, each with where it is from.

Used where authored knowledge is checked against official tables (`check`) and where published pages are checked against both
(`pages_read`). That nothing could be compared is an outcome of its own and never worded as agreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How one comparison came out."""

    CONTRADICTION = "contradiction"
    CONFIRMED = "confirmed"
    UNCHECKED = "unchecked"
    """What it takes to compare is not loaded or not known here."""
    DISPUTED = "disputed"
    """The sources are known to disagree, and the writer says so."""
    FILLER = "filler"
    """Words that stand where data should be."""
    UNSAID = "unsaid"
    """Something that a coder has to know and that is left out."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says."""

    text: str
    source: str
    """Where it says so: a file with its line, or a table with its edition."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One statement, compared. ``known`` tells why not when the outcome is unchecked."""

    check: str
    outcome: Outcome
    about: str
    """The code, pair of codes, modifier or number that it is about."""
    said: Side
    known: Side


def counted(verdicts: Iterable[Verdict]) -> dict[str, Counter[Outcome]]:
    """How often each check came to which outcome, checks in the order in which they first came out."""
    counts: dict[str, Counter[Outcome]] = {}
    for verdict in verdicts:
        counts.setdefault(verdict.check, Counter())[verdict.outcome] += 1
    return counts


def only(verdicts: Iterable[Verdict], *outcomes: Outcome) -> tuple[Verdict, ...]:
    """The verdicts with one of these outcomes, in order."""
    return tuple(verdict for verdict in verdicts if verdict.outcome in outcomes)


def as_row(verdict: Verdict) -> dict[str, str]:
    """The verdict as plain data."""
    return {
        "check": verdict.check,
        "outcome": verdict.outcome.value,
        "about": verdict.about,
        "said": verdict.said.text,
        "said_in": verdict.said.source,
        "known": verdict.known.text,
        "known_from": verdict.known.source,
    }
