"""Billing articles of the Medicare coverage database: CSV files in a zip, possibly in another zip.

Articles, their procedure codes and the ICD-10-CM codes that support medical necessity are joined by article and version. The
descriptions of procedure codes are © AMA: their columns are not read. Nothing in the files tells the day of the download; the day
on which the archive says that ``article.csv`` was made is taken for it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.files import Member, Meter, members, meter_of, shown
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Line, Part, Rejections, RowError, Sheet, Values, converted
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import (
    ARTICLE,
    ARTICLE_CODE,
    ARTICLE_CONTRACTOR,
    ARTICLE_DIAGNOSIS,
    ARTICLE_DOCUMENT,
    Table,
)

KIND = Kind.MCD
_ARTICLES, _CODES, _COVERED = "article.csv", "article_x_hcpc_code.csv", "article_x_icd10_covered.csv"
_NOT_COVERED, _CONTRACTORS = "article_x_icd10_noncovered.csv", "article_x_contractor.csv"
_NAMES, _DOCUMENTS = "contractor.csv", "article_related_documents.csv"
_REQUIRED = (_ARTICLES, _CODES, _COVERED, _CONTRACTORS)
_JOIN: grid.Wanted = {"article": ("ARTICLEID",), "version": ("ARTICLEVERSION",)}
_DIAGNOSIS = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?", re.ASCII)
_NONE_APPLIES = "XX000"
"""Stands where an article has a group without diagnoses."""
_TITLE_MAX = 1000

_Convert = Callable[[Header, list[str]], Values | None]


def read(files: Sequence[Path]) -> Sheet:
    """The articles of one download. Raises KnowledgeError when one of its files is missing."""
    found = {member.name.lower(): member for member in members(files)}
    missing = [name for name in _REQUIRED if name not in found]
    if missing:
        msg = f"{shown(files[0])}: {', '.join(missing)} is not in it; name the zip of current articles as CSV"
        raise KnowledgeError(msg)
    rejected = Rejections()
    tables = _Tables(found, meter_of(found.values()), rejected)
    day = found[_ARTICLES].modified
    return Sheet(
        parts=(
            tables.part(
                ARTICLE,
                _ARTICLES,
                {**_JOIN, "title": ("TITLE",), "effective": ("ARTICLEEFFDATE",), "ended": ("ARTICLEENDDATE",)},
                _article,
            ),
            tables.part(ARTICLE_CODE, _CODES, {**_JOIN, "code": ("HCPCCODEID",)}, _code),
            tables.part(ARTICLE_DIAGNOSIS, _COVERED, _diagnoses("ICD10COVEREDGROUP"), _covered),
            tables.part(ARTICLE_DIAGNOSIS, _NOT_COVERED, _diagnoses("ICD10NONCOVEREDGROUP"), _not_covered),
            tables.part(ARTICLE_CONTRACTOR, _CONTRACTORS, {**_JOIN, "contractor": ("CONTRACTORID",)}, tables.contractor),
            tables.part(ARTICLE_DOCUMENT, _DOCUMENTS, {**_JOIN, "document": ("RLCDID",)}, _document),
        ),
        meter=tables.meter,
        rejected=rejected,
        edition=day.isoformat() if day else "",
        effective=day,
    )


def _diagnoses(group: str) -> grid.Wanted:
    return {**_JOIN, "diagnosis": ("ICD10CODEID",), "group": (group,)}


class _Tables:
    """The files of one download, each opened when its rows are wanted."""

    def __init__(self, found: dict[str, Member], meter: Meter, rejected: Rejections) -> None:
        self.meter, self._found, self._rejected = meter, found, rejected
        self._contractors: dict[str, str] | None = None

    def part(self, table: Table, name: str, wanted: grid.Wanted, convert: _Convert) -> Part:
        """The rows of one file; none where it is not there."""
        # A code may stand in several groups of an article.
        is_beside = table in {ARTICLE_CONTRACTOR, ARTICLE_DOCUMENT}
        return Part(table, self._rows(name, wanted, convert), counts=not is_beside, may_repeat=True)

    def contractor(self, header: Header, cells: list[str]) -> Values:
        """An article and the name of its contractor, or its number where no name is known."""
        if self._contractors is None:
            self._contractors = dict(self._read_contractors())
        contractor = header.cell(cells, "contractor")
        return *_article_of(header, cells), self._contractors.get(contractor, contractor)

    def _rows(self, name: str, wanted: grid.Wanted, convert: _Convert) -> Iterator[Values]:
        if name in self._found:
            header = self._header(name, wanted)
            yield from converted(header.rows, lambda cells: convert(header, cells), self._rejected, name)

    def _read_contractors(self) -> Iterator[tuple[str, str]]:
        if _NAMES in self._found:
            header = self._header(_NAMES, {"id": ("CONTRACTORID",), "name": ("CONTRACTORBUSNAME", "CONTRACTORNAME")})
            lines: Iterator[Line] = itertools.islice(header.rows, 100_000)
            yield from ((header.cell(cells, "id"), header.cell(cells, "name")) for _, cells in lines)

    def _header(self, name: str, wanted: grid.Wanted) -> Header:
        return grid.find_header(grid.rows(self._found[name], self.meter), wanted, name=name)


def _article_of(header: Header, cells: list[str]) -> tuple[int, int]:
    return values.number(header.cell(cells, "article"), "article"), values.number(header.cell(cells, "version"), "version")


def _article(header: Header, cells: list[str]) -> Values:
    title = " ".join(header.cell(cells, "title").split())[:_TITLE_MAX]
    effective = values.day(header.cell(cells, "effective"), "effective date")
    return *_article_of(header, cells), title, effective, values.ended(header.cell(cells, "ended"), "end date")


def _code(header: Header, cells: list[str]) -> Values:
    return values.code(header.cell(cells, "code")), *_article_of(header, cells)


def _covered(header: Header, cells: list[str]) -> Values | None:
    return _diagnosis(header, cells, covered=1)


def _not_covered(header: Header, cells: list[str]) -> Values | None:
    return _diagnosis(header, cells, covered=0)


def _diagnosis(header: Header, cells: list[str], *, covered: int) -> Values | None:
    code = header.cell(cells, "diagnosis")
    if code == _NONE_APPLIES:
        return None
    if not _DIAGNOSIS.fullmatch(code):
        why = "the diagnosis is no code of ICD-10-CM"
        raise RowError(why)
    return *_article_of(header, cells), covered, values.number(header.cell(cells, "group") or "0", "group"), code


def _document(header: Header, cells: list[str]) -> Values | None:
    """An article and its LCD; most lines name other documents, and are passed over."""
    document = header.cell(cells, "document")
    if not document.isdigit():
        return None
    return *_article_of(header, cells), f"L{document}"
