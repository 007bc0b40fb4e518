"""NCCI procedure-to-procedure edits as CMS ships them: four tab-delimited files f1 to f4 of one quarter and setting.

The names tell setting and quarter: ``ccipra-v322r0-f1.TXT`` is practitioner (``ccioph``: hospital), version 32.2: the third quarter
of 2026, since version 1 stands for 1995. Every row has its dates, and deleted edits stay in: one edition looks back to 1996.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.importers import grid, ptp_rows
from consultant.knowledge.importers.editions import day_in, quarter
from consultant.knowledge.importers.files import Member, Meter, meter_of, pick
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Rejections, Sheet
from consultant.knowledge.official_kinds import Kind, Setting

KIND = Kind.NCCI_PTP
_NAME = re.compile(r"cci(pra|oph)[-_]v(\d\d)([0-3])r\d+[-_]f(\d)", re.IGNORECASE)
_SETTINGS = {"pra": Setting.PRACTITIONER, "oph": Setting.HOSPITAL}
_YEAR_OF_VERSION_0 = 1994
_FILES = 4
_SINCE = date(1996, 1, 1)
_WANTED: grid.Wanted = {
    "column_1": ("COLUMN1*",),
    "column_2": ("COLUMN2*",),
    "effective_date": ("EFFECTIVE*",),
    "deletion_date": ("DELETION*",),
    "modifier_indicator": ("MODIFIER*",),
    "rationale": ("PTPEDITRATIONALE*", "RATIONALE*"),
}


def read(files: Sequence[Path]) -> Sheet:
    """The edits of one quarter and setting. Raises KnowledgeError when files of it are missing or of another."""
    found = pick(files, r"cci(pra|oph).*\.txt", r"\.txt$")
    named = [named for member in found if (named := _NAME.search(member.name))]
    if named:
        _refuse_incomplete(named)
    rejected, meter = Rejections(), meter_of(found)
    ordered = sorted(found, key=lambda member: member.name.lower())
    first = _table(ordered[0], meter)
    day = _quarter(named[0]) if named else day_in(path.name for path in files)
    return Sheet(
        parts=ptp_rows.parts(_tables(first, ordered[1:], meter), rejected),
        meter=meter,
        rejected=rejected,
        edition=quarter(day) if day else "",
        effective=day,
        since=_SINCE,
        setting=_SETTINGS[named[0][1].lower()] if named else None,
    )


def _tables(first: tuple[Member, Header], others: list[Member], meter: Meter) -> Iterator[tuple[Member, Header]]:
    yield first
    for member in others:
        yield _table(member, meter)


def _table(member: Member, meter: Meter) -> tuple[Member, Header]:
    return member, grid.find_header(grid.rows(member, meter, delimiter="\t"), _WANTED, name=member.name)


def _quarter(named: re.Match[str]) -> date:
    return date(_YEAR_OF_VERSION_0 + int(named[2]), int(named[3]) * 3 + 1, 1)


def _refuse_incomplete(named: list[re.Match[str]]) -> None:
    editions = {(found[1].lower(), found[2], found[3]) for found in named}
    if len(editions) > 1:
        msg = "the files are of several quarters or settings; import them one after the other"
        raise KnowledgeError(msg)
    there = sorted(int(found[4]) for found in named)
    if there != list(range(1, _FILES + 1)):
        missing = (
            ", ".join(f"f{number}" for number in range(1, _FILES + 1) if number not in there) or "none, but one is named twice"
        )
        msg = f"{named[0].string}: files of the quarter are missing ({missing}); name all four, f1 to f4"
        raise KnowledgeError(msg)
