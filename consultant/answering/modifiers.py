"""Modifiers: what one means, when it is right, and whether it can stand on a code."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, clause, here, listed, table_source, written_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.indicators import BILATERAL, COMPONENT, TAKES_BOTH_SIDES, TAKES_COMPONENTS
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.modifiers import Modifier
from consultant.model.analysis import Answer

MOST = 4
_COMPONENTS = frozenset({"26", "TC"})
_BOTH_SIDES = "50"
_SOURCE = "our notes on modifiers"


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """Whether modifiers can stand on the codes that the question names; nothing when it names no code or no modifier."""
    known = [book.knowledge.modifiers[one] for one in asked.modifiers[:MOST] if one in book.knowledge.modifiers]
    for modifier in known:
        if asked.procedures:
            yield _on_codes(modifier, asked.procedures[:MOST], book)


def meanings(modifiers: tuple[str, ...], book: Book) -> Iterator[Answer]:
    """What each modifier means, and how two of them differ."""
    known = [book.knowledge.modifiers[one] for one in modifiers[: MOST * 2] if one in book.knowledge.modifiers]
    for modifier in known:
        yield answer(Topic.MODIFIERS, _meaning(modifier), (modifier.code,), _sources(modifier))


def _meaning(modifier: Modifier) -> Iterator[str]:
    yield f"{modifier.code} ({clause(modifier.title)}): {clause(modifier.plain)}"
    yield f"Right when: {clause(modifier.when)}"
    yield f"Never: {clause(modifier.never)}" if modifier.never else ""
    yield modifier.trap
    yield f"Take {listed(modifier.prefer, last='or')} instead where one of them fits" if modifier.prefer else ""
    yield f"Not together with {listed(modifier.not_with, last='or')}" if modifier.not_with else ""
    if modifier.bypasses_edits:
        yield "It can bypass an NCCI edit with indicator 1"


def _rule(modifier: Modifier) -> Iterator[str]:
    yield f"{modifier.code} is right when {clause(modifier.when)}"
    yield f"Never {clause(modifier.never)}" if modifier.never else ""
    yield modifier.trap


def _on_codes(modifier: Modifier, codes: tuple[str, ...], book: Book) -> Answer:
    fits = [code for code in codes if modifier.fits(code)]
    head = _verdict(modifier, codes, fits, book)
    uses = [use for code in fits for use in _uses(modifier, code, book)]
    sentences = [*head, *dict.fromkeys(uses), *_rule(modifier)]
    sentences.append(here(book, *codes))
    sources = (*_sources(modifier), *(_fee_source(modifier, code, book) for code in codes))
    return answer(Topic.MODIFIERS, sentences, (modifier.code, *codes), (*sources, written_source(book, codes[0])))


def _verdict(modifier: Modifier, codes: tuple[str, ...], fits: list[str], book: Book) -> list[str]:
    if not fits:
        return [f"No: {modifier.code} cannot stand on {listed(codes, last='or')}, only on {', '.join(modifier.only_on)}"]
    by_table = [told for code in codes if (told := _by_table(modifier, code, book))]
    if by_table:
        return by_table
    if len(fits) < len(codes):
        others = listed((code for code in codes if code not in fits), last="or")
        return [f"Yes, on {listed(fits)} when the record shows what it says; never on {others}"]
    return [f"Yes, {modifier.code} can stand on {listed(codes)} when the record shows what it says"]


def _by_table(modifier: Modifier, code: str, book: Book) -> str:
    """What an indicator of the fee schedule says of a split or of both sides; empty for other modifiers, or when none is known."""
    fact = FeeFact.COMPONENT if modifier.code in _COMPONENTS else FeeFact.BILATERAL if modifier.code == _BOTH_SIDES else None
    side = book.fee(code, fact) if fact is not None else None
    if side is None:
        return ""
    words = COMPONENT if fact is FeeFact.COMPONENT else BILATERAL
    can = modifier.code in TAKES_COMPONENTS.get(side.text, ()) if fact is FeeFact.COMPONENT else side.text in TAKES_BOTH_SIDES
    what = "PC/TC" if fact is FeeFact.COMPONENT else "bilateral"
    verdict = f"Yes, {code} takes {modifier.code}" if can else f"No, {code} does not take {modifier.code}"
    return f"{verdict}: its {what} indicator is {side.text}, {words.get(side.text, 'not explained here')}"


def _uses(modifier: Modifier, code: str, book: Book) -> Iterator[str]:
    page = book.knowledge.code(code, book.on)
    for use in page.modifiers if page is not None else ():
        if use.modifier == modifier.code:
            yield f"With {code}: {clause(use.when)}"


def _fee_source(modifier: Modifier, code: str, book: Book) -> str:
    if not _by_table(modifier, code, book):
        return ""
    fact = FeeFact.COMPONENT if modifier.code in _COMPONENTS else FeeFact.BILATERAL
    side = book.fee(code, fact)
    return table_source(book, code, side.source) if side is not None else ""


def _sources(modifier: Modifier) -> tuple[str, ...]:
    return (*modifier.sources, _SOURCE)
