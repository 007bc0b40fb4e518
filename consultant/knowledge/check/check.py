"""Checking the authored knowledge against official tables: every check of the table, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consultant.knowledge.check.authored import Authored
from consultant.knowledge.check.checks import (
    add_on,
    bilateral,
    bundles,
    component,
    dates,
    descriptors,
    diagnoses,
    disputed,
    exists,
    global_days,
    modifier_uses,
    modifiers,
    neighbours,
    places,
    status,
    taxonomies,
    units,
)
from consultant.knowledge.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table of checks: its id in verdicts, what it compares in words, and the function that does."""

    id: str
    compares: str
    check: Callable[[Authored], Iterable[Verdict]]


CHECKS: tuple[Check, ...] = (
    Check(exists.ID, "codes are listed", exists.check),
    Check(dates.ID, "dates of codes", dates.check),
    Check(status.ID, "Medicare status", status.check),
    Check(global_days.ID, "global days", global_days.check),
    Check(component.ID, "PC/TC indicator", component.check),
    Check(bilateral.ID, "bilateral indicator", bilateral.check),
    Check(add_on.ID, "add-on codes and their primaries", add_on.check),
    Check(units.ID, "MUE value and adjudication", units.check),
    Check(bundles.ID, "pairs not reported together", bundles.check),
    Check(modifier_uses.ID, "modifiers of families", modifier_uses.check),
    Check(diagnoses.ID, "diagnosis codes", diagnoses.check),
    Check(taxonomies.ID, "provider taxonomies", taxonomies.check),
    Check(places.ID, "places of service", places.check),
    Check(modifiers.ID, "HCPCS modifiers", modifiers.check),
    Check(neighbours.ID, "codes of neighbours.yaml", neighbours.check),
    Check(descriptors.ID, "own words against licensed descriptors", descriptors.check),
    Check(disputed.ID, "facts on which sources disagree", disputed.check),
)


def check(authored: Authored) -> tuple[Verdict, ...]:
    """The verdicts of all checks, in the order of the table."""
    return tuple(verdict for row in CHECKS for verdict in row.check(authored))
