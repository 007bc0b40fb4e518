"""What tells the codes of a family apart: one row for each sibling, one column for each facet in which they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from consultant.knowledge.family import Facet, Family, FamilyCode
from consultant.knowledge.pages import is_live
from consultant.knowledge.templates import facets_in

_SLOT = re.compile(r"\{[^{}]*\}")
_FILLED = "·"
_ANY = "any"
_MOST_FACETS = 6
_SHORT = 3
"""Names of so few letters are abbreviations."""


@dataclass(frozen=True, slots=True)
class Row:
    """One sibling. ``cells`` are what it needs of each facet, in the order of the columns."""

    code: str
    """As people write it; the places of a template that facets fill are dots."""
    plain: str
    cells: tuple[str, ...]
    live: bool
    is_template: bool


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """The siblings of a code, itself among them."""

    title: str
    facets: tuple[str, ...]
    rows: tuple[Row, ...]


def family_table(family: Family, on: date) -> FamilyTable:
    """The table of a family as of a day. Facets that do not separate codes, or fill places of a template, are left out."""
    telling = [facet for facet in family.facets if _separates(facet, family)][:_MOST_FACETS]
    rows = tuple(_row(code, telling, on) for code in family.codes)
    return FamilyTable(family.title, tuple(_heading(facet) for facet in telling), rows)


def _heading(facet: Facet) -> str:
    words = facet.id.replace("-", " ").replace("_", " ")
    return words.upper() if len(words) <= _SHORT else words.capitalize()


def _separates(facet: Facet, family: Family) -> bool:
    needed = {dict(code.when).get(facet.id) for code in family.codes if code.when and facet.id not in facets_in(code.code)}
    return len(needed) > 1


def _row(code: FamilyCode, facets: list[Facet], on: date) -> Row:
    return Row(
        code=_SLOT.sub(_FILLED, code.code),
        plain=code.plain,
        cells=tuple(_cell(code, facet) for facet in facets) if code.when else ("",) * len(facets),
        live=is_live(code.facts, on),
        is_template=bool(facets_in(code.code)),
    )


def _cell(code: FamilyCode, facet: Facet) -> str:
    needed = dict(code.when).get(facet.id)
    if needed is None or len(needed) == len(facet.values):
        return _ANY
    return " or ".join(value.plain for value in facet.values if value.id in needed)
