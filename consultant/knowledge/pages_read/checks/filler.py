"""Words that stand where data should be, and tables that break off."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.known import Book
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict

ID = "filler"
_NOTHING = Side("this is no statement about the code", "")


def check(page: PublishedPage, _book: Book) -> Iterator[Verdict]:
    """Filler with how often it stands there, and the line at which a table ends without being whole."""
    report = Writer(ID, page)
    for filler in page.filler:
        times = "once" if len(filler.lines) == 1 else f"{len(filler.lines)} times"
        yield report.filler(filler.lines[0], f"{filler.text!r} ({times})", _NOTHING)
    if page.cut_short is not None:
        yield report.filler(page.cut_short, "a table breaks off here", Side("rows are missing", ""))


CHECK = PageCheck(ID, "filler instead of data, and tables that break off", check)
