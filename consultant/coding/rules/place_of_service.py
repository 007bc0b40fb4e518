"""Whether a service is usually done where the mail says it was.

Medicare's fee schedule marks services that are rarely or never done in (or outside) a facility; the families name the usual places.
Neither forbids anything: a place outside them is a reason to look at the claim again.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import edition, sheet
from consultant.coding.claim import billed, fact
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "place-of-service"
_SOURCE = "Medicare physician fee schedule, places where a service is done; usual places of the code families"
_PLACES = MappingProxyType(
    {
        "office": ("11",),
        "outpatient-hospital": ("19", "22"),
        "inpatient": ("21",),
        "emergency": ("23",),
        "asc": ("24",),
        "home": ("12",),
        "independent-laboratory": ("81",),
        "imaging-center": ("11", "15", "49"),
    }
)
"""The settings that a mail tells, as places of service."""
_OFFICE = "office"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The codes that a payer would see, when the mail tells the setting."""
    setting = fact(reading, "setting")
    places = _PLACES.get(setting, ())
    codes = billed(reading)
    if not places or not codes:
        return
    good: list[str] = []
    unknown: list[str] = []
    for code in codes:
        fee, found = knowledge.official.fee(code, reading.date_of_service), sheet(code, knowledge)
        usual = found.family.sites_of_service if found else ()
        told = Report(ID, _SOURCE, fee.edition.name if fee else edition(knowledge))
        if fee and setting == _OFFICE and fee.not_applicable_non_facility:
            yield told.hit(
                Severity.WARNING,
                (code,),
                f"By the fee schedule {code} is rarely or never done in an office: check the place of service.",
            )
        elif usual and not {*usual} & {*places}:
            yield told.hit(
                Severity.INFO,
                (code,),
                f"{code} is usually done at {_named(usual, knowledge)}; the mail says {setting.replace('-', ' ')}.",
            )
        elif fee or usual:
            good.append(code)
        else:
            unknown.append(code)
    report = Report(ID, _SOURCE, edition(knowledge))
    if good:
        yield report.clean(good, f"{listed(good)} fits the place that the mail tells.")
    if unknown:
        yield report.no_data(unknown, f"Where {listed(unknown)} is usually done is not written down here.")


def _named(places: tuple[str, ...], knowledge: Knowledge) -> str:
    return listed(
        [f"{place} ({knowledge.places[place].name.lower()})" if place in knowledge.places else place for place in places], last="or"
    )


RULE = Rule(ID, "The place fits the code", _SOURCE, check)
