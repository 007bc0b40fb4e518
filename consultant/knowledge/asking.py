"""Asking the official tables as of one day, with answers as sides of a comparison: what a table says, and which edition says it.

Tables of practitioners are asked, since the letters and pages of this service are for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consultant.knowledge.indicators import STATUS, UNKNOWN
from consultant.knowledge.official import Official
from consultant.knowledge.official_facts import AddOn, Fee, HcpcsCode, Mue, PtpEdit, Taxonomy
from consultant.knowledge.official_kinds import Edition, Kind, Setting
from consultant.knowledge.verdict import Side

SETTING = Setting.PRACTITIONER
_DELETED = frozenset({"D", "F", "H"})


@dataclass(frozen=True, slots=True)
class Listing:
    """That a table has a code, and whether it may be reported by it."""

    live: bool
    side: Side


@dataclass(frozen=True, slots=True)
class Tables:
    """The official tables on one day."""

    official: Official
    on: date

    def edition(self, kind: Kind) -> Edition | None:
        """The edition of a kind that answers on that day, or None when none is loaded."""
        return self.official.edition(kind, self.on)

    def named(self, kind: Kind) -> str:
        """The name of that edition for reports, empty when none is loaded."""
        edition = self.edition(kind)
        return str(edition) if edition is not None else ""

    def fee_row(self, code: str) -> Fee | None:
        """The fee schedule's row of the whole service."""
        return self.official.fee(code, self.on)

    def fee(self, code: str, fact: str) -> Side | None:
        """An indicator of the fee schedule by the name of its field, or None when no table tells it."""
        row = self.fee_row(code)
        value = str(getattr(row, fact)) if row is not None else ""
        return Side(value, str(row.edition)) if row is not None and value else None

    def mue(self, code: str) -> Mue | None:
        """The most units of a code."""
        return self.official.mue(code, self.on, SETTING)

    def ptp(self, column_1: str, column_2: str) -> PtpEdit | None:
        """The edit of a pair in this order."""
        return self.official.ptp(column_1, column_2, self.on, SETTING)

    def hcpcs(self, code: str) -> HcpcsCode | None:
        """The row of HCPCS Level II."""
        return self.official.hcpcs(code, self.on)

    def hcpcs_everywhere(self, code: str) -> tuple[HcpcsCode, ...]:
        """The rows of a code in all editions of HCPCS Level II, the newest first: some give days that others leave out."""
        editions = [edition for edition in self.official.editions() if edition.kind is Kind.HCPCS]
        days = sorted({edition.effective for edition in editions}, reverse=True)
        return tuple(row for day in days if (row := self.official.hcpcs(code, day)) is not None)

    def add_on(self, code: str) -> tuple[AddOn, ...]:
        """The add-on edits of a code; none for a code that is no add-on."""
        return self.official.add_on(code, self.on)

    def listing(self, code: str) -> Listing | None:
        """The first table that has a procedure code, or None when none that is loaded does."""
        level_2, fee, units = self.hcpcs(code), self.fee_row(code), self.mue(code)
        if level_2 is not None:
            live = level_2.live_on(self.on)
            words = (
                "it is in force"
                if live
                else f"it ended before {level_2.ended:%Y-%m-%d}"
                if level_2.ended
                else "it is not yet in force"
            )
            return Listing(live, Side(words, str(level_2.edition)))
        if fee is not None:
            words = f"it is listed with status {fee.status}: {STATUS.get(fee.status, UNKNOWN)}"
            return Listing(fee.status not in _DELETED, Side(words, str(fee.edition)))
        return Listing(live=True, side=Side("it is listed", str(units.edition))) if units is not None else None

    def taxonomy(self, code: str) -> Taxonomy | None:
        """The entry of the provider taxonomy."""
        return self.official.taxonomy(code)

    def descriptor(self, code: str) -> str:
        """The licensee's own long descriptor, for comparison only; empty when none is loaded."""
        found = self.official.descriptor(code)
        return found.long if found is not None else ""


def _when(code: HcpcsCode, on: date) -> str:
    if code.ended is not None and code.ended <= on:
        return f"it ended; the first day without it is {code.ended:%Y-%m-%d}"
    return f"it begins on {code.added:%Y-%m-%d}"
