"""Diagnosis codes of a page exist in ICD-10-CM and are complete."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.known import Book
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage, Row
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "diagnosis-code"
_SHORTEST = 3
_MOST_EXAMPLES = 3


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Every related diagnosis, and the code of the page when it is one."""
    report, own = Writer(ID, page), Row(page.code, "", "", page.code_line)
    for row in (*page.diagnoses, *([own] if page.system is System.ICD10CM else [])):
        says, source = f"{row.code} is listed as a diagnosis code", book.icd_edition
        found = book.knowledge.diagnosis(row.code, book.on)
        if not source:
            yield report.unchecked(row.code, row.line, says, "ICD-10-CM is not loaded")
        elif found is None:
            yield report.contradicted(row.code, row.line, says, Side(_missing(row.code, book), source))
        elif not found.billable:
            known = f"{row.code} is a {found.level.value}, not a complete code{_below(row.code, book)}"
            yield report.contradicted(row.code, row.line, says, Side(known, source))
        else:
            yield report.confirmed(row.code, row.line, says, Side(f"{row.code} is a complete code", source))


def _missing(code: str, book: Book) -> str:
    """That there is no such code, with what ICD-10-CM has in its place."""
    for length in range(len(code) - 1, _SHORTEST - 1, -1):
        heading = code[:length].rstrip(".")
        found = book.knowledge.diagnosis(heading, book.on)
        if found is not None:
            return f"there is no code {code}; {heading} is {found.title!r}{_below(heading, book)}"
    return f"there is no code {code}, nor a category {code[:_SHORTEST]}"


def _below(code: str, book: Book) -> str:
    """Some complete codes below a heading."""
    found: list[str] = []
    open_ = [code]
    while open_ and len(found) < _MOST_EXAMPLES:
        children = book.knowledge.children(open_.pop(0))
        found += [child.code for child in children if child.billable]
        open_ = [child.code for child in children if not child.billable] + open_
    return f"; complete codes below it are {', '.join(found[:_MOST_EXAMPLES])} …" if found else ""


CHECK = PageCheck(ID, "diagnosis codes that do not exist or are not complete", check)
