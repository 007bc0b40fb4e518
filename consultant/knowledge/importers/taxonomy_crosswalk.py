"""The crosswalk of CMS from Medicare specialties to provider taxonomy codes (CSV).

Specialty codes carry marks of footnotes, ``A0[7]``; names too. Some specialties have no taxonomy code; they are kept without one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from consultant.knowledge.importers import grid, values
from consultant.knowledge.importers.editions import day_in, month
from consultant.knowledge.importers.files import meter_of, pick_one
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, RowError, Sheet, Values, converted
from consultant.knowledge.importers.taxonomy import CODE
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import CROSSWALK

KIND = Kind.TAXONOMY_CROSSWALK
_WANTED: grid.Wanted = {
    "specialty": ("MEDICARESPECIALTYCODE",),
    "name": ("MEDICAREPROVIDERSUPPLIERTYPEDESCRIPTION", "MEDICAREPROVIDERSUPPLIERTYPE*"),
    "taxonomy": ("PROVIDERTAXONOMYCODE",),
}
_FOOTNOTE = re.compile(r"\[\d+\]")
_SPECIALTY = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_TEXT_MAX = 300


def read(files: Sequence[Path]) -> Sheet:
    """The pairs of one edition."""
    member = pick_one(files, r"crosswalk.*\.csv$", r"\.csv$")
    rejected, meter = Rejections(), meter_of([member])
    header = grid.find_header(grid.rows(member, meter), _WANTED, name=member.name)
    day = day_in((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(CROSSWALK, converted(header.rows, lambda cells: _row(header, cells), rejected, member.name)),),
        meter=meter,
        rejected=rejected,
        edition=month(day) if day else "",
        effective=day,
    )


def _row(header: Header, cells: list[str]) -> Values:
    taxonomy, specialty, name = (
        " ".join(_FOOTNOTE.sub("", header.cell(cells, field)).split()) for field in ("taxonomy", "specialty", "name")
    )
    if taxonomy and not CODE.fullmatch(taxonomy):
        why = "the taxonomy code is none"
        raise RowError(why)
    if not _SPECIALTY.fullmatch(specialty):
        why = "the specialty code is not two letters or digits"
        raise RowError(why)
    return taxonomy, specialty, values.indicator(name, "name of the specialty", _TEXT_MAX)
