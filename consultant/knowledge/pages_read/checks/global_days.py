"""Modifiers of the care around an operation stand only on operations: 54, 55 and 56 need 10 or 90 global days."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.indicators import GLOBAL_DAYS, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict

ID = "global-days"
_PARTS_OF_CARE = frozenset({"54", "55", "56"})
_WITH_CARE = frozenset({"010", "090", "MMM", "YYY"})


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Modifiers 54, 55 and 56 of the page against the global days of its code."""
    report = Writer(ID, page)
    for row in page.modifiers:
        if row.code not in _PARTS_OF_CARE:
            continue
        says, known = f"{row.code} is offered for {page.code}", book.fee(page.code, FeeFact.GLOBAL_DAYS)
        if known is None:
            yield report.unchecked(row.code, row.line, says, f"the global days of {page.code} are not known here")
            continue
        told = Side(f"global days {known.text}: {GLOBAL_DAYS.get(known.text, UNKNOWN)}", known.source)
        yield (report.confirmed if known.text in _WITH_CARE else report.contradicted)(row.code, row.line, says, told)


CHECK = PageCheck(ID, "54, 55 and 56 on codes without after-care", check)
