"""The global period of a code."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, here, no_data, table_source, written_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.indicators import GLOBAL_DAYS, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer

_MOST = 4
_MEANS = {
    "000": "A visit on that day is included unless it is separate (25)",
    "010": "Visits for recovery within these days are included; a separate visit on the day takes 25, an unrelated one later 24",
    "090": "Visits for recovery are included; the decision visit takes 57, an unrelated visit 24, a staged, unplanned or unrelated "
    "procedure 58, 78 or 79",
    "XXX": "Other services of the day follow NCCI and the usual rules",
}


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each procedure code of a question about global days."""
    if asked.says("global") and not asked.says("global_not"):
        for code in asked.procedures[:_MOST]:
            yield _global(code, book)


def _global(code: str, book: Book) -> Answer:
    side = book.fee(code, FeeFact.GLOBAL_DAYS)
    if side is None:
        first = f"The global period of {code} is not known here: {no_data(book, Kind.MPFS)}"
        return answer(Topic.GUIDELINES, (first, here(book, code)), (code,), (written_source(book, code),))
    value = side.text
    days = f"{int(value)} days" if value.isdigit() else value
    first = f"{code} has a global period of {days} (indicator {value}): {GLOBAL_DAYS.get(value, UNKNOWN)}"
    sentences = (first, _MEANS.get(value, ""), here(book, code))
    return answer(Topic.GUIDELINES, sentences, (code,), (table_source(book, code, side.source), "CMS IOM 100-04 ch. 12 § 40"))
