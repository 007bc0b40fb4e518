"""Whether a code may be reported on a day: deleted, in force, billable, or a heading only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from consultant.answering.asked import Asked
from consultant.answering.telling import (
    answer,
    clause,
    day,
    icd_source,
    is_diagnosis,
    listed,
    month,
    named,
    plain_of,
    table_source,
    written_source,
)
from consultant.knowledge.diagnoses import IcdCode
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Answer

_MOST = 4
_BELOW = 6


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each code of a question about validity."""
    if asked.says("valid"):
        for code in asked.codes[:_MOST]:
            yield of_diagnosis(code, book) if is_diagnosis(code) else of_procedure(code, book)


def of_procedure(code: str, book: Book) -> Answer:
    """Whether a procedure code may be reported on the day, with its dates and what took its place."""
    standing, facts = book.standing(code), book.facts(code)
    if standing is None:
        text = f"Whether {code} is in force is not known here: no table that is loaded lists it and nothing is written on it"
        return answer(Topic.CODES, (text,), (code,), ())
    when = day(book.on)
    if not standing.live:
        sentences = [f"No, {code} may not be reported on {when}: it is {clause(standing.side.text)}"]
    elif facts is not None and facts.ended is not None:
        sentences = [f"Yes, {code} was in force on {when}; it was deleted on {day(facts.ended)}"]
    else:
        sentences = [f"Yes, {code} may be reported on {when}, as far as is known here: {clause(standing.side.text)}"]
    if facts is not None and facts.sunset:
        sentences.append(f"It is a temporary code and is archived in {month(facts.sunset)} unless renewed")
    if facts is not None and facts.successors:
        sentences.append(f"Use {listed((named(book, one) for one in facts.successors), last='or')} afterwards")
    sentences.append(f"{code} stands for {plain_of(book, code)}" if plain_of(book, code) else "")
    codes = (code, *(facts.successors if facts is not None else ()))
    return answer(Topic.CODES, sentences, codes, (table_source(book, code, standing.side.source), written_source(book, code)))


def of_diagnosis(code: str, book: Book) -> Answer:
    """Whether an ICD-10-CM code may be reported, and what stands below a heading."""
    found = book.knowledge.diagnosis(code, book.on)
    if found is None:
        near = list(islice(_near(code, book.knowledge), _BELOW))
        text = f"No, {code} does not exist in {icd_source(book)}"
        more = f"Near it: {listed(f'{one} ({clause(book.knowledge.plain(one))})' for one in near)}" if near else ""
        return answer(Topic.CODES, (text, more), (code, *near), (icd_source(book),))
    if found.billable:
        return answer(Topic.CODES, (f"Yes, {code} may be reported: {found.title}",), (code,), (icd_source(book),))
    below = list(islice(_billable_below(found.code, book.knowledge), _BELOW + 1))
    shown = listed(f"{one} ({clause(book.knowledge.plain(one))})" for one in below[:_BELOW])
    more = f"Billable codes below it: {shown}{', and others' if len(below) > _BELOW else ''}"
    text = f"No, {code} ({clause(found.title)}) is not billable: {_lacks(found)}"
    return answer(Topic.CODES, (text, more), (code, *below[:_BELOW]), (icd_source(book),))


def _lacks(found: IcdCode) -> str:
    if found.seventh_characters:
        return f"it needs a seventh character ({', '.join(sign for sign, _ in found.seventh_characters)})"
    return "it is a heading, and further characters are needed"


def _billable_below(code: str, knowledge: Knowledge) -> Iterator[str]:
    for child in knowledge.children(code):
        if child.billable:
            yield child.code
        else:
            yield from _billable_below(child.code, knowledge)


def _near(code: str, knowledge: Knowledge) -> Iterator[str]:
    for length in range(len(code) - 1, 2, -1):
        known = code[:length].rstrip(".")
        if knowledge.diagnosis(known) is not None:
            if knowledge.billable(known):
                yield known
            yield from _billable_below(known, knowledge)
            return
