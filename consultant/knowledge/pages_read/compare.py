"""Comparing a published page with what is known: every check of the table, in order."""

from __future__ import annotations

from dataclasses import dataclass

from consultant.knowledge.known import Book
from consultant.knowledge.pages_read.checks import (
    bilateral,
    component,
    diagnosis_codes,
    diagnosis_titles,
    filler,
    global_days,
    in_force,
    modifier_places,
    taxonomies,
    unsaid,
    wording,
)
from consultant.knowledge.pages_read.finding import PageCheck
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Outcome, Verdict, only

CHECKS: tuple[PageCheck, ...] = (
    # What the page is about comes first; then its tables in the order in which such pages carry them.
    in_force.CHECK,
    wording.CHECK,
    modifier_places.CHECK,
    component.CHECK,
    bilateral.CHECK,
    global_days.CHECK,
    taxonomies.CHECK,
    diagnosis_codes.CHECK,
    diagnosis_titles.CHECK,
    filler.CHECK,
    unsaid.CHECK,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A page and everything that the checks found about it."""

    page: PublishedPage
    verdicts: tuple[Verdict, ...]

    @property
    def contradictions(self) -> tuple[Verdict, ...]:
        """What official or authored data says otherwise."""
        return only(self.verdicts, Outcome.CONTRADICTION)


def compare(page: PublishedPage, book: Book) -> Comparison:
    """Check the facts of a page against everything known as of the day of ``book``."""
    return Comparison(page, tuple(verdict for row in CHECKS for verdict in row.check(page, book)))
