"""Which official tables there are, for whom they are made, and which edition of one answers for a day.

Every row of an official table belongs to an edition. An edition answers from the day on which it takes effect until the next one
does. Some tables carry the dates of every row (NCCI pairs as CMS ships them, HCPCS, add-on codes): these can look back, and answer
for days before them that no edition of their own time covers. Known limit: an edition does not know its end; one that nobody has
renewed goes on answering, and says through `Edition.is_overdue` that a newer one should exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

_MONTHS_IN_YEAR = 12
NEVER = 99_991_231
"""The day, as a number YYYYMMDD, that never comes."""


class Kind(StrEnum):
    """The kinds of official files."""

    NCCI_PTP = "ncci-ptp"
    NCCI_PAIRS = "ncci-pairs"
    MUE = "mue"
    ADD_ON = "add-on"
    MPFS = "mpfs"
    HCPCS = "hcpcs"
    ICD10CM_ORDER = "icd10cm-order"
    ICD10CM_TABULAR = "icd10cm-tabular"
    ICD10CM_INDEX = "icd10cm-index"
    TAXONOMY = "taxonomy"
    TAXONOMY_CROSSWALK = "taxonomy-crosswalk"
    PLACES = "places"
    MCD = "mcd"
    CPT = "cpt"

    @property
    def answered_by(self) -> tuple[Kind, ...]:
        """The kinds whose editions answer a question for this one."""
        pairs = (Kind.NCCI_PTP, Kind.NCCI_PAIRS)
        return pairs if self in pairs else (self,)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The settings of which one must be known for a file of this kind; the first is asked for where nobody names one."""
        return _SETTINGS.get(self, (Setting.ANY,))

    @property
    def months(self) -> int:
        """After how many months its publisher usually brings a new edition; 0 where there is no rule."""
        return _MONTHS.get(self, 3)


class Setting(StrEnum):
    """For whose claims a table is made."""

    ANY = ""
    PRACTITIONER = "practitioner"
    HOSPITAL = "hospital"
    SUPPLIER = "supplier"
    """Durable medical equipment."""
    NON_QPP = "nonqpp"
    """The fee schedule with the conversion factor for those who are no qualifying participants of an alternative payment model."""
    QPP = "qpp"


_SETTINGS = {
    Kind.NCCI_PTP: (Setting.PRACTITIONER, Setting.HOSPITAL),
    Kind.NCCI_PAIRS: (Setting.PRACTITIONER, Setting.HOSPITAL),
    Kind.MUE: (Setting.PRACTITIONER, Setting.HOSPITAL, Setting.SUPPLIER),
    Kind.MPFS: (Setting.ANY, Setting.NON_QPP, Setting.QPP),
}
_MONTHS = {
    Kind.ICD10CM_ORDER: 12,
    Kind.ICD10CM_TABULAR: 12,
    Kind.ICD10CM_INDEX: 12,
    Kind.TAXONOMY: 6,
    Kind.PLACES: 0,
    Kind.TAXONOMY_CROSSWALK: 0,
    Kind.MCD: 1,
    Kind.CPT: 12,
}


@dataclass(frozen=True, slots=True)
class Edition:
    """One imported edition of a table."""

    id: int
    kind: Kind
    setting: Setting
    name: str
    effective: date
    since: date | None
    """The first day for which its rows, having dates of their own, can tell before ``effective``; None where they have none."""
    files: tuple[str, ...]
    sha256: str
    rows: int
    rejected: int
    imported: datetime

    def is_overdue(self, on: date) -> bool:
        """Whether its publisher should have brought a newer edition by that day."""
        return self.kind.months > 0 and on >= months_after(self.effective, self.kind.months)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + (f" ({self.setting})" if self.setting else "")


def in_force(editions: Iterable[Edition], on: date) -> Edition | None:
    """The edition that answers for a day, or None when none can.

    It is the newest that took effect on the day or before it; of two that took effect on one day, the one imported later. Where
    there is none, or it was overdue by the day, an edition that took effect later and looks back knows better: the oldest such.
    """
    known = tuple(editions)
    begun = max((one for one in known if one.effective <= on), key=lambda one: (one.effective, one.id), default=None)
    if begun is not None and not begun.is_overdue(on):
        return begun
    looking_back = (one for one in known if one.since is not None and one.since <= on < one.effective)
    return min(looking_back, key=lambda one: (one.effective, -one.id), default=begun)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the 28th for any later one."""
    years, month = divmod(day.month - 1 + months, _MONTHS_IN_YEAR)
    if day.year + years > date.max.year:
        return date.max
    return date(day.year + years, month + 1, min(day.day, 28))


def as_number(day: date) -> int:
    """The day as the tables hold it: YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def as_day(number: int | None) -> date | None:
    """The day of a number YYYYMMDD; None for 0, for nothing and for the day that never comes."""
    if not number or number == NEVER:
        return None
    return date(number // 10_000, number // 100 % 100, number % 100)
