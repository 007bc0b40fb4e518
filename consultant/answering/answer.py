"""Answering: the direct questions of a mail, each with what is known here, its source and its edition.

``answers`` is the whole story: each question goes through the topics in order; the first that has something to say speaks, and
guideline notes stand in or add to it. Pure and deterministic. Known limits: a question is a sentence; what it points back to is
taken from the codes named before it; other payers' policies are not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from consultant.answering import (
    add_ons,
    codes,
    comparison,
    coverage,
    crosswalks,
    diagnoses,
    global_days,
    modifiers,
    pairs,
    places,
    search,
    units,
    validity,
)
from consultant.answering.asked import Asked, questions_in
from consultant.answering.guidelines import ENOUGH, PLENTY, Found, Notes, chosen, told
from consultant.answering.tables import question_words
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Answer, CaseKind, Reading

MOST = 8
"""So many answers are given to one mail."""
_MOST_IN_CASE = 3
_ON_CODES: tuple[Callable[[Asked, Book], Iterator[Answer]], ...] = (
    places.answers,
    comparison.answers,
    units.answers,
    global_days.answers,
    add_ons.answers,
    crosswalks.answers,
    diagnoses.answers,
    pairs.answers,
    modifiers.answers,
    validity.answers,
    coverage.answers,
)
"""What can be asked about codes, in the order in which the words are tried: the plainer the words, the earlier."""
_IN_CASE: tuple[Callable[[Asked, Book], Iterator[Answer]], ...] = (comparison.answers, global_days.answers, coverage.answers)
"""What is answered inside a case too; the other topics are what coding rules look at there."""


def answers(reading: Reading, knowledge: Knowledge) -> tuple[Answer, ...]:
    """The answers to the questions of a mail, in their order, each said once; none for mail that is ignored."""
    if reading.kind is CaseKind.NOISE:
        return ()
    asked = questions_in(reading, knowledge)
    found: dict[str, Answer] = {}
    for one in asked:
        for answer in (_of_question if one.alone else _in_case)(one, knowledge):
            found.setdefault(answer.text, answer)
    most = MOST if reading.kind is CaseKind.QUESTION else _MOST_IN_CASE
    return tuple(found.values())[:most]


def _of_question(asked: Asked, knowledge: Knowledge) -> Iterator[Answer]:
    book = Book(knowledge, asked.on)
    found = _notes(knowledge).find(asked)
    on_codes = tuple(_about_codes(asked, book))
    notes = tuple(chosen(found, enough=PLENTY if on_codes else ENOUGH, most=1 if on_codes else 2))
    yield from on_codes
    yield from (told(one.note) for one in notes)
    if not on_codes:
        yield from _left(asked, notes, book)


def _in_case(asked: Asked, knowledge: Knowledge) -> Iterator[Answer]:
    """The answers to a question inside a case: only to one that asks for a rule; what to bill the service lines say."""
    if not _is_rule(asked):
        return
    book, named = Book(knowledge, asked.on), {*asked.codes, *asked.modifiers}
    for topic in _IN_CASE:
        found = tuple(topic(asked, book)) if named else ()
        if found:
            yield from found
            return
    yield from (told(one.note) for one in chosen(_notes(knowledge).find(asked), enough=PLENTY, most=1))


def _about_codes(asked: Asked, book: Book) -> Iterator[Answer]:
    for topic in _ON_CODES:
        first = tuple(topic(asked, book))
        if first:
            yield from first
            return


def _left(asked: Asked, notes: tuple[Found, ...], book: Book) -> Iterator[Answer]:
    """What no note has explained yet: modifiers, places, codes that are merely named, and codes that are sought by words."""
    explained = {modifier for one in notes for modifier in one.note.modifiers}
    yield from modifiers.meanings(tuple(one for one in asked.modifiers if one not in explained), book)
    if asked.named and not notes and not asked.modifiers:
        yield from codes.answers(asked, book)
    if not asked.codes and not asked.modifiers and not asked.places and not notes:
        yield from search.answers(asked, book)


def _is_rule(asked: Asked) -> bool:
    """Whether a question inside a case asks for a rule; what to bill is answered by the service lines."""
    return question_words().rules.search(asked.text) is not None and not asked.says("code_asked")


@lru_cache(maxsize=2)
def _notes(knowledge: Knowledge) -> Notes:
    return Notes(knowledge.guidelines)
