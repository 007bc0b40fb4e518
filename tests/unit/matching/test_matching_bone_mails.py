"""Mails about bone density and bone strength, read as a whole: the lines, the diagnoses, and what must not appear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher
from consultant.model.analysis import Reading

NOTES = Path(__file__).parents[2] / "corpus" / "notes"
RECEIVED = date(2026, 11, 20)


@dataclass(frozen=True)
class Expected:
    """What a careful coder answers to one mail."""

    lines: tuple[str, ...]
    diagnoses: tuple[str, ...]
    must_not: tuple[str, ...]


MAILS = {
    "bone-dxr-film-on-file": Expected(("0749T",), ("Z87.310", "Z91.81"), ("0750T", "77080", "M81.0", "S52.501A")),
    "bone-dxr-view-taken": Expected(("0750T",), ("Z13.820", "Z78.0"), ("0749T", "73120", "77080", "M81.0")),
    "bone-ct-strength-with-fractures": Expected(
        ("0743T",), ("M81.8", "T38.0X5A", "M06.9", "Z79.52"), ("0554T", "0558T", "77086", "77078", "M81.0", "M80.08XA", "N20.0")
    ),
    "bone-vfa-old-charge-sheet": Expected(("77085",), ("M81.0", "Z79.83"), ("77080", "77082", "77086", "M80.08XA")),
    "bone-forearm-read-only": Expected(("77081-26",), ("E21.0", "M85.832"), ("77080", "77085", "M85.80")),
}


@pytest.fixture(scope="module")
def matcher(knowledge: Knowledge):
    return Matcher(knowledge)


def read(name: str, matcher: Matcher) -> Reading:
    return matcher.read((NOTES / f"{name}.txt").read_text(encoding="utf-8"), RECEIVED)


@pytest.mark.parametrize("name", MAILS)
def test_the_lines_of_a_bone_mail_are_those_of_a_careful_coder(name: str, matcher: Matcher):
    lines = ["-".join((line.code, *line.modifiers)) for line in read(name, matcher).procedures]
    assert sorted(MAILS[name].lines) == sorted(lines)


@pytest.mark.parametrize("name", MAILS)
def test_the_diagnoses_of_a_bone_mail_are_found(name: str, matcher: Matcher):
    found = {diagnosis.code for diagnosis in read(name, matcher).diagnoses}
    assert set(MAILS[name].diagnoses) - found == set()


@pytest.mark.parametrize("name", MAILS)
def test_a_bone_mail_gives_no_code_that_would_be_wrong(name: str, matcher: Matcher):
    reading = read(name, matcher)
    found = {line.code for line in reading.procedures} | {diagnosis.code for diagnosis in reading.diagnoses}
    assert found & set(MAILS[name].must_not) == set()
