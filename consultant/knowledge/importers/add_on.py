"""Add-on code edits: the workbook of CMS, and plain pairs ``primary_code,add_on_code,type``.

CMS dates every pair (YYYYDDD): the last day on which the pair, its add-on code or its primary code held. A pair ends with the first
of them. Its notes are not stored: they may hold words of descriptors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.editions import day_in, quarter
from consultant.knowledge.importers.files import meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, Sheet, Values, converted
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import ADD_ON

KIND = Kind.ADD_ON
_WANTED: grid.Wanted = {
    "primary_code": ("PRIMARYCODE",),
    "add_on_code": ("ADDONCODE",),
    "type": ("AOCEDITTYPE", "TYPE"),
    "effective": ("AOCEDITEFFDT",),
    "ended": ("AOCEDITDELDT",),
    "add_on_ended": ("AOCDELDT",),
    "primary_ended": ("PRIMARYCODEDELDT",),
}
_DATES = ("effective", "ended", "add_on_ended", "primary_ended")
_CONTRACTOR_DECIDES = "CCCCC"
_SINCE = date(1996, 1, 1)


def read(files: Sequence[Path]) -> Sheet:
    """The pairs of one edition."""
    member = pick_one(files, r"\.xlsx$", r"aoc.*\.csv$", r"\.csv$")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name, optional=_DATES)
    day = day_in((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(ADD_ON, converted(header.rows, lambda cells: _row(header, cells), rejected, member.name)),),
        meter=meter,
        rejected=rejected,
        edition=quarter(day) if day else "",
        effective=day,
        since=_SINCE if "effective" in header.columns else None,
    )


def _row(header: Header, cells: list[str]) -> Values:
    primary = header.cell(cells, "primary_code")
    return (
        values.code(header.cell(cells, "add_on_code")),
        primary if primary == _CONTRACTOR_DECIDES else values.code(primary),
        values.first_digit(header.cell(cells, "type"), "type", "123"),
        values.day(header.cell(cells, "effective"), "effective date"),
        min(values.ended(header.cell(cells, name), "deletion date") for name in _DATES[1:]),
    )
