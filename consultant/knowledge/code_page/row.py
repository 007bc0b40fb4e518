"""A code page: everything that is known of one code on a day, as plain data, for the terminal, the desk and the JSON interface.

Facts come from families, ICD-10-CM and the official tables loaded, each with its source. What is not known is listed as such and
never papered over.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from consultant.knowledge.code_page.diagnosis import diagnosis_row
from consultant.knowledge.code_page.gaps import gaps
from consultant.knowledge.code_page.tables import dates_row, edits_row, medicare_row, official_row
from consultant.knowledge.family import Bundle, CodeFacts, Family, FamilyCode
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.pages import CodePage, is_live, page_of_diagnosis
from consultant.model.coding import System

_CATEGORY_LENGTH = 3


def row_of(knowledge: Knowledge, code: str, on: date) -> dict[str, Any] | None:
    """The page as plain data, or None when nobody knows the code. ``on`` is the date of service."""
    book = Book(knowledge, on)
    page = next((found for one in _spellings(code) if (found := _page(book, one)) is not None), None)
    row = _of_page(book, page) if page is not None else _of_tables(book, code)
    return None if row is None else row | {"not_known": gaps(row, book)}


def hint(code: str) -> str:
    """Why a code may be unknown here, for a person who looked for it."""
    system = System.of(code)
    if system is System.ICD10CM:
        return "ICD-10-CM is complete here, so no such code exists in the loaded edition; search for it by words"
    if system is None:
        return "it does not look like a CPT, HCPCS or ICD-10-CM code"
    return f"it looks like a {system} code, but no entry for it has been written; that says nothing about the code itself"


def _page(book: Book, code: str) -> CodePage | None:
    """The page of a code, or of a chapter or block of ICD-10-CM, whose names are no codes."""
    found = book.knowledge.code(code, book.on)
    if found is None and System.of(code) is None and (heading := book.knowledge.diagnosis(code, book.on)) is not None:
        return page_of_diagnosis(heading, (), book.on)
    return found


def _spellings(code: str) -> tuple[str, ...]:
    """The code as written, and with the dot that a diagnosis code may lack."""
    dotted = f"{code[:_CATEGORY_LENGTH]}.{code[_CATEGORY_LENGTH:]}"
    return (code, dotted) if "." not in code and System.of(dotted) is System.ICD10CM else (code,)


def _of_page(book: Book, page: CodePage) -> dict[str, Any]:
    knowledge = book.knowledge
    family = knowledge.family(page.family) if page.family else None
    return {
        **_head(book, page.code, page.system, page.title, page.plain),
        "live": _is_live(book, page),
        "billable": page.icd.billable if page.icd else _is_live(book, page),
        "facts": _facts(page.facts),
        **_about(book, family),
        "family": page.family,
        "needs": list(page.needs),
        "trap": page.trap,
        "adds": [{"code": code, "plain": knowledge.plain(code)} for code in page.adds],
        "siblings": [_sibling(one, book.on) for one in page.siblings],
        "not_with": [_bundle(book, page.code, bundle) for bundle in page.bundles],
        "edits": edits_row(book, page),
        "modifiers": [_modifier(knowledge, use.modifier, use.when) for use in page.modifiers],
        "diagnoses": [_diagnosis(book, code) for code in page.diagnoses],
        "related": [{"code": code, "plain": knowledge.plain(code)} for code in page.related],
        "notes": list(page.notes),
        "sources": list(page.sources),
        "icd10cm": diagnosis_row(knowledge, page.icd) if page.icd else None,
        **_tables(book, page.code, page.system, page.facts),
    }


def _of_tables(book: Book, code: str) -> dict[str, Any] | None:
    """The page of a procedure code that no family writes: what tables and neighbours tell of it."""
    system, plain = System.of(code), book.knowledge.plain(code)
    if system in {None, System.ICD10CM}:
        return None
    listing, level_2 = book.tables.listing(code), book.tables.hcpcs(code)
    if listing is None and not plain:
        return None
    words = plain or (level_2.long if level_2 is not None else "")
    return {
        **_head(book, code, system or System.CPT, "", words),
        "live": listing is None or listing.live,
        "billable": listing is None or listing.live,
        "facts": {},
        **_about(book, None),
        "family": "",
        "needs": [],
        "trap": "",
        **{name: [] for name in ("adds", "siblings", "not_with", "edits", "modifiers", "diagnoses", "related", "notes", "sources")},
        "icd10cm": None,
        **_tables(book, code, system or System.CPT, CodeFacts()),
    }


def _head(book: Book, code: str, system: System, title: str, plain: str) -> dict[str, Any]:
    return {"code": code, "system": system.value, "title": title, "plain": plain, "date": book.on.isoformat()}


def _about(book: Book, family: Family | None) -> dict[str, Any]:
    sites = [book.knowledge.places[one] for one in family.sites_of_service] if family else []
    return {
        "summary": family.summary if family else "",
        "service_type": family.service_type if family else "",
        "sites_of_service": [{"place": site.code, "name": site.name, "facility": site.facility} for site in sites],
        "context": family.context if family else "",
        "taxonomies": [{"code": one.code, "name": one.name} for one in family.taxonomies] if family else [],
    }


def _tables(book: Book, code: str, system: System, facts: CodeFacts) -> dict[str, Any]:
    """What is read from tables or authored facts alike, and the editions that answered."""
    editions = book.knowledge.editions | {"icd10cm": book.knowledge.icd10cm_edition(book.on)}
    if system is System.ICD10CM:
        return {"dates": None, "medicare": None, "official": None, "editions": editions, "official_editions": {}}
    loaded = [edition for kind in Kind if (edition := book.tables.edition(kind)) is not None and edition.kind is kind]
    return {
        "dates": dates_row(book, code, facts),
        "medicare": medicare_row(book, code, facts),
        "official": official_row(book, code),
        "editions": editions,
        "official_editions": {edition.kind.value: edition.name for edition in loaded},
    }


def _is_live(book: Book, page: CodePage) -> bool:
    listing = book.tables.listing(page.code) if page.icd is None else None
    return page.live_on(book.on) and (listing is None or listing.live)


def _facts(facts: CodeFacts) -> dict[str, Any]:
    """What families write; a fact that is not known is left out rather than shown as empty."""
    known = {name: value for name, value in asdict(facts).items() if value not in ("", None, ())}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def _sibling(sibling: FamilyCode, day: date) -> dict[str, Any]:
    return {"code": sibling.code, "plain": sibling.plain, "live": is_live(sibling.facts, day)}


def _bundle(book: Book, code: str, bundle: Bundle) -> dict[str, Any]:
    other = bundle.column_2 if bundle.column_1 == code else bundle.column_1
    return asdict(bundle) | {"other": other, "plain": book.knowledge.plain(other)}


def _modifier(knowledge: Knowledge, code: str, when: str) -> dict[str, Any]:
    known = knowledge.modifiers.get(code)
    return {"modifier": code, "title": known.title if known else "", "when": when}


def _diagnosis(book: Book, code: str) -> dict[str, Any]:
    found = book.knowledge.diagnosis(code, book.on)
    return {"code": code, "title": found.title if found else "", "billable": bool(found and found.billable)}
