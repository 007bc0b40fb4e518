"""Codes of neighbours.yaml are in force, and no family writes them."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.verdict import Side, Verdict

ID = "neighbours"
_FILE = "neighbours.yaml"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every procedure of the file that no family writes; the words of the others are dead, which does no harm."""
    report, written = Writer(ID), {statement.code.code for statement in authored.procedures}
    for neighbour in authored.sources.neighbours:
        if neighbour.code in written:
            continue
        said, listing = Side(f"{neighbour.code} may be reported", _FILE), authored.tables.listing(neighbour.code)
        if listing is None:
            yield report.unchecked(neighbour.code, said, "no table that is loaded lists it")
        else:
            yield report.agreeing(neighbour.code, said, listing.side, agree=listing.live)
