"""The authored knowledge as statements to check: every code, pair, diagnosis, modifier and place with the line that writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from consultant.knowledge.asking import Tables
from consultant.knowledge.family import Family, FamilyCode
from consultant.knowledge.known import Book
from consultant.knowledge.sources import Sources
from consultant.knowledge.verdict import Outcome, Side, Verdict
from consultant.model.coding import System


@dataclass(frozen=True, slots=True)
class Statement:
    """A procedure code as one family writes it."""

    family: Family
    code: FamilyCode
    place: str
    """File and line."""

    def is_live_on(self, day: date) -> bool:
        """Whether the family lets it be reported on that day."""
        facts = self.code.facts
        return (facts.effective is None or facts.effective <= day) and (facts.ended is None or day < facts.ended)


@dataclass(frozen=True)
class Authored:
    """The written knowledge, and what it is checked against."""

    sources: Sources
    book: Book

    @property
    def tables(self) -> Tables:
        """The official tables on the day of the check."""
        return self.book.tables

    @cached_property
    def procedures(self) -> tuple[Statement, ...]:
        """Every CPT and HCPCS code, once for each family that writes it."""
        return tuple(
            Statement(family, code, self._places[family.id, code.code])
            for family in self.sources.families
            for code in family.codes
            if code.system is not System.ICD10CM
        )

    @property
    def live(self) -> Iterator[Statement]:
        """The procedures that may be reported on the day of the check, by what is written."""
        return (statement for statement in self.procedures if statement.is_live_on(self.book.on))

    def place_of(self, family: Family) -> str:
        """The file of a family, by the line of its first code."""
        return self._places[family.id, family.codes[0].code].partition(":")[0]

    @cached_property
    def _places(self) -> dict[tuple[str, str], str]:
        return {(written.family, written.code): str(written.place) for written in self.sources.named.codes}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the verdicts of one check."""

    check: str

    def agreeing(self, about: str, said: Side, known: Side, *, agree: bool) -> Verdict:
        """Confirmed when both sides agree, else a contradiction."""
        return Verdict(self.check, Outcome.CONFIRMED if agree else Outcome.CONTRADICTION, about, said, known)

    def contradicted(self, about: str, said: Side, known: Side) -> Verdict:
        """The two sides cannot both be right."""
        return Verdict(self.check, Outcome.CONTRADICTION, about, said, known)

    def confirmed(self, about: str, said: Side, known: Side) -> Verdict:
        """Both sides say the same."""
        return Verdict(self.check, Outcome.CONFIRMED, about, said, known)

    def unchecked(self, about: str, said: Side, why: str) -> Verdict:
        """There is nothing to compare with."""
        return Verdict(self.check, Outcome.UNCHECKED, about, said, Side(why, ""))

    def disputed(self, about: str, said: Side, known: Side) -> Verdict:
        """The writer says that sources disagree."""
        return Verdict(self.check, Outcome.DISPUTED, about, said, known)

    def unsaid(self, about: str, where: str, known: Side) -> Verdict:
        """A table tells something that nobody has written."""
        return Verdict(self.check, Outcome.UNSAID, about, Side("nothing is written", where), known)
