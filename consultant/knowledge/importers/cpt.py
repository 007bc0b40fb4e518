"""The licensee's own CPT files of the AMA: long (LONGULT, LONGULF, LONGUF), medium (MEDU) and short (SHORTU) descriptors.

The only place from which descriptors are ever stored, for licensees only; they stay in the file of official tables. No message and
no log holds any word of them. Older files open with a notice: what comes before the first code is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.editions import day_in
from consultant.knowledge.importers.files import Member, Meter, lines, members, meter_of, shown
from consultant.knowledge.importers.sheet import Part, Rejections, Sheet, Values
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.official_tables import CPT

KIND = Kind.CPT
_FORMS = {
    "long": re.compile(r"LONGULT", re.IGNORECASE),
    "long-fixed": re.compile(r"LONGUL?F", re.IGNORECASE),
    "short": re.compile(r"SHORTU", re.IGNORECASE),
    "medium": re.compile(r"MEDU", re.IGNORECASE),
}
_TABBED = re.compile(r"(\d{4}[0-9A-Z])\t(.+)", re.ASCII)
_FIXED = re.compile(r"(\d{4}[0-9A-Z]) (.+)", re.ASCII)
_SEQUENCED = re.compile(r"(\d{4}[0-9A-Z])[\d ]{3}(.*)", re.ASCII)
_PATTERNS = {"long": _TABBED, "long-fixed": _SEQUENCED, "short": _FIXED, "medium": _FIXED}
_WORDS_MAX = 4000


def read(files: Sequence[Path]) -> Sheet:
    """The descriptors of one year. Raises KnowledgeError when no file is one of those of the AMA, by its name."""
    found = [(form, member) for member in members(files) if (form := _form(member.name))]
    forms = {form for form, _ in found}
    if "long" in forms:
        # The same descriptors in another layout.
        found = [(form, member) for form, member in found if form != "long-fixed"]
    if not found or len({form for form, _ in found}) < len(found):
        msg = f"{shown(files[0])}: name the files LONGULT, MEDU and SHORTU of one year, or the archive with them"
        raise KnowledgeError(msg)
    rejected, meter = Rejections(), meter_of(member for _, member in found)
    day = day_in(path.name for path in files)
    return Sheet(
        parts=tuple(Part(CPT, _rows(form, member, meter, rejected)) for form, member in found),
        meter=meter,
        rejected=rejected,
        edition=str(day.year) if day else "",
        effective=day,
    )


def _form(name: str) -> str:
    return next((form for form, pattern in _FORMS.items() if pattern.match(name)), "")


def _rows(form: str, member: Member, meter: Meter, rejected: Rejections) -> Iterator[Values]:
    stored = "long" if form == "long-fixed" else form
    code, words = "", ""
    for number, line in enumerate(lines(member, meter), start=1):
        text = line.rstrip("\r\n")
        found = _PATTERNS[form].fullmatch(text)
        if found and found[1] == code and form == "long-fixed":
            words = f"{words} {found[2].strip()}"[:_WORDS_MAX]
            continue
        if found:
            if code:
                yield code, stored, words
            code, words = found[1], found[2].strip()[:_WORDS_MAX]
        elif code and text.strip():
            rejected.add(member.name, number, "the line does not begin with a code")
    if code:
        yield code, stored, words
