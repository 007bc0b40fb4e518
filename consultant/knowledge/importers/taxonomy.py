"""The provider taxonomy of NUCC (CSV, twice a year). Definitions are not stored: nothing here needs them.

The file name tells the version: 25.0 is in force from April 2025, 25.1 from October.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.files import meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, RowError, Sheet, Values, converted
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import TAXONOMY

KIND = Kind.TAXONOMY
_WANTED: grid.Wanted = {
    "code": ("CODE",),
    "grouping": ("GROUPING",),
    "classification": ("CLASSIFICATION",),
    "specialization": ("SPECIALIZATION",),
    "name": ("DISPLAYNAME",),
    "section": ("SECTION",),
}
CODE = re.compile(r"\d{3}[0-9A-Z]{6}X", re.ASCII)
_VERSION = re.compile(r"taxonomy[-_](\d\d)([01])(?!\d)", re.IGNORECASE)
_MONTHS = {"0": 4, "1": 10}
_TEXT_MAX = 300


def read(files: Sequence[Path]) -> Sheet:
    """The codes of one version."""
    member = pick_one(files, r"taxonomy.*\.csv$")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name)
    version = _VERSION.search(member.name)
    return Sheet(
        parts=(Part(TAXONOMY, converted(header.rows, lambda cells: _row(header, cells), rejected, member.name)),),
        meter=meter,
        rejected=rejected,
        edition=f"{version[1]}.{version[2]}" if version else "",
        effective=date(2000 + int(version[1]), _MONTHS[version[2]], 1) if version else None,
    )


def _row(header: Header, cells: list[str]) -> Values:
    code = header.cell(cells, "code")
    if not CODE.fullmatch(code):
        why = "the code is not one of the taxonomy"
        raise RowError(why)
    return (code, *(values.indicator(header.cell(cells, name), name, _TEXT_MAX) for name in _WANTED if name != "code"))
