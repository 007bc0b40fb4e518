"""A taxonomy number of a page stands under the name of its own specialty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.known import Book
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.specialties import same_specialty
from consultant.knowledge.verdict import Side, Verdict

ID = "taxonomy"
_SHAPE = re.compile(r"[0-9]{3}[0-9A-Z]{6}X")


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Every taxonomy number with the name beside it."""
    report = Writer(ID, page)
    for row in page.taxonomies:
        says = f"{row.code} is called {row.words!r}"
        found, edition = book.tables.taxonomy(row.code), book.tables.named(Kind.TAXONOMY)
        if not _SHAPE.fullmatch(row.code):
            yield report.contradicted(row.code, row.line, says, Side(f"{row.code} has not the form of a taxonomy number", "NUCC"))
        elif not edition:
            yield report.unchecked(row.code, row.line, says, "no taxonomy table is loaded")
        elif found is None:
            yield report.contradicted(row.code, row.line, says, Side(f"there is no taxonomy {row.code}", edition))
        elif same_specialty(row.words, found):
            yield report.confirmed(row.code, row.line, says, Side(found.name, edition))
        else:
            yield report.contradicted(row.code, row.line, says, Side(f"{row.code} is {found.name!r}", edition))


CHECK = PageCheck(ID, "taxonomy numbers under another specialty's name", check)
