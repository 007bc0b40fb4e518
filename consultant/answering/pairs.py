"""NCCI questions: may two codes be billed together, and what a modifier can do about it.

Without a table of pairs only what our families write is told, and that the table is missing is said; silence is never taken for "no
edit exists".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, clause, here, no_data, written_source
from consultant.knowledge.family import Bundle, BundleKind
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.official_facts import PtpEdit
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer

MOST_CODES = 4
_TWO = 2
_VISITS = "evaluation-management"
_LIFTS = "a proper modifier (59 or the X that fits, or one for the side, finger, toe or lid)"


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each pair of procedure codes that a question about billing together names."""
    codes = asked.pair[:MOST_CODES]
    if len(codes) < _TWO or not asked.says("together") or asked.says("anesthesia") or _is_on_one(asked):
        return
    for one, other in itertools.combinations(codes, _TWO):
        if asked.named or _is_written(one, other, book):
            yield of_pair(one, other, book)


def _is_on_one(asked: Asked) -> bool:
    """Whether the question is about a modifier on one code, and no edit is named."""
    return bool(asked.modifiers) and asked.named and len(asked.procedures) == 1 and not asked.says("ncci")


def _is_written(one: str, other: str, book: Book) -> bool:
    """Whether anything is known of the pair; codes that a question does not name are not worth a "not known"."""
    edit = book.tables.ptp(one, other) or book.tables.ptp(other, one)
    return edit is not None or any(other in {b.column_1, b.column_2} for b in book.knowledge.bundles(one))


def of_pair(one: str, other: str, book: Book) -> Answer:
    """What is known of two procedure codes on one claim."""
    edit = book.tables.ptp(one, other) or book.tables.ptp(other, one)
    bundle = next((b for b in book.knowledge.bundles(one) if other in {b.column_1, b.column_2}), None)
    visit = _visit(one, other, book)
    sources = [written_source(book, one)]
    if edit is not None:
        sentences = [*_of_edit(edit, visit), bundle.reason if bundle is not None else ""]
        sources = [str(edit.edition), bundle.source if bundle is not None else "", *sources]
    elif bundle is not None:
        sentences, sources = list(_of_bundle(bundle, book)), [bundle.source, *sources]
    else:
        sentences, sources = list(_unknown(one, other, visit, book)), [book.tables.named(Kind.NCCI_PTP), *sources]
    sentences.append(here(book, one, other))
    return answer(Topic.NCCI, sentences, (one, other), sources)


def _of_edit(edit: PtpEdit, visit: str) -> Iterator[str]:
    first, second = edit.column_1, edit.column_2
    if not edit.modifier_allowed:
        yield (
            f"No (modifier indicator 0, which 59 and the like do not bypass): {second} is not paid beside {first} "
            "for the same patient, practitioner and day"
        )
        return
    yield f"Not as a rule: NCCI pays {first} (column 1) and denies {second} (column 2); the modifier indicator is 1"
    if visit:
        yield f"With 25 on {visit} both are paid, when the visit was significant and separate from the other service"
    else:
        yield f"With {_LIFTS} on one of the two both can be paid, when the record shows another site, session or lesion"


def _of_bundle(bundle: Bundle, book: Book) -> Iterator[str]:
    first, second = bundle.column_1, bundle.column_2
    why = clause(bundle.reason)
    exclusive = bundle.kind is BundleKind.MUTUALLY_EXCLUSIVE
    if bundle.indicator == "0":
        yield f"No (modifier indicator 0, which 59 and the like do not bypass): {second} is not billed with {first}: {why}"
    elif exclusive:
        yield f"No: {first} and {second} exclude each other: {why}"
    else:
        known = " (modifier indicator 1)" if bundle.indicator == "1" else ""
        yield f"Not as a rule{known}: {second} is part of {first}: {why}"
    if bundle.indicator == "1":
        yield f"With {_LIFTS} both can be paid, when the record shows another site, session or lesion"
    if not book.tables.named(Kind.NCCI_PTP):
        yield "This is from our own notes; no NCCI table is loaded here, so look up the quarter of your date of service"


def _unknown(one: str, other: str, visit: str, book: Book) -> Iterator[str]:
    if visit:
        yield f"Yes, if the visit was significant and separate from the procedure of that day: put 25 on {visit}"
    loaded = book.tables.named(Kind.NCCI_PTP)
    if loaded:
        yield f"NCCI does not stop them: the table loaded ({loaded}) has no edit between {one} and {other} in force on that day"
        yield "Each still needs its own reason in the record, and other payers may bundle them"
        return
    yield f"I cannot tell whether NCCI pairs {one} with {other}: {no_data(book, Kind.NCCI_PTP)}, and no note here names this pair"
    yield "That says nothing about whether an edit exists: look it up for the quarter of your date of service"


def _visit(one: str, other: str, book: Book) -> str:
    """The visit of a pair whose other code is a procedure with global days; empty for other pairs."""
    for visit, procedure in ((one, other), (other, one)):
        page, days = book.knowledge.code(visit, book.on), book.fee(procedure, FeeFact.GLOBAL_DAYS)
        is_visit = page is not None and bool(page.family) and book.knowledge.family(page.family).section == _VISITS
        if is_visit and days is not None and days.text.isdigit():
            return visit
    return ""
