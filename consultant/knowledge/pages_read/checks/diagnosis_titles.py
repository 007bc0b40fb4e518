"""What a page calls a diagnosis code is what ICD-10-CM calls it.

The same words in another order and spelling agree, and so does an inclusion term; a word more or less is told, since both change
what a code is for (*without*, *in remission*, "eg, steroids").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.diagnoses import IcdCode
from consultant.knowledge.known import Book
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage, Row
from consultant.knowledge.verdict import Side, Verdict
from consultant.knowledge.wording import fold
from consultant.model.coding import System

ID = "diagnosis-title"
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_SHORT = {"w": "with", "wo": "without", "unsp": "unspecified", "oth": "other", "dx": "diagnosis", "fx": "fracture"}
_SAYS_NOTHING = frozenset({"a", "an", "and", "of", "or", "the", "to", "for", "in", "by", "code", "eg", "e.g", "e", "g"})
_HITS = 5
_WELL = 0.6
"""Below this score a search is a guess."""


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """Every related diagnosis that ICD-10-CM has."""
    report = Writer(ID, page)
    for row in page.diagnoses:
        found = book.knowledge.diagnosis(row.code, book.on)
        if found is None or not row.words:
            continue
        says, known = f"{row.code} is called {row.words!r}", f"{row.code} is {found.title!r}"
        names = (found.title, *(note.text for note in found.inclusion_terms if note.code == found.code))
        if any(_words(row.words) == _words(name) for name in names):
            yield report.confirmed(row.code, row.line, says, Side(known, book.icd_edition))
        else:
            yield report.contradicted(row.code, row.line, says, Side(known + _elsewhere(row, found, book), book.icd_edition))


def _words(text: str) -> frozenset[str]:
    spelled = text.casefold().replace("w/o", "without ").replace("w/", "with ")
    return frozenset(fold(_SHORT.get(word, word)) for word in _WORD.findall(spelled)) - _SAYS_NOTHING


def _elsewhere(row: Row, found: IcdCode, book: Book) -> str:
    """The code at which the words that the page adds are at home, if they find one well."""
    title = _words(found.title)
    added = [word for word in _WORD.findall(row.words.casefold()) if not {fold(word)} <= title | _SAYS_NOTHING]
    hits = book.knowledge.search(" ".join(added), system=System.ICD10CM, limit=_HITS)
    other = next((hit for hit in hits if hit.billable and hit.code != row.code and hit.score >= _WELL), None)
    return f"; what is added sounds like {other.code} {other.title!r}" if other else ""


CHECK = PageCheck(ID, "descriptions of diagnosis codes that differ from the official title", check)
