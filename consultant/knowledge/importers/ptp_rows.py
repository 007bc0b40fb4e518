"""Rows of NCCI procedure-to-procedure edits, from either layout. Two and a half million of them: what repeats is read once.

CMS writes the last day on which an edit held; the tables hold the first day on which it no longer does. Indicator 9 marks edits
that were taken back as if they had never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from consultant.knowledge.importers import values
from consultant.knowledge.importers.files import Member
from consultant.knowledge.importers.grid import Header
from consultant.knowledge.importers.sheet import Part, Rejections, RowError, Values
from consultant.knowledge.official_tables import PTP, PTP_RATIONALE

_INDICATORS = ("0", "1", "9")
_RATIONALES_MAX = 1_000
_RATIONALE_MAX = 200


class _Codes(dict[str, str]):
    def __missing__(self, text: str) -> str:
        self[text] = code = values.code(text.strip())
        return code


class _Days(dict[str, int]):
    def __missing__(self, text: str) -> int:
        self[text] = day = values.day(text.strip(), "effective date")
        return day


class _Ends(dict[str, int]):
    def __missing__(self, text: str) -> int:
        self[text] = day = values.ended(text.strip(), "deletion date")
        return day


class _Indicators(dict[str, int]):
    def __missing__(self, text: str) -> int:
        if text.strip() not in _INDICATORS:
            why = "the modifier indicator is not 0, 1 or 9"
            raise RowError(why)
        self[text] = indicator = int(text)
        return indicator


class _Rationales(dict[str, int]):
    def __missing__(self, text: str) -> int:
        if len(text) > _RATIONALE_MAX or len(self) == _RATIONALES_MAX:
            why = "the rationale is longer or other than the short list of NCCI"
            raise RowError(why)
        self[text] = number = len(self) + 1
        return number


def parts(tables: Iterable[tuple[Member, Header]], rejected: Rejections) -> tuple[Part, ...]:
    """The edits, and the short list of rationales that they point into."""
    rationales = _Rationales()
    reading = _Reading(rationales, rejected)
    edits = (row for member, header in tables for row in reading.rows(member, header))
    return Part(PTP, edits), Part(PTP_RATIONALE, _listed(rationales), counts=False)


def _listed(rationales: _Rationales) -> Iterator[Values]:
    """The list, which is whole when the last edit was read: the order of the parts sees to that."""
    for text, number in rationales.items():
        yield number, text.strip()


class _Reading:
    """What is remembered from row to row."""

    def __init__(self, rationales: _Rationales, rejected: Rejections) -> None:
        self._codes, self._days, self._ends = _Codes(), _Days(), _Ends()
        self._indicators, self._rationales = _Indicators(), rationales
        self._rejected = rejected

    def rows(self, member: Member, header: Header) -> Iterator[Values]:
        codes, days, ends, indicators, rationales = self._codes, self._days, self._ends, self._indicators, self._rationales
        place = header.columns
        one, two, ended, indicator = (place[name] for name in ("column_1", "column_2", "deletion_date", "modifier_indicator"))
        effective, rationale = place.get("effective_date"), place["rationale"]
        begun = False
        for number, cells in header.rows:
            try:
                row = (
                    codes[cells[one]],
                    codes[cells[two]],
                    days[cells[effective]] if effective is not None else 0,
                    ends[cells[ended]],
                    indicators[cells[indicator]],
                    rationales[cells[rationale]],
                )
            except RowError as error:
                # The header goes on below its first row, with nothing in its first columns.
                if begun or cells[one].strip():
                    self._rejected.add(member.name, number, str(error))
                continue
            except IndexError:
                if any(cells):
                    self._rejected.add(member.name, number, "columns are missing")
                continue
            begun = True
            yield row
