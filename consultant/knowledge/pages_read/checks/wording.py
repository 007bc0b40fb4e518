"""A code stands under its own words: the site and the method that a page gives it are those of the code.

What the words mean is found with the lexicon, and compared with our own words for the code; where a licensee's descriptors are
loaded, with these as well, which are never shown. Fee schedules and edit tables tell nothing of sites, so that a code that nobody
here describes can be neither confirmed nor contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from consultant.knowledge.concepts import ConceptFinder, are_akin
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.pages_read.finding import PageCheck, Writer
from consultant.knowledge.pages_read.page import PublishedPage
from consultant.knowledge.verdict import Side, Verdict
from consultant.knowledge.wording import likeness, line_of, words_of
from consultant.model.clinical import ConceptKind
from consultant.model.coding import System

ID = "wording"
_ASPECTS = {ConceptKind.SITE: "site", ConceptKind.PROCEDURE: "method"}
_LIKE = 0.6
_UNKNOWN = "nobody here describes this code and no licensed descriptor is loaded; fee schedule and edit tables tell no sites"


def check(page: PublishedPage, book: Book) -> Iterator[Verdict]:
    """The words of every related procedure, and those with which the page explains its own code."""
    report = Writer(ID, page)
    if page.system is not System.ICD10CM:
        if page.explanation:
            yield from _compare(report, book, page.code, page.code_line, page.explanation)
        if page.descriptor:
            yield from _licensed(report, book, page.code, page.code_line, page.descriptor)
    for row in page.procedures:
        if row.words:
            yield from _compare(report, book, row.code, row.line, row.words)
            yield from _licensed(report, book, row.code, row.line, row.words)


def _compare(report: Writer, book: Book, code: str, line: int, words: str) -> Iterator[Verdict]:
    known = book.knowledge.plain(code)
    if not known:
        if not book.tables.descriptor(code):
            yield report.unchecked(code, line, f"{code} is given words of its own", _UNKNOWN)
        return
    came = [verdict for kind in _ASPECTS if (verdict := _aspect(report, book, kind, (code, line, words, known)))]
    if came:
        yield from came
    else:
        yield report.unchecked(
            code, line, f"{code} is given words of its own", "its words name no site or method that the lexicon knows"
        )


def _aspect(report: Writer, book: Book, kind: ConceptKind, given: tuple[str, int, str, str]) -> Verdict | None:
    code, line, words, known = given
    finder = _finder(book.knowledge, kind)
    said, ours = finder.find(words), {*finder.find(known), *(_waking(book, code) if kind is ConceptKind.PROCEDURE else ())}
    if not said or not ours:
        return None
    quoted = ", ".join(dict.fromkeys(repr(each) for each in said.values()))
    says, side = f"{code} is given the {_ASPECTS[kind]} {quoted}", Side(f"{code}: {known}", book.family_source(code))
    # A method may be named by a word that our own text has too, though the lexicon keeps the two apart.
    akin = are_akin(said, ours, book.knowledge) or any({*words_of(each)} <= {*words_of(known)} for each in said.values())
    return (report.confirmed if akin else report.contradicted)(code, line, says, side)


def _waking(book: Book, code: str) -> frozenset[str]:
    families = book.knowledge.families_of_code(code)
    return frozenset(concept for family in families for concept in (*family.wakes_on.any, *family.wakes_on.all))


def _licensed(report: Writer, book: Book, code: str, line: int, words: str) -> Iterator[Verdict]:
    descriptor = book.tables.descriptor(code)
    if not descriptor:
        return
    says, source = f"{code} is given words of its own", book.tables.named(Kind.CPT) or "the licensed descriptors"
    wanted = tuple(line_of(words).split())
    if wanted and likeness(line_of(descriptor), wanted) >= _LIKE:
        yield report.confirmed(code, line, says, Side("the licensed descriptor is like it", source))
    else:
        yield report.contradicted(code, line, says, Side("the licensed descriptor has other words (not shown here)", source))


@lru_cache(maxsize=8)
def _finder(knowledge: Knowledge, kind: ConceptKind) -> ConceptFinder:
    return ConceptFinder(knowledge.concepts, {kind})


CHECK = PageCheck(ID, "codes under the words of another one", check)
