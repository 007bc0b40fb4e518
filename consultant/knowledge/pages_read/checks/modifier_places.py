"""A modifier stands only on codes that it is made for: visit modifiers on visits, anesthesia modifiers on anesthesia, and so on."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.known import Book
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "modifier"
_SOURCE = "modifiers.yaml"


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Every modifier of the page against the codes that it can stand on."""
    report = Writer(ID, page)
    for row in page.modifiers:
        says, modifier = f"{row.code} is offered for {page.code}", book.knowledge.modifiers.get(row.code)
        if modifier is None:
            yield report.unchecked(row.code, row.line, says, f"the modifier {row.code} is not written here")
        elif page.system is System.ICD10CM:
            yield report.contradicted(row.code, row.line, says, Side("diagnosis codes take no modifiers", _SOURCE))
        elif not modifier.fits(page.code):
            never = f"; never: {modifier.never}" if modifier.never else ""
            known = f"{row.code} ({modifier.title}) stands only on {', '.join(modifier.only_on)}{never}"
            yield report.contradicted(row.code, row.line, says, Side(known, _SOURCE))
        elif modifier.only_on:
            yield report.confirmed(row.code, row.line, says, Side(f"{row.code} may stand on {page.code}", _SOURCE))


CHECK = PageCheck(ID, "modifiers on codes that they are not made for", check)
