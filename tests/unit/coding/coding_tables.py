"""Official tables of a few rows for tests of coding rules, told in Python; what they do not hold, no table has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from claims import knowledge as small_knowledge

from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.official_facts import AddOn, Fee, HcpcsCode, Mue, PtpEdit
from consultant.knowledge.official_kinds import Edition, Kind, Setting

BEGINS = date(2026, 10, 1)


def edition(kind: Kind, name: str, *, setting: Setting = Setting.ANY, effective: date = BEGINS) -> Edition:
    """An edition that answers for the days of the tests."""
    return Edition(1, kind, setting, name, effective, None, ("file.csv",), "0" * 64, 1, 0, datetime(2026, 10, 1, tzinfo=UTC))


FEES = edition(Kind.MPFS, "RVU26D")
_FEE = Fee(
    code="",
    modifier="",
    status="A",
    work=None,
    practice_non_facility=None,
    practice_facility=None,
    malpractice=None,
    total_non_facility=None,
    total_facility=None,
    not_applicable_non_facility=False,
    not_applicable_facility=False,
    professional_technical="0",
    global_days="XXX",
    preoperative=None,
    intraoperative=None,
    postoperative=None,
    multiple="0",
    bilateral="0",
    assistant="0",
    co_surgeons="0",
    team="0",
    endoscopic_base="",
    conversion_factor=None,
    supervision="09",
    imaging_family="99",
    edition=FEES,
)


def fee(code: str, **indicators: object) -> Fee:
    """A row of the fee schedule."""
    return replace(_FEE, code=code, **indicators)  # type: ignore[arg-type]  # the caller names fields of the row


class Few(Official):
    """Official tables of the rows given; a table is loaded when it has a row."""

    def __init__(
        self,
        *,
        fees: tuple[Fee, ...] = (),
        mues: dict[tuple[str, Setting], tuple[int, int]] | None = None,
        pairs: dict[tuple[str, str], int] | None = None,
        add_ons: dict[str, tuple[str, ...]] | None = None,
        hcpcs: tuple[HcpcsCode, ...] = (),
        released: date = BEGINS,
    ) -> None:
        super().__init__()
        self._fees = {one.code: one for one in fees}
        self._mues, self._pairs, self._add_ons = mues or {}, pairs or {}, add_ons or {}
        self._hcpcs = {one.code: one for one in hcpcs}
        self._released = released

    def edition(self, kind: Kind, on: date, setting: Setting | None = None) -> Edition | None:
        settings = {of for _, of in self._mues}
        rows = {Kind.MPFS: self._fees, Kind.NCCI_PTP: self._pairs, Kind.ADD_ON: self._add_ons, Kind.HCPCS: self._hcpcs}
        loaded = setting in settings if kind is Kind.MUE else bool(rows.get(kind)) and setting is not Setting.HOSPITAL
        return edition(kind, f"{kind} of the test", setting=setting or Setting.ANY, effective=self._released) if loaded else None

    def fee(self, code: str, on: date, modifier: str = "", setting: Setting | None = None) -> Fee | None:
        return self._fees.get(code)

    def mue(self, code: str, on: date, setting: Setting = Setting.PRACTITIONER) -> Mue | None:
        found = self._mues.get((code, setting))
        return Mue(code, *found, "Clinical: Data", edition(Kind.MUE, "2026 Q4", setting=setting)) if found else None

    def ptp(self, column_1: str, column_2: str, on: date, setting: Setting = Setting.PRACTITIONER) -> PtpEdit | None:
        indicator = self._pairs.get((column_1, column_2))
        if indicator is None:
            return None
        return PtpEdit(column_1, column_2, indicator, "More extensive procedure", None, None, edition(Kind.NCCI_PTP, "2026 Q4"))

    def add_on(self, code: str, on: date) -> tuple[AddOn, ...]:
        told = edition(Kind.ADD_ON, "2026 Q4")
        return tuple(AddOn(code, primary, 1, None, None, told) for primary in self._add_ons.get(code, ()))

    def hcpcs(self, code: str, on: date) -> HcpcsCode | None:
        return self._hcpcs.get(code)


def with_tables(tables: Official) -> Knowledge:
    """The small knowledge base with these tables beside it."""
    made = small_knowledge()
    made.official = tables
    return made
