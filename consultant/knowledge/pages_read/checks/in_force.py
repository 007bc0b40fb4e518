"""Procedure codes that a page shows as live are in force on the day asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.known import Book
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Verdict
from consultant.model.coding import System

ID = "in-force"
_ADMITS = re.compile(
    r"\b(?:deleted|discontinued|terminated|archived|retired|sunset|no longer (?:valid|active|reported|in use))\b", re.IGNORECASE
)


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """The code of the page and every related procedure code."""
    report = Writer(ID, page)
    if page.system is not System.ICD10CM:
        says = f"{page.code} is explained as a code in use" + (f" (copyright {page.year})" if page.year else "")
        yield from _verdict(report, book, page.code, page.code_line, says, page.prose)
    for row in page.procedures:
        if row.code != page.code:
            yield from _verdict(
                report, book, row.code, row.line, f"{row.code} is listed as a related code", f"{row.words} {row.remark}"
            )


def _verdict(report: Writer, book: Book, code: str, line: int, says: str, words: str) -> Iterator[Verdict]:
    standing = book.standing(code)
    if standing is None:
        yield report.unchecked(code, line, says, _unknown(book))
    elif standing.live:
        yield report.confirmed(code, line, says, standing.side)
    elif _ADMITS.search(words):
        yield report.confirmed(code, line, f"{code} is said to be no longer in use", standing.side)
    else:
        yield report.contradicted(code, line, says, standing.side)


def _unknown(book: Book) -> str:
    asked = [named for kind in (Kind.MPFS, Kind.MUE, Kind.HCPCS) if (named := book.tables.named(kind))]
    return (
        f"no family writes this code, nor do {', '.join(asked)} list it"
        if asked
        else "no family writes this code and no table is loaded"
    )


CHECK = PageCheck(ID, "codes shown as live that are not in force", check)
