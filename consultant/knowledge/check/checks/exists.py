"""Codes that may be reported stand in the tables that list such codes.

HCPCS Level II lists its own codes whole. CPT codes are listed by the fee schedule and by the units edits, neither of them whole:
only a code that both leave out, though both are younger than it, is a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Statement, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "exists"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every code that a family lets be reported on the day."""
    for statement in authored.live:
        yield _verdict(statement, authored, Writer(ID))


def _verdict(statement: Statement, authored: Authored, report: Writer) -> Verdict:
    code, facts = statement.code.code, statement.code.facts
    said = Side(f"{code} may be reported", statement.place)
    listing = authored.tables.listing(code)
    if listing is not None:
        return report.agreeing(code, said, listing.side, agree=listing.live)
    kinds = (Kind.HCPCS,) if statement.code.system is System.HCPCS else (Kind.MPFS, Kind.MUE)
    editions = [authored.tables.edition(kind) for kind in kinds]
    loaded = [edition for edition in editions if edition is not None]
    if len(loaded) < len(kinds):
        return report.unchecked(code, said, f"{' and '.join(kind.value for kind in kinds)} are not all loaded")
    known = Side("it is not listed", ", ".join(str(edition) for edition in loaded))
    if facts.effective is not None and any(edition.effective < facts.effective for edition in loaded):
        return report.unchecked(code, said, f"it is younger than {known.source}")
    if facts.disputed and not statement.code.when:
        # Never suggested, and the writer says that its end is not certain.
        return report.disputed(code, said, known)
    return report.contradicted(code, said, known)
