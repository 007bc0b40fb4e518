"""What tells codes apart: the facets of their family decide, so the answer is what each of them needs."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, is_diagnosis, listed, plain_of, written_source
from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book
from consultant.knowledge.pages import CodePage
from consultant.model.analysis import Answer
from consultant.model.coding import System

_MOST = 6
_WAYS = 3


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """The answer to a question that compares codes of one kind."""
    for codes in (asked.procedures, asked.diagnoses):
        if len(codes) > 1 and asked.says("compare") and any(plain_of(book, code) for code in codes):
            yield _compared(codes[:_MOST], book)


def _compared(codes: tuple[str, ...], book: Book) -> Answer:
    pages = {code: book.knowledge.code(code, book.on) for code in codes}
    known = [code for code in codes if plain_of(book, code)]
    unknown = [code for code in codes if code not in known]
    sentences = []
    if known:
        sentences.append("; ".join(f"{code} is {plain_of(book, code)}" for code in known))
    sentences += [text for text in (_need(page, pages) for page in pages.values() if page is not None) if text]
    sentences += [page.trap for page in pages.values() if page is not None and page.trap]
    sentences += _between(codes, book)
    if unknown:
        sentences.append(f"{listed(unknown)}: not described in the knowledge here, which says nothing about the {_what(unknown)}")
    topic = Topic.CODES if len({System.of(code) for code in codes}) == 1 else Topic.CROSSWALKS
    return answer(topic, sentences, codes, (written_source(book, code) for code in codes))


def _what(codes: list[str]) -> str:
    return "code itself" if len(codes) == 1 else "codes themselves"


def _need(page: CodePage, pages: dict[str, CodePage | None]) -> str:
    """What only this one of the codes needs."""
    shared = [set(other.needs) for code, other in pages.items() if other is not None and code != page.code]
    own = [need for need in page.needs if not shared or not all(need in needs for needs in shared)]
    if not own or is_diagnosis(page.code):
        return ""
    return f"{page.code} needs: {'; '.join(dict.fromkeys(_short(need) for need in own))}"


def _short(need: str) -> str:
    """A need with its ways, each once."""
    ways = list(dict.fromkeys(need.split(" or ")))
    return " or ".join(ways[:_WAYS]) + (", among other ways" if len(ways) > _WAYS else "")


def _between(codes: tuple[str, ...], book: Book) -> list[str]:
    return [
        f"{bundle.column_2} is not billed beside {one}: {bundle.reason}"
        for one in codes
        for bundle in book.knowledge.bundles(one)
        if bundle.column_1 == one and bundle.column_2 in codes
    ]
