"""What the conventions of ICD-10-CM say of groups of codes, as data: ``diagnosis_rules.json``, read once.

Each row names the section of the ICD-10-CM Official Guidelines for Coding and Reporting that it comes from; ages and sexes are
those that the Medicare Code Editor asks about. The coding rules beside this module know no code by heart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_OLDEST = 124


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the order of diagnoses codes stand, why, and who says so."""

    prefixes: tuple[str, ...]
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Combination:
    """Two groups of codes that one code says together."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    instead: tuple[str, ...]
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class PatientKind:
    """Codes that fit patients of one sex or age only; ``unless`` names the exception."""

    prefixes: tuple[str, ...]
    sex: str
    ages: tuple[int, int]
    unless: str


@dataclass(frozen=True, slots=True)
class DiagnosisRules:
    """The table; groups of codes are told by how the codes begin."""

    never_first: tuple[Place, ...]
    always_first: tuple[Place, ...]
    combinations: tuple[Combination, ...]
    patients: tuple[PatientKind, ...]
    pending: tuple[str, ...]
    """What a mail says while the pathologist has not answered."""
    uncertain_behavior: tuple[str, ...]
    osteoporosis: tuple[str, ...]
    traumatic_fractures: tuple[str, ...]
    drugs: tuple[str, ...]


@cache
def diagnosis_rules() -> DiagnosisRules:
    """The table, read once."""
    table: dict[str, Any] = json.loads(resources.files(__package__).joinpath("diagnosis_rules.json").read_text(encoding="utf-8"))
    return DiagnosisRules(
        never_first=tuple(map(_place, table["never_first"])),
        always_first=tuple(map(_place, table["always_first"])),
        combinations=tuple(
            Combination(tuple(row["one"]), tuple(row["other"]), tuple(row["instead"]), row["why"], row["source"])
            for row in table["combinations"]
        ),
        patients=tuple(map(_patient, table["patients"])),
        pending=tuple(table["pending"]),
        uncertain_behavior=tuple(table["uncertain_behavior"]),
        osteoporosis=tuple(table["osteoporosis"]),
        traumatic_fractures=tuple(table["traumatic_fractures"]),
        drugs=tuple(table["drugs"]),
    )


def _place(row: dict[str, Any]) -> Place:
    return Place(tuple(row["prefixes"]), row["why"], row["source"])


def _patient(row: dict[str, Any]) -> PatientKind:
    youngest, oldest = row.get("ages", (0, _OLDEST))
    return PatientKind(tuple(row["prefixes"]), row.get("sex", ""), (youngest, oldest), row.get("unless", ""))
