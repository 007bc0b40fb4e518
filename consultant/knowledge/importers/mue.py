"""Medically unlikely edits as CMS ships them: CSV or workbook, one for each setting and quarter.

The file opens with the notice of the AMA in one cell of many lines; the header cells hold line breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.editions import day_in, quarter
from consultant.knowledge.importers.files import meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, Sheet, Values, converted
from consultant.knowledge.official_kinds import Kind, Setting
from consultant.knowledge.official_tables import MUE

KIND = Kind.MUE
_WANTED: grid.Wanted = {
    "code": ("HCPCSCPTCODE", "HCPCSCODE", "CODE"),
    "value": ("*MUEVALUE*",),
    "adjudication": ("MUEADJUDICATIONINDICATOR*", "MAI"),
    "rationale": ("MUERATIONALE*",),
}
_SETTINGS = {
    "practitioner": Setting.PRACTITIONER,
    "outpatient": Setting.HOSPITAL,
    "hospital": Setting.HOSPITAL,
    "dme": Setting.SUPPLIER,
}
_RATIONALE_MAX = 200


def read(files: Sequence[Path]) -> Sheet:
    """The edits of one quarter and setting, which the file name and the header tell."""
    member = pick_one(files, r"mue.*\.csv$", r"\.csv$", r"\.xlsx$")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name)
    day = day_in((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(MUE, converted(header.rows, lambda cells: _row(header, cells), rejected, member.name)),),
        meter=meter,
        rejected=rejected,
        edition=quarter(day) if day else "",
        effective=day,
        setting=next((setting for word, setting in _SETTINGS.items() if word in member.name.lower()), None),
    )


def _row(header: Header, cells: list[str]) -> Values:
    return (
        values.code(header.cell(cells, "code")),
        values.number(header.cell(cells, "value"), "MUE value"),
        values.first_digit(header.cell(cells, "adjudication"), "adjudication indicator", "123"),
        values.indicator(header.cell(cells, "rationale"), "rationale", _RATIONALE_MAX),
    )
