"""Figures of a code for the rules: the official table of the day first, what the families write second; None when nobody tells.

Each figure carries its source and edition, so that a finding can name them. Nothing is guessed from a code's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consultant.coding.book import cited, edition, sheet
from consultant.coding.claim import fact
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_kinds import Kind, Setting
from consultant.model.analysis import Reading

_FEE_SCHEDULE = "Medicare physician fee schedule"
_MUE = "NCCI medically unlikely edits"
_FAMILIES = "Facts written down in the code families"
_FACILITY = "facility"
_AUTHORED_SINCE = "MUE"


class Indicator(StrEnum):
    """The indicators of the fee schedule that rules read, named as `Fee` and (the first four) `CodeFacts` name them."""

    STATUS = "status"
    GLOBAL_DAYS = "global_days"
    COMPONENT = "professional_technical"
    BILATERAL = "bilateral"
    ASSISTANT = "assistant"
    CO_SURGEONS = "co_surgeons"
    TEAM = "team"

    @property
    def is_authored(self) -> bool:
        """Whether families write it too."""
        return self in {Indicator.STATUS, Indicator.GLOBAL_DAYS, Indicator.COMPONENT, Indicator.BILATERAL}


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of a code, and who says so."""

    value: str
    source: str
    edition: str


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """The most units of a code that are paid: how they are counted (adjudication indicator 1, 2 or 3), why, and who says so."""

    units: int
    adjudication: str
    rationale: str
    source: str
    edition: str


def setting_of(reading: Reading) -> Setting:
    """Whose edits apply: the hospital's when the mail is about the facility's claim, else the practitioner's."""
    return Setting.HOSPITAL if fact(reading, "claim") == _FACILITY else Setting.PRACTITIONER


def indicator(code: str, which: Indicator, on: date, knowledge: Knowledge) -> Figure | None:
    """An indicator of the fee schedule for the whole service, or None when neither the table nor a family tells it."""
    fee = knowledge.official.fee(code, on)
    if fee is not None and (value := str(getattr(fee, which.value))):
        return Figure(value, _FEE_SCHEDULE, fee.edition.name)
    found = sheet(code, knowledge) if which.is_authored else None
    value = str(getattr(found.facts, which.value)) if found else ""
    if found is None or not value:
        return None
    return Figure(
        value, _FEE_SCHEDULE if found.facts.status_edition else _FAMILIES, found.facts.status_edition or edition(knowledge)
    )


def unit_limit(code: str, reading: Reading, knowledge: Knowledge) -> UnitLimit | None:
    """The medically unlikely edit of a code in the setting of the case, or None when neither the table nor a family tells it."""
    setting = setting_of(reading)
    row = knowledge.official.mue(code, reading.date_of_service, setting)
    if row is not None:
        source = f"{_MUE}, {setting.value} services"
        return UnitLimit(row.units, str(row.adjudication), row.rationale, source, row.edition.name)
    found = sheet(code, knowledge)
    # A table of the setting without the code says that it has no edit; what a family writes is the practitioner's.
    if found is None or found.facts.units is None or setting is not Setting.PRACTITIONER:
        return None
    source, release = cited(found, _AUTHORED_SINCE)
    return UnitLimit(
        found.facts.units,
        found.facts.units_adjudication,
        "",
        source or f"{_MUE}, {setting.value} services",
        release or edition(knowledge),
    )


def has_unit_table(reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a table of medically unlikely edits answers for the day and the setting."""
    return knowledge.official.has(Kind.MUE, reading.date_of_service, setting_of(reading))
