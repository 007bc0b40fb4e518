"""From one code to another: surgery to anesthesia, service to diagnosis, deleted code to successor, and back."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.answering.asked import Asked
from consultant.answering.telling import answer, clause, day, here, is_diagnosis, listed, named, no_data, plain_of, written_source
from consultant.knowledge.guidelines import Crossing, Topic, covers
from consultant.knowledge.known import Book
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer

_MOST = 8
_SHOWN = 14
_ANESTHESIA = "00100-01999"
_CROSSING_SOURCE = "our crossings from surgery to anesthesia, by region and kind of operation"


def answers(asked: Asked, book: Book) -> Iterator[Answer]:
    """The answers to a question that goes from one code to another; nothing when it does not."""
    operations = tuple(code for code in asked.procedures if not covers(_ANESTHESIA, code))
    if asked.says("anesthesia") and operations:
        yield _anesthesia(operations[:_MOST], book)
        return
    if asked.says("predecessor") and asked.procedures:
        yield from (_predecessor(code, book) for code in asked.procedures[:_MOST])
        return
    if asked.says("support") and operations:
        yield from (_supported(code, asked, book) for code in operations[:3])
        return
    if asked.says("successor"):
        yield from (_successor(code, book) for code in asked.procedures[:_MOST])


def _anesthesia(codes: tuple[str, ...], book: Book) -> Answer:
    found = {code: _crossing(code, book) for code in codes}
    known = {code: one for code, one in found.items() if one is not None}
    unknown = [code for code in codes if found[code] is None]
    sentences = []
    if known:
        sentences.append(
            "; ".join(f"{code} crosses to {one.anesthesia} (anesthesia for {one.plain})" for code, one in known.items())
        )
        sentences.append("The base units are those of the anesthesia code, not of the surgery code")
        sentences.append("Where a licensed crosswalk names another code for your case, follow that one")
    if unknown:
        sentences.append(f"No crossing is written here for {listed(named(book, code) for code in unknown)}")
    targets = [one.anesthesia for one in known.values()]
    return answer(
        Topic.CROSSWALKS, sentences, (*codes, *targets), (_CROSSING_SOURCE, *(written_source(book, one) for one in targets[:1]))
    )


def _crossing(code: str, book: Book) -> Crossing | None:
    return next((one for one in book.knowledge.crossings if any(covers(span, code) for span in one.operations)), None)


def _predecessor(code: str, book: Book) -> Answer:
    facts = book.facts(code)
    before = facts.predecessors if facts is not None else ()
    since = f" on {day(facts.effective)}" if facts is not None and facts.effective is not None else ""
    if before:
        sentences = [f"{code} took the place of {listed(named(book, one) for one in before)}{since}"]
    else:
        sentences = [f"Which code stood before {code} is not known here"]
        sentences.append(f"It is in force since {day(facts.effective)}" if since and facts is not None and facts.effective else "")
    sentences.append(here(book, code))
    return answer(Topic.CROSSWALKS, sentences, (code, *before), (written_source(book, code),))


def _successor(code: str, book: Book) -> Answer:
    facts = book.facts(code)
    after = facts.successors if facts is not None else ()
    sentences = []
    if after and facts is not None:
        gone = f", which was deleted on {day(facts.ended)}" if facts.ended is not None else ""
        sentences.append(f"Use {listed((named(book, one) for one in after), last='or')} in place of {code}{gone}")
    elif facts is not None and facts.ended is not None:
        sentences.append(f"{code} was deleted on {day(facts.ended)}; which code took its place is not known here")
    elif facts is not None:
        sentences.append(f"{code} has no successor: it is in force as far as is known here")
    else:
        sentences.append(f"Nothing is known here of {code} and what took its place")
    plain = plain_of(book, code)
    sentences.append(f"{code} {'stood' if after else 'stands'} for {plain}" if plain else "")
    return answer(Topic.CROSSWALKS, sentences, (code, *after), (written_source(book, code),))


def _supported(code: str, asked: Asked, book: Book) -> Answer:
    page = book.knowledge.code(code, book.on)
    usual = page.diagnoses if page is not None else ()
    sentences = [_fits(diagnosis, code, usual, book) for diagnosis in asked.diagnoses]
    if usual and not asked.diagnoses:
        shown = [f"{one} ({clause(book.knowledge.plain(one) or _heading(one, book))})" for one in usual[:_SHOWN]]
        more = ", and others" if len(usual) > _SHOWN else ""
        sentences.append(f"Usual reasons for {code}: {', '.join(shown)}{more}")
    if not usual:
        sentences.append(f"Which diagnoses support {code} is not written here")
    sentences += list(_articles(code, asked, book))
    sentences.append("Code the documented reason to its last character; never choose a code because it is on a list")
    sentences.append(here(book, code))
    return answer(Topic.CROSSWALKS, sentences, (code, *usual[:_SHOWN]), (written_source(book, code), book.tables.named(Kind.MCD)))


def _fits(diagnosis: str, code: str, usual: tuple[str, ...], book: Book) -> str:
    if any(diagnosis.startswith(one) for one in usual):
        return f"Yes, {named(book, diagnosis)} is among the usual reasons for {code}"
    return f"{named(book, diagnosis)} is not among the usual reasons for {code} that are written here, which does not rule it out"


def _heading(code: str, book: Book) -> str:
    found = book.knowledge.diagnosis(code, book.on)
    return found.title if found is not None else "not described here"


def _articles(code: str, asked: Asked, book: Book) -> Iterator[str]:
    if not book.tables.named(Kind.MCD):
        yield f"This is usual practice and no coverage list: {no_data(book, Kind.MCD)}, so look at your contractor's article"
        return
    for diagnosis in (one for one in asked.diagnoses if is_diagnosis(one)):
        for article, supports in book.official.covers(code, diagnosis, book.on)[:2]:
            yield f"Article A{article.id} ({article.title}) {'lists' if supports else 'excludes'} {diagnosis} for {code}"
    articles = book.official.covered(code, book.on) if not asked.diagnoses else ()
    if articles:
        yield f"Billing articles that list covered diagnoses: {listed(f'A{one.id} ({one.title})' for one in articles[:3])}"
