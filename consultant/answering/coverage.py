"""Does Medicare pay a code: its status in the fee schedule, what that means, and what it does not promise."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, clause, day, here, listed, named, no_data, table_source, written_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.indicators import PAID, STATUS, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer

_MOST = 4
_BY_CONTRACTOR = "C"
_NOT_COVERED = "N"
_ELSEWHERE = frozenset({"E", "X"})
"""Paid, if at all, by other rules: laboratory, drugs, equipment, ambulance."""
_BUNDLED = frozenset({"B", "P"})
_OTHER_CODE = frozenset({"I", "G"})


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each procedure code of a question about coverage."""
    if asked.says("covered") and not asked.says("frequency"):
        for code in asked.procedures[:_MOST]:
            yield _of_code(code, book)


def _of_code(code: str, book: Book) -> Answer:
    standing, facts = book.standing(code), book.facts(code)
    status = book.fee(code, FeeFact.STATUS)
    if standing is not None and not standing.live:
        instead = f"Bill {listed((named(book, one) for one in facts.successors), last='or')}" if facts and facts.successors else ""
        first = f"No: {code} may not be reported on {day(book.on)}, since it is {clause(standing.side.text)}"
        return answer(
            Topic.COVERAGE,
            (first, instead),
            (code, *(facts.successors if facts else ())),
            (table_source(book, code, standing.side.source),),
        )
    if status is None:
        first = f"Whether Medicare pays {code} is not known here: {no_data(book, Kind.MPFS)}, and no status is written on it"
        return answer(Topic.COVERAGE, (first, here(book, code)), (code,), (written_source(book, code),))
    sentences = [*_verdict(code, status.text), here(book, code), *_local(code, book)]
    if facts is not None:
        sentences += facts.disputed[:1]
    return answer(Topic.COVERAGE, sentences, (code,), (table_source(book, code, status.source), written_source(book, code)))


def _verdict(code: str, status: str) -> Iterator[str]:
    means = STATUS.get(status, UNKNOWN)
    if status in PAID:
        yield f"Yes, Medicare pays {code} when it is medically necessary: status {status}, {means}"
        yield "The status alone promises nothing: diagnosis, frequency and local policy decide; get an ABN where a denial is likely"
    elif status == _BY_CONTRACTOR:
        yield f"It depends on your Medicare contractor: {code} has status C, {means}, and no national price"
        yield "Ask it, or look for its local policy, before the service, and have an ABN signed (GA) where a denial is likely"
    elif status in _ELSEWHERE:
        yield f"Not under the physician fee schedule: {code} has status {status}, {means}"
        yield "Medicare may pay it under another one (laboratory, drugs, equipment), which is not loaded here"
    elif status == _NOT_COVERED:
        yield f"No, Medicare does not pay {code}: status {status}, {means}"
        yield "The patient can be billed; GY tells Medicare so, and a voluntary ABN (GX) tells the patient before"
    elif status in _BUNDLED:
        yield f"Not by itself: {code} has status {status}, {means}, and the patient cannot be billed for it either"
    elif status in _OTHER_CODE:
        yield f"Not under this code: {code} has status {status}, {means}"
    else:
        yield f"{code} has status {status}: {means}"


def _local(code: str, book: Book) -> Iterator[str]:
    if not book.tables.named(Kind.MCD):
        yield "Local coverage articles are not loaded here, so what your contractor asks for has to be looked up"
        return
    articles = book.official.covered(code, book.on)
    if articles:
        yield f"Billing articles that name it: {listed(f'A{one.id} ({one.title})' for one in articles[:3])}"
