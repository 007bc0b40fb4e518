"""HCPCS Level II: records of 320 characters, tables of 48 columns (CSV, workbook), and plain codes with long descriptions.

In records and tables, long descriptions go on over several lines; record ids tell codes (3) and modifiers (7) from what continues
them (4, 8). Terminated codes stay in, with their dates: such an edition can look back. The long descriptions of CMS are public;
those of dental codes (D) are © ADA and are left out, as is anything under a code of CPT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.editions import day_in, month
from consultant.knowledge.importers.files import Member, Meter, lines, meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, RowError, Sheet, Values, refuse
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import HCPCS

KIND = Kind.HCPCS
_FIXED = {
    "code": slice(0, 5),
    "record": slice(10, 11),
    "long": slice(11, 91),
    "short": slice(91, 119),
    "coverage": slice(229, 230),
    "betos": slice(256, 259),
    "added": slice(268, 276),
    "action_effective": slice(276, 284),
    "ended": slice(284, 292),
    "action": slice(292, 293),
}
_RECORD_LENGTH = 293
_TABLE: grid.Wanted = {
    "code": ("HCPC", "HCPCS"),
    "record": ("RECID",),
    "long": ("LONGDESCRIPTION",),
    "short": ("SHORTDESCRIPTION",),
    "coverage": ("COV", "COVERAGE"),
    "betos": ("BETOS", "BETOS*"),
    "added": ("ADDDT",),
    "action_effective": ("ACTEFFDT",),
    "ended": ("TERMDT",),
    "action": ("ACTIONCD",),
}
_PLAIN: grid.Wanted = {"code": ("CODE",), "long": ("DESCRIPTION",)}
_PUBLIC = re.compile(r"[A-CE-V]\d{4}", re.ASCII)
_MODIFIER_LENGTH = 2
_BEGINS, _CONTINUES = frozenset({"3", "7"}), frozenset({"4", "8"})
# A report of changes, also from CMS, stands beside the table under a longer name.
_NAMES = (r"ANWEB(?!.*trans).*\.txt$", r"ANWEB(?!.*trans).*\.csv$", r"ANWEB(?!.*trans).*\.xlsx$", r"HCPC.*\.csv$")
_YEAR = re.compile(r"HCPC(20\d\d)", re.IGNORECASE)
_SINCE = date(1983, 1, 1)
_INDICATOR_MAX = 5

_Fields = dict[str, str]


@dataclass(slots=True)
class _Record:
    """A code as it is put together from its lines."""

    line: int
    fields: _Fields


def read(files: Sequence[Path]) -> Sheet:
    """The codes and modifiers of one edition."""
    member = pick_one(files, *_NAMES)
    rejected, meter = Rejections(), meter_of([member])
    records, is_dated = _records(member, meter, rejected)
    day = day_in((member.name, *(path.name for path in files))) or _first_of_year(member.name)
    return Sheet(
        parts=(Part(HCPCS, _rows(records, member, rejected)),),
        meter=meter,
        rejected=rejected,
        edition=month(day) if day else "",
        effective=day,
        since=_SINCE if is_dated else None,
    )


def _records(member: Member, meter: Meter, rejected: Rejections) -> tuple[Iterator[_Record], bool]:
    """Codes with their lines joined, and whether they have dates."""
    if not member.is_workbook and not member.name.lower().endswith(".csv"):
        return _joined(_fixed(member, meter), member, rejected), True
    header = grid.header_or_none(grid.rows(member, meter), _TABLE)
    if header:
        return _joined(_table(header), member, rejected), True
    meter.done = 0
    plain = grid.find_header(grid.rows(member, meter), _PLAIN, name=member.name)
    return _table(plain), False


def _fixed(member: Member, meter: Meter) -> Iterator[_Record]:
    begun = False
    for number, line in enumerate(lines(member, meter), start=1):
        text = line.rstrip("\r\n")
        is_record = len(text) >= _RECORD_LENGTH and text[10] in _BEGINS | _CONTINUES
        begun = begun or is_record
        if begun and text.strip():
            yield _Record(number, {name: text[part].strip() for name, part in _FIXED.items()})
    if not begun:
        raise refuse(member.name, "no record of HCPCS Level II was found", "see whether it is a file of this kind")


def _table(header: Header) -> Iterator[_Record]:
    for number, cells in header.rows:
        if any(cells):
            yield _Record(number, {name: header.cell(cells, name) for name in header.columns})


def _joined(records: Iterator[_Record], member: Member, rejected: Rejections) -> Iterator[_Record]:
    current: _Record | None = None
    for record in records:
        kind = record.fields["record"]
        if kind in _BEGINS:
            if current:
                yield current
            current = record
        elif kind in _CONTINUES and current and record.fields["code"] == current.fields["code"]:
            current.fields["long"] += f" {record.fields['long']}"
        else:
            rejected.add(member.name, record.line, "the line neither begins a code nor continues the one before")
    if current:
        yield current


def _rows(records: Iterator[_Record], member: Member, rejected: Rejections) -> Iterator[Values]:
    for record in records:
        try:
            yield _row(record.fields)
        except RowError as error:
            rejected.add(member.name, record.line, str(error))


def _row(fields: _Fields) -> Values:
    code = fields["code"]
    is_modifier = len(code) == _MODIFIER_LENGTH
    is_public = is_modifier or bool(_PUBLIC.fullmatch(code))
    return (
        values.modifier(code) if is_modifier else values.code(code),
        is_modifier,
        " ".join(fields["long"].split()) if is_public else "",
        fields.get("short", "") if is_public else "",
        *(values.indicator(fields.get(name, ""), name, _INDICATOR_MAX) for name in ("coverage", "betos")),
        values.day(fields.get("added", ""), "day of addition"),
        values.indicator(fields.get("action", ""), "action", _INDICATOR_MAX),
        values.day(fields.get("action_effective", ""), "effective date"),
        values.ended(fields.get("ended", ""), "day of termination"),
    )


def _first_of_year(name: str) -> date | None:
    found = _YEAR.search(name)
    return date(int(found[1]), 1, 1) if found else None
