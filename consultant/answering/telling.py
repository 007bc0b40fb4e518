"""The little grammar of answers, and where what is said comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from consultant.knowledge.guidelines import Topic
from consultant.knowledge.known import Book
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Answer
from consultant.model.coding import System

_ICD = "ICD-10-CM"
_TABLES = {
    Kind.NCCI_PTP: "NCCI procedure pairs",
    Kind.MUE: "MUE units",
    Kind.MPFS: "the Medicare physician fee schedule",
    Kind.ADD_ON: "NCCI add-on codes",
    Kind.MCD: "Medicare coverage articles",
    Kind.HCPCS: "HCPCS Level II",
}


def answer(topic: Topic, sentences: Iterable[str], codes: Iterable[str], sources: Iterable[str]) -> Answer:
    """An answer of these sentences; what is empty or said twice is left out."""
    text = " ".join(dict.fromkeys(sentence(one) for one in sentences if one.strip()))
    return Answer(topic.value, text, tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(one for one in sources if one)))


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    bare = text.strip()
    if not bare:
        return ""
    bare = bare if bare[-1] in ".?!" else f"{bare}."
    return f"{bare[0].upper()}{bare[1:]}"


def clause(text: str) -> str:
    """The text inside a sentence: a small first letter, save in an abbreviation or a name, and no full stop."""
    bare = text.strip().rstrip(".")
    first = bare.split(" ", maxsplit=1)[0]
    keeps = (
        first[1:].lower() != first[1:] or any(sign.isdigit() for sign in first) or first in {"I", "Medicare", "X-ray", "Medicare's"}
    )
    return bare if keeps or (len(first) == 1 and first != "A") else f"{bare[:1].lower()}{bare[1:]}"


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """Words as an English list."""
    *head, tail = list(words) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def day(when: date) -> str:
    """A date as American coders write it."""
    return f"{when:%B} {when.day}, {when.year}"


def is_diagnosis(code: str) -> bool:
    """Whether a code is of ICD-10-CM by its shape."""
    return System.of(code) is System.ICD10CM


def plain_of(book: Book, code: str) -> str:
    """What a code stands for, as a clause; empty when nobody here says it."""
    plain = book.knowledge.plain(code)
    if not plain and (level_2 := book.tables.hcpcs(code)) is not None:
        plain = level_2.long or level_2.short
    return clause(plain)


def named(book: Book, code: str) -> str:
    """The code with its meaning in brackets, where one is known."""
    plain = plain_of(book, code)
    return f"{code} ({plain})" if plain else code


def here(book: Book, *codes: str) -> str:
    """What the codes of an answer stand for, for a reader who does not have the book open; empty when nobody says it."""
    known = [code for code in codes if plain_of(book, code)]
    return f"Here {listed(named(book, code) for code in known)}" if known else ""


def written_source(book: Book, code: str) -> str:
    """How an answer names the notes of ours that tell of a code; empty when there are none."""
    page = book.knowledge.code(code, book.on)
    if page is None:
        return "our list of neighbouring codes" if book.knowledge.plain(code) else ""
    if page.system is System.ICD10CM:
        return icd_source(book)
    edition = book.knowledge.editions.get("knowledge", "")
    return f"our notes on {clause(page.title)}" + (f", edition {edition}" if edition else "")


def icd_source(book: Book) -> str:
    """How an answer names ICD-10-CM."""
    edition = book.knowledge.icd10cm_edition(book.on)
    return f"{_ICD}, release of {edition}" if edition else _ICD


def table_source(book: Book, code: str, source: str) -> str:
    """How an answer names a table: by itself where a family was it that wrote its value down."""
    bare = source.partition(", in the family")[0]
    return written_source(book, code) if bare.startswith("family ") or bare == "neighbours.yaml" else bare


def cited(book: Book, code: str, table: str) -> str:
    """The source of a code's family that names a table, else our notes as such."""
    page = book.knowledge.code(code, book.on)
    found = next((one for one in page.sources if table in one), "") if page is not None else ""
    return found or written_source(book, code)


def month(year_month: str) -> str:
    """``2028-01`` as ``January 2028``."""
    return f"{date.fromisoformat(year_month + '-01'):%B %Y}"


def no_data(book: Book, kind: Kind) -> str:
    """The sentence that says that a table is missing, or that it does not have the row."""
    table = _TABLES.get(kind, kind.value)
    loaded = book.tables.named(kind)
    return f"the table loaded ({loaded}) does not list it" if loaded else f"no data is loaded here for {table}"
