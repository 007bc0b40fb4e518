"""Places of service: what one is, and at which rate Medicare pays there."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, clause
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book
from consultant.model.analysis import Answer

_MOST = 4
_SOURCE = "CMS place of service code set; CMS IOM 100-04 ch. 26 § 10.5"


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for all places that a question names."""
    found = [book.knowledge.places[one] for one in asked.places[:_MOST]]
    if found:
        sentences = []
        for place in found:
            rate = "the facility rate" if place.facility else "the non-facility rate"
            sentences.append(
                f"POS {place.code} is {clause(place.name)}: {clause(place.plain)}; Medicare pays the practitioner {rate} there"
            )
            sentences.append(place.trap)
        yield answer(Topic.CODES, sentences, (), (_SOURCE,))
