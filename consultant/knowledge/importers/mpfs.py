"""The Medicare physician fee schedule relative value file (PPRRVU): 31 columns in 2025, 32 and two twins in 2026.

The header is stacked over five rows, joined and matched by name. The column of descriptions holds CPT short descriptors, which are
© AMA: it is not among the columns read, so that no word of it ever leaves the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.editions import day_in, month_number
from consultant.knowledge.importers.files import Member, meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Line, Part, Rejections, Sheet, Values, converted
from consultant.knowledge.official_kinds import Kind, Setting
from consultant.knowledge.official_tables import FEE

KIND = Kind.MPFS
_LEADING: grid.Wanted = {"code": ("HCPCS", "*HCPCS"), "modifier": ("MOD", "*MOD"), "status": ("STATUSCODE",)}
_DECIMALS: grid.Wanted = {
    "work": ("WORKRVU",),
    "practice_non_facility": ("NONFACPERVU",),
    "practice_facility": ("FACILITYPERVU",),
    "malpractice": ("MPRVU",),
    "total_non_facility": ("NONFACILITYTOTAL",),
    "total_facility": ("FACILITYTOTAL",),
}
_NOT_APPLICABLE: grid.Wanted = {
    "not_applicable_non_facility": ("NONFACNAINDICATOR",),
    "not_applicable_facility": ("FACILITYNAINDICATOR",),
}
_PACKAGE: grid.Wanted = {"professional_technical": ("PCTCIND",), "global_days": ("GLOBDAYS",)}
_SHARES: grid.Wanted = {"preoperative": ("PREOP",), "intraoperative": ("INTRAOP",), "postoperative": ("POSTOP",)}
_SURGERY: grid.Wanted = {
    "multiple": ("MULTPROC",),
    "bilateral": ("BILATSURG",),
    "assistant": ("ASSTSURG",),
    "co_surgeons": ("COSURG",),
    "team": ("TEAMSURG",),
    "endoscopic_base": ("ENDOBASE",),
}
_FACTOR: grid.Wanted = {"conversion_factor": ("CONVFACTOR",)}
_IMAGING: grid.Wanted = {
    "supervision": ("PHYSICIANSUPERVISIONOFDIAGNOSTICPROCEDURES", "*SUPERVISIONOFDIAGNOSTICPROCEDURES"),
    "imaging_family": ("DIAGNOSTICIMAGINGFAMILYINDICATOR", "*IMAGINGFAMILYINDICATOR"),
}
# In the order of the columns of the table.
_GROUPS = (
    (_LEADING, None),
    (_DECIMALS, values.decimal),
    (_NOT_APPLICABLE, None),
    (_PACKAGE, None),
    (_SHARES, values.decimal),
    (_SURGERY, None),
    (_FACTOR, values.decimal),
    (_IMAGING, None),
)
_WANTED: grid.Wanted = {field: names for group, _ in _GROUPS for field, names in group.items()}
_INDICATOR_MAX = 5
_TITLE = re.compile(r"(20\d\d) National Physician Fee Schedule Relative Value File ([A-Z][a-z]+)", re.ASCII)
_RELEASES = {1: "A", 4: "B", 7: "C", 10: "D"}


def read(files: Sequence[Path]) -> Sheet:
    """The rows of one release; its title tells year and month. Of the twins of 2026 in one archive, the one of non-participants."""
    member = pick_one(files, r"PPRRVU.*nonQPP.*\.csv$", r"PPRRVU.*\.csv$", r"PPRRVU.*\.xlsx$")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name)
    released = _released(header.before)
    day = released or day_in([member.name])
    return Sheet(
        parts=(Part(FEE, converted(header.rows, lambda cells: _row(header, cells), rejected, member.name)),),
        meter=meter,
        rejected=rejected,
        edition=_name(day) if day else "",
        effective=day,
        setting=_setting(member),
    )


def _row(header: Header, cells: list[str]) -> Values:
    code = values.code(header.cell(cells, "code"))
    modifier = values.modifier(header.cell(cells, "modifier"))
    rest = (
        convert(header.cell(cells, field), field) if convert else values.indicator(header.cell(cells, field), field, _INDICATOR_MAX)
        for group, convert in _GROUPS
        for field in group
        if field not in {"code", "modifier"}
    )
    return (code, modifier, *rest)


def _released(before: tuple[Line, ...]) -> date | None:
    for _, cells in before:
        title = _TITLE.search(" ".join(" ".join(cells).split()))
        month = month_number(title[2]) if title else None
        if title and month:
            return date(int(title[1]), month, 1)
    return None


def _name(day: date) -> str:
    letter = _RELEASES.get(day.month)
    return f"RVU{day:%y}{letter}, {day:%B %Y}" if letter else f"{day:%B %Y}"


def _setting(member: Member) -> Setting | None:
    name = member.name.lower()
    if "nonqpp" in name:
        return Setting.NON_QPP
    return Setting.QPP if "qpp" in name else None
