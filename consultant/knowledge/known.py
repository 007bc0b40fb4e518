"""What is known of a code here, whoever says it: official tables where they are loaded, else the families; all with their sources.

A fact that nobody knows is None, never a guess and never "none".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consultant.knowledge.asking import Tables
from consultant.knowledge.family import CodeFacts
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.pages import is_live
from consultant.knowledge.verdict import Side


class FeeFact(StrEnum):
    """The indicators of the Medicare physician fee schedule that are compared, named as in `CodeFacts`."""

    STATUS = "status"
    GLOBAL_DAYS = "global_days"
    COMPONENT = "professional_technical"
    BILATERAL = "bilateral"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a procedure code may be reported on the day asked for, and who says so."""

    live: bool
    side: Side


@dataclass(frozen=True, slots=True)
class Book:
    """The knowledge base and the official tables, asked as of one day."""

    knowledge: Knowledge
    on: date

    @property
    def official(self) -> Official:
        """The official tables that the knowledge base was opened with."""
        return self.knowledge.official

    @property
    def tables(self) -> Tables:
        """The official tables, asked as of that day."""
        return Tables(self.official, self.on)

    def facts(self, code: str) -> CodeFacts | None:
        """What the families write of a code, or None when none does."""
        page = self.knowledge.code(code, self.on)
        return page.facts if page is not None and page.family else None

    def fee(self, code: str, fact: FeeFact) -> Side | None:
        """An indicator of the fee schedule: of the table that is loaded, else as a family writes it."""
        official = self.tables.fee(code, fact.value)
        if official is not None:
            return official
        facts = self.facts(code)
        value = str(getattr(facts, fact.value)) if facts is not None else ""
        return Side(value, self._source(code, facts)) if value and facts is not None else None

    @property
    def icd_edition(self) -> str:
        """The edition of ICD-10-CM, as reports name it; empty when none is loaded."""
        edition = self.knowledge.icd10cm_edition(self.on)
        return f"ICD-10-CM {edition}" if edition else ""

    def standing(self, code: str) -> Standing | None:
        """Whether a procedure code is in force, or None when neither a family nor a table has it."""
        facts, listed = self.facts(code), self.tables.listing(code)
        if facts is not None and not is_live(facts, self.on):
            return Standing(live=False, side=Side(_when(facts, self.on), self.family_source(code)))
        if listed is not None:
            return Standing(live=listed.live, side=listed.side)
        if facts is not None or self.knowledge.plain(code):
            return Standing(live=True, side=Side("no end of it is recorded", self.family_source(code)))
        return None

    def family_source(self, code: str) -> str:
        """How reports name the family that writes a code."""
        page = self.knowledge.code(code, self.on)
        return f"family {page.family}" if page is not None and page.family else "neighbours.yaml"

    def _source(self, code: str, facts: CodeFacts) -> str:
        return f"{facts.status_edition}, in the {self.family_source(code)}" if facts.status_edition else self.family_source(code)


def _when(facts: CodeFacts, on: date) -> str:
    if facts.ended is not None and facts.ended <= on:
        instead = f"; replaced by {' or '.join(facts.successors)}" if facts.successors else ""
        return f"deleted on {facts.ended:%Y-%m-%d}{instead}"
    return f"in force only from {facts.effective:%Y-%m-%d}"
