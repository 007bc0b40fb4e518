"""Two diagnoses on one claim: the Excludes notes between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, here, icd_source
from consultant.knowledge.diagnoses import IcdCode
from consultant.knowledge.excludes import covers
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book
from consultant.model.analysis import Answer

_MOST = 4


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each pair of ICD-10-CM codes of a question about coding both."""
    if len(asked.diagnoses) > 1 and asked.says("side_by_side_diagnoses"):
        for one, other in itertools.combinations(asked.diagnoses[:_MOST], 2):
            yield _pair(one, other, book)


def _pair(one: str, other: str, book: Book) -> Answer:
    first, second = book.knowledge.diagnosis(one, book.on), book.knowledge.diagnosis(other, book.on)
    if first is None or second is None:
        missing = one if first is None else other
        text = f"{missing} does not exist in {icd_source(book)}, so nothing can be said of the pair"
        return answer(Topic.GUIDELINES, (text,), (one, other), (icd_source(book),))
    note = book.knowledge.excludes1_note(one, other)
    if note is not None:
        sentences = [
            f"No, {one} and {other} are not coded together: the Excludes1 note at {note.code} says {note.text.rstrip('.')}",
            "The exception is two conditions that clearly have nothing to do with each other (Section I.A.12.a)",
        ]
    else:
        both = _excludes2(first, second) or _excludes2(second, first)
        sentences = [f"No Excludes1 note stands between {one} and {other}, so the tabular list does not forbid both"]
        sentences.append(f"An Excludes2 note says that both may be coded when the patient has both: {both}" if both else "")
    sentences.append(here(book, one, other))
    return answer(Topic.GUIDELINES, sentences, (one, other), (icd_source(book), "ICD-10-CM Official Guidelines, Section I.A.12"))


def _excludes2(one: IcdCode, other: IcdCode) -> str:
    return next((note.text.rstrip(".") for note in one.excludes2 if covers(note.text, other.code)), "")
