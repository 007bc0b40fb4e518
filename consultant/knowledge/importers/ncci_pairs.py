"""NCCI procedure-to-procedure edits as plain pairs: CSV, gzip too, with one header line.

Its columns are ``column_1,column_2,deletion_date,modifier_indicator,rationale``. A layout for tables that
were made from those of CMS. It has no effective dates: an edition answers from its own day on only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consultant.knowledge.importers import grid, ptp_rows
from consultant.knowledge.importers.editions import day_in, quarter
from consultant.knowledge.importers.files import meter_of, pick_one
from consultant.knowledge.importers.sheet import Rejections, Sheet
from consultant.knowledge.official_kinds import Kind

KIND = Kind.NCCI_PAIRS
_WANTED: grid.Wanted = {
    name: (grid.plain(name),) for name in ("column_1", "column_2", "deletion_date", "modifier_indicator", "rationale")
}


def read(files: Sequence[Path]) -> Sheet:
    """The pairs; the file name may tell quarter and setting."""
    member = pick_one(files, r"\.csv")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name)
    day = day_in((member.name, *(path.name for path in files)))
    return Sheet(
        parts=ptp_rows.parts([(member, header)], rejected),
        meter=meter,
        rejected=rejected,
        edition=quarter(day) if day else "",
        effective=day,
        setting=next((one for one in KIND.settings if one in member.name.lower()), None),
    )
