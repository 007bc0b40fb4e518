"""What a coder has to know of the code of a page, and the page does not say: that Medicare does not pay it, and when it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.indicators import PAID, STATUS, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "unsaid"
_TELLS_STATUS = re.compile(
    r"non-?covered|not cover|not pa(?:id|y)|status indicator|carrier|contractor|excluded|bundled", re.IGNORECASE
)
_TELLS_END = re.compile(r"sunset|temporary|category iii|archiv|expire", re.IGNORECASE)


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Medicare status and sunset of the code of the page, where the running text does not touch them."""
    if page.system is System.ICD10CM:
        return
    report, status, facts = Writer(ID, page), book.fee(page.code, FeeFact.STATUS), book.facts(page.code)
    if status is not None and status.text not in PAID and not _TELLS_STATUS.search(page.prose):
        known = Side(f"status {status.text}: {STATUS.get(status.text, UNKNOWN)}", status.source)
        yield report.unsaid(page.code_line, "the Medicare status is not told", known)
    if facts is not None and facts.sunset and not _TELLS_END.search(page.prose):
        known = Side(f"a temporary code, archived in {facts.sunset} unless renewed", book.family_source(page.code))
        yield report.unsaid(page.code_line, "that the code is temporary is not told", known)


CHECK = PageCheck(ID, "what a coder has to know and the page leaves out", check)
