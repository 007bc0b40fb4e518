"""The lines that rules look at: ours as suggested, and the asker's as proposed, in one form.

A code that the asker names is never evidence that something was done, but it can be deleted, bundled or excluded all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from consultant.model.analysis import Reading
from consultant.model.coding import System

MEDICARE = "medicare"


@dataclass(frozen=True, slots=True)
class Line:
    """One code with its modifiers and units, and whether we suggest it or the asker proposes it."""

    code: str
    system: System
    modifiers: tuple[str, ...]
    units: int
    is_ours: bool


def our_lines(reading: Reading) -> tuple[Line, ...]:
    """The service lines that we suggest."""
    return tuple(Line(s.code, s.system, s.modifiers, s.units, is_ours=True) for s in reading.procedures)


def their_lines(reading: Reading) -> tuple[Line, ...]:
    """The service lines that the asker proposes; unstated units are one."""
    return tuple(
        Line(p.code, p.system, p.modifiers, p.units or 1, is_ours=False) for p in reading.proposed if p.system is not System.ICD10CM
    )


def our_diagnoses(reading: Reading) -> tuple[str, ...]:
    """The diagnosis codes that we suggest, in claim order."""
    return unique(d.code for d in reading.diagnoses)


def their_diagnoses(reading: Reading) -> tuple[str, ...]:
    """The diagnosis codes that the asker proposes, in the order of the mail."""
    return unique(p.code for p in reading.proposed if p.system is System.ICD10CM)


def services(reading: Reading) -> tuple[str, ...]:
    """Every procedure code in play, ours first, each once."""
    return unique(line.code for line in our_lines(reading) + their_lines(reading))


def diagnoses(reading: Reading) -> tuple[str, ...]:
    """Every diagnosis code in play, ours first, each once."""
    return unique(our_diagnoses(reading) + their_diagnoses(reading))


def billed(reading: Reading) -> tuple[str, ...]:
    """The procedure codes that a payer would see: ours, or the asker's while we have none."""
    return unique(line.code for line in our_lines(reading) or their_lines(reading))


def pairs(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Every two different codes, in the order given."""
    return tuple(combinations(unique(codes), 2))


def together(pair: Iterable[str], reading: Reading) -> bool:
    """Whether both codes stand on one and the same claim: both suggested by us, or both proposed by the asker."""
    both = set(pair)
    ours = {line.code for line in our_lines(reading)} | set(our_diagnoses(reading))
    return both <= ours or both <= {p.code for p in reading.proposed}


def fact(reading: Reading, name: str) -> str:
    """The value of a fact of the case, lower case; empty when the mail does not tell it."""
    return next((one.value.lower() for one in reading.facts if one.name == name), "")


def payer(reading: Reading) -> str:
    """The payer as the mail names it; empty when it is not named."""
    return fact(reading, "payer")


def unique(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes without repeats, in the order they came."""
    return tuple(dict.fromkeys(codes))
