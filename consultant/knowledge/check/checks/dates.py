"""Dates of codes: an ended code is in force in no table, and HCPCS Level II gives the same days."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Statement, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "dates"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every code with a day on which it begins or ends."""
    report = Writer(ID)
    for statement in authored.procedures:
        if statement.code.system is System.HCPCS:
            yield from _against_hcpcs(statement, authored, report)
        elif statement.code.facts.ended is not None:
            yield _ended(statement, authored, report)


def _ended(statement: Statement, authored: Authored, report: Writer) -> Verdict:
    """A CPT code that has ended: a table made after its end must not list it."""
    code, ended = statement.code.code, statement.code.facts.ended
    said = Side(f"{code} ended; the first day without it is {ended}", statement.place)
    editions = [authored.tables.edition(kind) for kind in (Kind.MPFS, Kind.MUE)]
    after = [edition for edition in editions if edition is not None and ended is not None and ended <= edition.effective]
    listing = authored.tables.listing(code)
    names = ", ".join(str(edition) for edition in after)
    if listing is not None and listing.live and listing.side.source in {str(edition) for edition in after}:
        return report.contradicted(code, said, listing.side)
    if listing is None and after:
        return report.confirmed(code, said, Side("it is no longer listed", names))
    return report.unchecked(code, said, "no fee schedule or units table from after its end is loaded")


def _against_hcpcs(statement: Statement, authored: Authored, report: Writer) -> Iterator[Verdict]:
    """A HCPCS code: terminated codes stay in some files with their days, and are left out of others."""
    code, facts = statement.code.code, statement.code.facts
    rows = authored.tables.hcpcs_everywhere(code)
    for name, written, row in (
        ("begins", facts.effective, next((row for row in rows if row.added), None)),
        ("ends", facts.ended, next((row for row in rows if row.ended), None)),
    ):
        if written is None:
            continue
        said = Side(f"{code} {name} on {written}", statement.place)
        newest = authored.tables.edition(Kind.HCPCS)
        if row is not None:
            known = row.added if name == "begins" else row.ended
            yield report.agreeing(code, said, Side(f"{code} {name} on {known}", str(row.edition)), agree=written == known)
        elif name == "ends" and newest is not None and written <= newest.effective and authored.tables.hcpcs(code) is None:
            yield report.confirmed(code, said, Side("it is no longer listed", str(newest)))
        else:
            yield report.unchecked(code, said, "no table that is loaded gives this day")
