"""Modifier 50 stands only on codes whose bilateral indicator lets both sides be told."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.indicators import BILATERAL, TAKES_BOTH_SIDES, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict

ID = "both-sides"
_BOTH = "50"


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Modifier 50 of the page against the indicator of its code."""
    report = Writer(ID, page)
    for row in page.modifiers:
        if row.code != _BOTH:
            continue
        says, known = f"{_BOTH} is offered for {page.code}", book.fee(page.code, FeeFact.BILATERAL)
        if known is None:
            yield report.unchecked(_BOTH, row.line, says, f"the bilateral indicator of {page.code} is not known here")
            continue
        told = Side(f"bilateral indicator {known.text}: {BILATERAL.get(known.text, UNKNOWN)}", known.source)
        yield (report.confirmed if known.text in TAKES_BOTH_SIDES else report.contradicted)(_BOTH, row.line, says, told)


CHECK = PageCheck(ID, "50 on codes that are not told by side", check)
