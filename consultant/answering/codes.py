"""What a code is: its meaning in plain words, what tells it from its siblings, and the facts that coders look up first."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering import validity
from consultant.answering.asked import Asked
from consultant.answering.telling import (
    answer,
    clause,
    day,
    icd_source,
    is_diagnosis,
    listed,
    month,
    plain_of,
    table_source,
    written_source,
)
from consultant.knowledge.diagnoses import IcdCode
from consultant.knowledge.family import CodeFacts, FamilyCode
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.indicators import GLOBAL_DAYS, STATUS
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.pages import CodePage
from consultant.model.analysis import Answer
from consultant.model.coding import System

_MOST = 4
_SIBLINGS = 4
_NOTES = 2


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each code that a question names."""
    for code in asked.codes[:_MOST]:
        yield of_code(code, book)


def of_code(code: str, book: Book) -> Answer:
    """What a code is."""
    if is_diagnosis(code):
        return _of_diagnosis(code, book)
    page, plain = book.knowledge.code(code, book.on), plain_of(book, code)
    if not plain:
        return _unknown(code, book)
    facts = page.facts if page is not None else None
    sentences = [_head(code, plain, facts, book)]
    if page is not None:
        sentences += list(_of_page(page, book))
    sentences.append(_medicare(code, book))
    return answer(Topic.CODES, sentences, (code, *(facts.successors if facts else ())), _sources(code, book))


def _head(code: str, plain: str, facts: CodeFacts | None, book: Book) -> str:
    if facts is None or facts.ended is None or book.on < facts.ended:
        return f"{code} is {plain}"
    instead = f"use {listed(facts.successors, last='or')}" if facts.successors else "which code took its place is not known here"
    return f"{code} was deleted on {day(facts.ended)}: {instead}. It stood for {plain}"


def _of_page(page: CodePage, book: Book) -> Iterator[str]:
    needs = [" or ".join(dict.fromkeys(need.split(" or "))) for need in page.needs]
    if needs:
        yield f"It needs: {'; '.join(dict.fromkeys(needs))}"
    if page.facts.category == "III" and page.live_on(book.on):
        sunset = f", archived in {month(page.facts.sunset)} unless renewed" if page.facts.sunset else ""
        yield f"It is a Category III (temporary) code{sunset}"
    if page.facts.effective is not None and page.facts.effective.year > book.on.year - 5:
        yield f"It is in force since {day(page.facts.effective)}"
    if page.trap:
        yield page.trap
    beside = _beside(page, book)
    if beside:
        yield "Next to it: " + "; ".join(f"{one.code} {clause(one.plain)}" for one in beside)
    yield from page.facts.disputed[:1]


def _beside(page: CodePage, book: Book) -> list[FamilyCode]:
    """The siblings that stand nearest to a code in its family."""
    order = [one.code for one in book.knowledge.family(page.family).codes] if page.family else []
    place = order.index(page.code) if page.code in order else 0
    near = sorted(page.siblings, key=lambda one: abs(order.index(one.code) - place))[:_SIBLINGS]
    return [one for one in page.siblings if one in near]


def _medicare(code: str, book: Book) -> str:
    status, days, units = book.fee(code, FeeFact.STATUS), book.fee(code, FeeFact.GLOBAL_DAYS), book.tables.mue(code)
    facts = book.facts(code)
    most = units.units if units is not None else facts.units if facts is not None else None
    parts = [
        f"status {status.text} ({STATUS.get(status.text, 'not explained here')})" if status else "",
        f"global {days.text} ({GLOBAL_DAYS.get(days.text, 'not explained here')})" if days else "",
        f"at most {most} unit{'' if most == 1 else 's'} a day" if most is not None else "",
    ]
    told = [part for part in parts if part]
    return f"Medicare: {'; '.join(told)}" if told else ""


def _sources(code: str, book: Book) -> tuple[str, ...]:
    status = book.fee(code, FeeFact.STATUS)
    return written_source(book, code), table_source(book, code, status.source) if status is not None else ""


def _unknown(code: str, book: Book) -> Answer:
    """A code that nobody describes here, with whether the tables at least list it."""
    standing = book.standing(code)
    system = System.of(code)
    listed_as = f"the tables list it ({clause(standing.side.text)})" if standing is not None else "no table that is loaded lists it"
    first = f"{code} is not described in the knowledge here, and {listed_as}"
    more = f"It has the shape of a {system} code; that it is missing here says nothing about the code itself" if system else ""
    return answer(Topic.CODES, (first, more, _medicare(code, book)), (code,), (standing.side.source if standing else "",))


def _of_diagnosis(code: str, book: Book) -> Answer:
    found = book.knowledge.diagnosis(code, book.on)
    if found is None:
        return validity.of_diagnosis(code, book)
    sentences = [f"{code} is {_title(found)}"]
    if found.billable:
        sentences[0] += ", and it may be reported"
    else:
        told = validity.of_diagnosis(code, book)
        sentences.append(told.text.removeprefix("No, "))
    page = book.knowledge.code(code, book.on)
    if page is not None and page.trap:
        sentences.append(page.trap)
    for words, notes in (
        ("Excludes1", found.excludes1),
        ("Code first", found.code_first),
        ("Use additional code", found.use_additional),
    ):
        own = [note.text.rstrip(".") for note in notes if note.code in {code, found.parent}][:_NOTES]
        if own:
            sentences.append(f"{words}: {'; '.join(own)}")
    return answer(Topic.CODES, sentences, (code,), (icd_source(book),))


def _title(found: IcdCode) -> str:
    return f'"{found.title}"'
