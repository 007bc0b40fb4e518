"""Whether the official tables that answered are those of the date of service, or older ones that nobody has renewed.

NCCI, MUE and add-on edits change every quarter, the fee schedule and HCPCS too. An overtaken table still answers, because it is
better than none, and this rule says that it is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.claim import services
from consultant.coding.figures import setting_of
from consultant.coding.rule import Report, Rule
from consultant.coding.words import day, listed
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_kinds import Edition, Kind, Setting
from consultant.model.analysis import Reading
from consultant.model.finding import Finding

ID = "table-edition"
_SOURCE = "Editions of the official tables loaded here"
_NAMES = {
    Kind.NCCI_PTP: "NCCI pairs",
    Kind.MUE: "medically unlikely edits",
    Kind.ADD_ON: "add-on edits",
    Kind.MPFS: "fee schedule",
    Kind.HCPCS: "HCPCS",
}


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The tables that the rules of procedure codes read."""
    codes, on = services(reading), reading.date_of_service
    if not codes:
        return
    asked = {kind: _asked(kind, reading) for kind in _NAMES}
    found = {kind: one for kind, setting in asked.items() if (one := knowledge.official.edition(kind, on, setting))}
    old = {kind: one for kind, one in found.items() if one.is_overdue(on)}
    current = [one for kind, one in found.items() if kind not in old]
    if current:
        yield Report(ID, _SOURCE, current[0].name).clean(
            codes, f"The tables of {day(on)} were read: {listed(_told(found, current))}."
        )
    if old:
        names = listed(f"{_NAMES[kind]} of {one.name}" for kind, one in old.items())
        yield Report(ID, _SOURCE, next(iter(old.values())).name).no_data(
            codes, f"Newer tables than these should exist for {day(on)}: {names}. Check the newest."
        )


def _asked(kind: Kind, reading: Reading) -> Setting | None:
    return setting_of(reading) if kind in {Kind.NCCI_PTP, Kind.MUE} else None


def _told(found: dict[Kind, Edition], current: list[Edition]) -> list[str]:
    return [f"{_NAMES[kind]} {one.name}" for kind, one in found.items() if one in current]


RULE = Rule(ID, "Tables are those of the day", _SOURCE, check)
