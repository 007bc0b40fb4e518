"""What a check of published pages is, and how it writes its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consultant.knowledge.known import Book
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Outcome, Side, Verdict


@dataclass(frozen=True, slots=True)
class PageCheck:
    """One row of the table of checks: its id, what it looks for in words, and the function that looks."""

    id: str
    looks_for: str
    check: Callable[[PublishedPage, Book], Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the verdicts of one check of one page."""

    check: str
    page: PublishedPage

    def contradicted(self, about: str, line: int, says: str, known: Side) -> Verdict:
        """What the page says is contradicted by what is known."""
        return self._verdict(Outcome.CONTRADICTION, about, line, says, known)

    def confirmed(self, about: str, line: int, says: str, known: Side) -> Verdict:
        """What the page says is what is known."""
        return self._verdict(Outcome.CONFIRMED, about, line, says, known)

    def unchecked(self, about: str, line: int, says: str, why: str) -> Verdict:
        """What the page says can be neither confirmed nor contradicted here."""
        return self._verdict(Outcome.UNCHECKED, about, line, says, Side(why, ""))

    def filler(self, line: int, says: str, known: Side) -> Verdict:
        """Words of the page that stand where data should be."""
        return self._verdict(Outcome.FILLER, self.page.code, line, says, known)

    def unsaid(self, line: int, what: str, known: Side) -> Verdict:
        """Something known that the page leaves out."""
        return self._verdict(Outcome.UNSAID, self.page.code, line, what, known)

    def _verdict(self, outcome: Outcome, about: str, line: int, says: str, known: Side) -> Verdict:
        return Verdict(self.check, outcome, about, Side(says, self.page.at(line)), known)
