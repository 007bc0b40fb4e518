"""What a code page does not know, said plainly: which table is not loaded, which fact nobody has written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from consultant.knowledge.known import Book
from consultant.knowledge.official_kinds import Kind
from consultant.model.coding import System

_OCTOBER = 10
_WRITTEN = (
    ("diagnoses", "Which diagnoses usually support it."),
    ("sites_of_service", "Where it is usually done."),
    ("taxonomies", "Which specialties usually report it."),
)


def gaps(row: dict[str, Any], book: Book) -> list[str]:
    """One sentence for each thing that a reader would look for and not find."""
    return list(_of_diagnosis(book) if row["system"] == System.ICD10CM.value else _of_procedure(row, book))


def _of_diagnosis(book: Book) -> Iterator[str]:
    edition = book.knowledge.icd10cm_edition(book.on)
    try:
        begins = date.fromisoformat(edition)
    except ValueError:
        return
    ends = date(begins.year + (begins.month >= _OCTOBER), _OCTOBER, 1)
    if book.on < begins:
        yield f"Whether it was the same before {begins}: the edition loaded begins on that day."
    elif book.on >= ends:
        yield f"Whether it is the same on {book.on}: the edition loaded is followed by another on {ends}."


def _of_procedure(row: dict[str, Any], book: Book) -> Iterator[str]:
    code, medicare = row["code"], row["medicare"]
    if not row["family"]:
        yield f"No family is written for {code}, so nothing tells it from its siblings here."
    if not row["plain"]:
        yield f"What {code} is in plain words."
    yield from _of_dates(row)
    told = {one["name"] for one in medicare["indicators"]}
    if "status" not in told and row["live"]:
        yield f"Its Medicare status: {_why(book, Kind.MPFS, 'fee schedule')}."
    if medicare["units"] is None and row["live"]:
        yield f"How many units a day are paid: {_why(book, Kind.MUE, 'table of units')}."
    if not book.tables.named(Kind.NCCI_PTP):
        yield "Other codes that it is not paid with: no table of NCCI pairs is loaded, so only what families write is shown."
    for name, what in _WRITTEN:
        if not row[name] and row["live"]:
            yield what
    if not book.tables.named(Kind.MCD):
        yield "Local coverage: no articles of the Medicare contractors are loaded. Other payers' policies are never known here."


def _why(book: Book, kind: Kind, table: str) -> str:
    loaded = book.tables.named(kind)
    return f"{loaded} does not list it" if loaded else f"no {table} is loaded and no family writes it"


def _of_dates(row: dict[str, Any]) -> Iterator[str]:
    dates = row["dates"]
    if dates["effective"] is None and row["family"]:
        yield "Since when it is in force."
    if row["facts"].get("category") == "III" and dates["sunset"] is None and row["live"]:
        yield "When this temporary code is archived unless renewed."
    if not row["live"] and not dates["successors"] and dates["ended"]:
        yield "Which code took its place, if one did."
