"""What the official tables tell: one noun for each look-up, each with the edition that says it.

Ranges of days are half-open: ``ended`` is the first day on which something no longer holds. Official CPT descriptors appear in
`Descriptor` only, which comes from the licensee's own files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consultant.knowledge.official_kinds import Edition

_CONTRACTOR_DECIDES = "CCCCC"
_NEVER_WITH_MODIFIER = 0


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """An NCCI procedure-to-procedure edit in force: Medicare pays column 1 and denies column 2 of the same day."""

    column_1: str
    column_2: str
    indicator: int
    """0: no modifier lifts it; 1: one may."""
    rationale: str
    effective: date | None
    """None where the table does not tell."""
    ended: date | None
    edition: Edition

    @property
    def modifier_allowed(self) -> bool:
        """Whether a modifier may lift it when the services were distinct."""
        return self.indicator != _NEVER_WITH_MODIFIER


@dataclass(frozen=True, slots=True)
class Mue:
    """A medically unlikely edit: the most units that are paid."""

    code: str
    units: int
    adjudication: int
    """1: on one claim line; 2: on one day, absolute; 3: on one day, by clinical review."""
    rationale: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class AddOn:
    """A pair of the add-on code edits."""

    add_on: str
    primary: str
    type: int
    """1: only listed primary codes; 2: the contractor decides; 3: listed ones and those the contractor adds."""
    effective: date | None
    ended: date | None
    edition: Edition

    @property
    def contractor_decides(self) -> bool:
        """Whether no primary code is named."""
        return self.primary == _CONTRACTOR_DECIDES


@dataclass(frozen=True, slots=True)
class Fee:
    """A row of the Medicare physician fee schedule. Indicators are kept as written; an empty one was empty."""

    code: str
    modifier: str
    """Empty for the whole service; 26, TC or 53."""
    status: str
    work: Decimal | None
    """Relative value units, as are the next five."""
    practice_non_facility: Decimal | None
    practice_facility: Decimal | None
    malpractice: Decimal | None
    total_non_facility: Decimal | None
    total_facility: Decimal | None
    not_applicable_non_facility: bool
    """Rarely or never done outside a facility, as the indicator NA says."""
    not_applicable_facility: bool
    professional_technical: str
    global_days: str
    preoperative: Decimal | None
    """Share of the global package, as are the next two."""
    intraoperative: Decimal | None
    postoperative: Decimal | None
    multiple: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str
    endoscopic_base: str
    conversion_factor: Decimal | None
    supervision: str
    imaging_family: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class HcpcsCode:
    """A code or modifier of HCPCS Level II."""

    code: str
    is_modifier: bool
    long: str
    short: str
    coverage: str
    betos: str
    added: date | None
    action: str
    action_effective: date | None
    ended: date | None
    edition: Edition

    def live_on(self, day: date) -> bool:
        """Whether it may be reported on that day; a date that the table does not give excludes nothing."""
        return (self.added is None or self.added <= day) and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A provider taxonomy code of NUCC."""

    code: str
    grouping: str
    classification: str
    specialization: str
    name: str
    section: str
    specialties: tuple[str, ...]
    """Medicare specialty codes that map to it, by the crosswalk; empty also when none is loaded."""
    edition: Edition


@dataclass(frozen=True, slots=True)
class Place:
    """A place of service."""

    code: str
    name: str
    is_facility: bool | None
    """Whether Medicare pays the facility rate there; None where the table does not tell."""
    description: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class Article:
    """A billing article of a Medicare contractor that names a code."""

    id: int
    version: int
    title: str
    contractors: tuple[str, ...]
    effective: date | None
    ended: date | None
    covered: tuple[tuple[int, tuple[str, ...]], ...]
    """Number of each group and its ICD-10-CM codes that support medical necessity."""
    not_covered: tuple[str, ...]
    documents: tuple[str, ...]
    """Local coverage determinations that it belongs to, such as ``L33999``."""
    edition: Edition


@dataclass(frozen=True, slots=True)
class Descriptor:
    """The descriptors of a code from the licensee's own CPT files. Never to be logged or sent to anybody else."""

    code: str
    long: str
    medium: str
    short: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of the Index to Diseases."""

    terms: tuple[str, ...]
    """Main term and the terms below it down to this line."""
    code: str
    """May end in ``-`` where characters are missing; empty when the line only points elsewhere."""
    see: str
    see_also: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """Everything the official tables tell of one procedure code on one day; None or empty where they tell nothing."""

    code: str
    fees: tuple[Fee, ...]
    """The whole service first, then its components."""
    mues: tuple[Mue, ...]
    """One for each setting loaded."""
    add_on: tuple[AddOn, ...]
    hcpcs: HcpcsCode | None
    descriptor: Descriptor | None
