"""How many units of a code are paid: the MUE, and what one unit stands for."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, cited, here, no_data, written_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.indicators import ADJUDICATION
from consultant.knowledge.known import Book
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer

_MOST = 3
_ON_A_LINE = "1"


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each procedure code of a question about units."""
    if asked.says("units") and not asked.says("units_not"):
        for code in asked.procedures[:_MOST]:
            yield _units(code, book)


def _units(code: str, book: Book) -> Answer:
    found = _most(code, book)
    if found is None:
        first = f"How many units of {code} are paid a day is not known here: {no_data(book, Kind.MUE)}"
        return answer(Topic.NCCI, (first, here(book, code), _not_proof()), (code,), (written_source(book, code),))
    units, how, source = found
    per = "on one claim line" if how == _ON_A_LINE else "a day"
    sentences = [f"At most {units} unit{'' if units == 1 else 's'} of {code} {per} for one patient and practitioner (MUE)"]
    if how in ADJUDICATION:
        sentences.append(f"Its adjudication indicator (MAI) is {how}: {ADJUDICATION[how]}")
    sentences.append(here(book, code))
    page = book.knowledge.code(code, book.on)
    if page is not None and page.trap:
        sentences.append(page.trap)
    sentences.append("The MUE is a ceiling, not a permission: bill what was done and documented")
    return answer(Topic.NCCI, sentences, (code,), (source, written_source(book, code)))


def _most(code: str, book: Book) -> tuple[int, str, str] | None:
    """The units, how they are counted, and who says so."""
    table = book.tables.mue(code)
    if table is not None:
        return table.units, str(table.adjudication), str(table.edition)
    facts = book.facts(code)
    if facts is None or facts.units is None:
        return None
    return facts.units, facts.units_adjudication, cited(book, code, "MUE")


def _not_proof() -> str:
    return "That does not mean that there is no limit: some are confidential, and each payer sets its own"
