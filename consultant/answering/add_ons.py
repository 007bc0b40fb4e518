"""Add-on codes: beside which codes one is paid, and which ones go with a primary."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, here, listed, named, no_data, written_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer

_MOST = 3
_SHOWN = 12
_ADD_ON = "ZZZ"


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """One answer for each procedure code of a question about add-on codes and their primaries."""
    if asked.says("add_on"):
        for code in asked.procedures[:_MOST]:
            yield _of_code(code, book)


def _of_code(code: str, book: Book) -> Answer:
    primaries, source = _primaries(code, book)
    if primaries:
        more = f" and {len(primaries) - _SHOWN} more" if len(primaries) > _SHOWN else ""
        shown = listed(primaries[:_SHOWN]) if not more else ", ".join(primaries[:_SHOWN])
        sentences = [
            f"{code} is an add-on code and is billed only beside its primary: {shown}{more}",
            "It goes without 51, on the same claim and day, by the same practitioner",
            here(book, code),
        ]
        return answer(Topic.NCCI, sentences, (code, *primaries[:_SHOWN]), (source,))
    added = _added_to(code, book)
    if added:
        sentences = [
            f"{code} is a primary code; these add-on codes go with it: {listed(named(book, one) for one in added[:_SHOWN])}"
        ]
        return answer(Topic.NCCI, sentences, (code, *added[:_SHOWN]), (written_source(book, added[0]),))
    return answer(Topic.NCCI, _neither(code, book), (code,), (source or written_source(book, code),))


def _primaries(code: str, book: Book) -> tuple[tuple[str, ...], str]:
    edits = book.tables.add_on(code)
    if edits:
        return tuple(edit.primary for edit in edits if not edit.contractor_decides), str(edits[0].edition)
    facts = book.facts(code)
    return (facts.add_on_to, written_source(book, code)) if facts is not None else ((), "")


def _added_to(code: str, book: Book) -> tuple[str, ...]:
    found = (one.code for family in book.knowledge.families for one in family.codes if code in one.facts.add_on_to)
    return tuple(dict.fromkeys(found))


def _neither(code: str, book: Book) -> Iterator[str]:
    edits, side = book.tables.add_on(code), book.fee(code, FeeFact.GLOBAL_DAYS)
    if edits:
        yield f"{code} is an add-on code whose primaries the Medicare contractor decides: NCCI lists none"
    elif side is not None and side.text == _ADD_ON:
        yield f"{code} is an add-on code (global indicator ZZZ) and is never billed alone; its primaries are not known here"
    elif side is not None:
        yield f"{code} is no add-on code by the fee schedule (global indicator {side.text}), so it may stand alone"
    else:
        yield f"Whether {code} is an add-on code is not known here: {no_data(book, Kind.ADD_ON)}"
    yield here(book, code)
