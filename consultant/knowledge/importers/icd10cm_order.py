"""The order file of ICD-10-CM: every code in fixed columns, with whether it may be reported.

The name tells the fiscal year: ``icd10cm-order-2026.txt`` is in force from October 2025, its April update from April 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from consultant.knowledge.importers.editions import icd10cm_day
from consultant.knowledge.importers.files import Member, Meter, lines, meter_of, pick_one
from consultant.knowledge.importers.sheet import Part, Rejections, RowError, Sheet, Values
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import ICD_ORDER

KIND = Kind.ICD10CM_ORDER
_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}", re.ASCII)
_ORDER = re.compile(r"\d{5} ", re.ASCII)
_CATEGORY = 3
_TEXT_MAX = 400


def read(files: Sequence[Path]) -> Sheet:
    """The codes of one release. The addenda beside it in its archive are another file."""
    member = pick_one(files, r"order(?!.*addenda).*\.txt$")
    rejected, meter = Rejections(), meter_of([member])
    day = icd10cm_day((member.name, *(path.name for path in files)))
    return Sheet(
        parts=(Part(ICD_ORDER, _rows(member, meter, rejected)),),
        meter=meter,
        rejected=rejected,
        edition=day.isoformat() if day else "",
        effective=day,
    )


def dotted(code: str) -> str:
    """The code with its dot."""
    return f"{code[:_CATEGORY]}.{code[_CATEGORY:]}" if len(code) > _CATEGORY else code


def _rows(member: Member, meter: Meter, rejected: Rejections) -> Iterator[Values]:
    for number, line in enumerate(lines(member, meter), start=1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        try:
            yield _row(text)
        except RowError as error:
            rejected.add(member.name, number, str(error))


def _row(text: str) -> Values:
    code, flag, title = text[6:13].strip(), text[14:15], text[77:].strip()
    if not _ORDER.match(text) or not _CODE.fullmatch(code):
        why = "there is no order number and code at the beginning"
        raise RowError(why)
    if flag not in {"0", "1"} or not title or len(title) > _TEXT_MAX:
        why = "there is no flag of 0 or 1, or no title, in its column"
        raise RowError(why)
    return dotted(code), int(text[:5]), int(flag), text[16:76].strip(), title
