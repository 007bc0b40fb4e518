"""The pair checker: two codes on one claim, what is known of them, which modifier may help and on which of the two.

Procedures are held against the NCCI pairs loaded and against what families write; diagnoses against Excludes1 notes. That no table
is loaded is an outcome of its own, never worded as "no edit".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consultant.answering.pairs import of_pair
from consultant.errors import NotFoundError
from consultant.knowledge.code_page.row import hint
from consultant.knowledge.indicators import PAIR_INDICATOR
from consultant.knowledge.known import Book
from consultant.knowledge.modifiers import Modifier, ModifierGroup
from consultant.knowledge.official_kinds import Kind
from consultant.model.coding import System

_BYPASS = "1"
_GROUPS = (ModifierGroup.EVALUATION, ModifierGroup.DISTINCT, ModifierGroup.SIDE, ModifierGroup.DIGIT, ModifierGroup.GLOBAL)


class Standing(StrEnum):
    """How a pair came out."""

    DENIED = "denied"
    """No modifier makes both payable, or the two exclude each other."""
    DENIED_UNLESS = "denied-unless"
    """One is denied unless a proper modifier stands on it."""
    FREE = "free"
    """The table loaded has no edit for the two."""
    UNKNOWN = "unknown"
    """No table is loaded, and nothing is written of the two."""


@dataclass(frozen=True, slots=True)
class PairCheck:
    """What is known of two codes. ``column_1`` is paid and ``column_2`` denied; both are empty where no edit is known."""

    one: str
    other: str
    standing: Standing
    text: str
    sources: tuple[str, ...]
    edition: str
    """The edition of the table that answered; empty when none is loaded."""
    column_1: str = ""
    column_2: str = ""
    indicator: str = ""
    means: str = ""
    bypassing: tuple[Modifier, ...] = ()
    """Modifiers that may lift the edit when the record bears them out, the likeliest group first."""


def check(book: Book, one: str, other: str) -> PairCheck:
    """What is known of two codes on one claim of that day. Raises NotFoundError for what is no code."""
    one, other = _code(one), _code(other)
    if one == other:
        msg = f"{one} is compared with itself: write two different codes"
        raise NotFoundError(msg)
    kinds = {System.of(one), System.of(other)}
    if kinds == {System.ICD10CM}:
        return _diagnoses(book, one, other)
    if System.ICD10CM in kinds:
        msg = "one is a diagnosis and the other a procedure: pair edits are between two codes of one kind"
        raise NotFoundError(msg)
    return _procedures(book, one, other)


def _code(given: str) -> str:
    code = given.strip().upper()
    if System.of(code) is None:
        msg = f"{code or 'an empty field'}: {hint(code)}"
        raise NotFoundError(msg)
    return code


def _procedures(book: Book, one: str, other: str) -> PairCheck:
    told = of_pair(one, other, book)
    edition = book.tables.named(Kind.NCCI_PTP)
    edit = book.tables.ptp(one, other) or book.tables.ptp(other, one)
    bundle = next((b for b in book.knowledge.bundles(one) if other in {b.column_1, b.column_2}), None)
    if edit is not None:
        columns, indicator = (edit.column_1, edit.column_2), str(edit.indicator)
    elif bundle is not None:
        columns, indicator = (bundle.column_1, bundle.column_2), bundle.indicator
    else:
        standing = Standing.FREE if edition else Standing.UNKNOWN
        return PairCheck(one, other, standing, told.text, told.sources, edition)
    return PairCheck(
        one,
        other,
        Standing.DENIED_UNLESS if indicator == _BYPASS else Standing.DENIED,
        told.text,
        told.sources,
        edition,
        *columns,
        indicator=indicator,
        means=PAIR_INDICATOR.get(indicator, ""),
        bypassing=_bypassing(book, columns) if indicator == _BYPASS else (),
    )


def _bypassing(book: Book, columns: tuple[str, str]) -> tuple[Modifier, ...]:
    """Modifiers of an edit with indicator 1: those of column 2, and those of a visit in either column."""
    _, denied = columns
    known = [one for one in book.knowledge.modifiers.values() if one.bypasses_edits and one.group in _GROUPS]
    fitting = [one for one in known if one.fits(denied) or (one.only_on and any(one.fits(code) for code in columns))]
    return tuple(sorted(fitting, key=lambda one: (not one.only_on, _GROUPS.index(one.group), one.order, one.code)))


def _diagnoses(book: Book, one: str, other: str) -> PairCheck:
    first, second = book.knowledge.diagnosis(one, book.on), book.knowledge.diagnosis(other, book.on)
    for code, found in ((one, first), (other, second)):
        if found is None:
            msg = f"{code}: {hint(code)}"
            raise NotFoundError(msg)
    note = book.knowledge.excludes1_note(one, other)
    edition = book.icd_edition
    if note is None:
        text = f"No Excludes1 note of {edition or 'the release loaded'} stands between {one} and {other}."
        return PairCheck(one, other, Standing.FREE, text, (edition,), edition)
    text = (
        f"Not together: an Excludes1 note at {note.code} says {note.text!r}. The two are coded together only when they have "
        "nothing to do with each other (ICD-10-CM guidelines, section I.A.12.a)."
    )
    return PairCheck(one, other, Standing.DENIED, text, (edition, f"Excludes1 at {note.code}"), edition)
