"""26 and TC stand only on codes whose PC/TC indicator lets them be split."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.indicators import COMPONENT, TAKES_COMPONENTS, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict

ID = "component"
_SPLITS = frozenset({"26", "TC"})


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Modifiers 26 and TC of the page against the indicator of its code."""
    report = Writer(ID, page)
    for row in page.modifiers:
        if row.code not in _SPLITS:
            continue
        says, known = f"{row.code} is offered for {page.code}", book.fee(page.code, FeeFact.COMPONENT)
        if known is None:
            yield report.unchecked(row.code, row.line, says, f"the PC/TC indicator of {page.code} is not known here")
            continue
        told = Side(f"PC/TC indicator {known.text}: {COMPONENT.get(known.text, UNKNOWN)}", known.source)
        takes = row.code in TAKES_COMPONENTS.get(known.text, frozenset())
        yield (report.confirmed if takes else report.contradicted)(row.code, row.line, says, told)


CHECK = PageCheck(ID, "26 and TC on codes that cannot be split", check)
