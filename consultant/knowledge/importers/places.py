"""Place of service codes (CSV): ``pos_code,pos_type,pos_name,pos_description``. Codes that are not assigned are passed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.editions import day_in, month
from consultant.knowledge.importers.files import meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, RowError, Sheet, Values, converted
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import PLACE

KIND = Kind.PLACES
_WANTED: grid.Wanted = {
    "code": ("POSCODE", "POSCODES", "PLACEOFSERVICECODE*"),
    "type": ("POSTYPE", "FACILITY*"),
    "name": ("POSNAME", "PLACEOFSERVICENAME"),
    "description": ("POSDESCRIPTION", "PLACEOFSERVICEDESCRIPTION"),
}
_OPTIONAL = ("type", "description")
_CODE = re.compile(r"\d\d", re.ASCII)
_TYPES = {"facility": 1, "f": 1, "non-facility": 0, "nonfacility": 0, "nf": 0}
_UNASSIGNED = "unassigned"
_NAME_MAX, _DESCRIPTION_MAX = 200, 4000


def read(files: Sequence[Path]) -> Sheet:
    """The assigned codes of one edition."""
    member = pick_one(files, r"pos.*\.csv$", r"\.csv$")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name, optional=_OPTIONAL)
    day = day_in((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(PLACE, converted(header.rows, lambda cells: _row(header, cells), rejected, member.name)),),
        meter=meter,
        rejected=rejected,
        edition=month(day) if day else "",
        effective=day,
    )


def _row(header: Header, cells: list[str]) -> Values | None:
    code, name = header.cell(cells, "code"), header.cell(cells, "name")
    if not _CODE.fullmatch(code) or not name:
        why = "there is no code of two digits and a name"
        raise RowError(why)
    if name.casefold() == _UNASSIGNED:
        return None
    return (
        code,
        values.indicator(name, "name", _NAME_MAX),
        _TYPES.get(header.cell(cells, "type").casefold()),
        values.indicator(header.cell(cells, "description"), "description", _DESCRIPTION_MAX),
    )
