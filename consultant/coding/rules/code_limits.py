"""Age and sex that a procedure code is limited to, as far as its family tells siblings apart by them.

A family whose facet is decided by age or sex says by that for whom each code is. The patient's age and sex are facts of the case;
when the mail does not give them, that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.coding.book import Sheet, edition, sheet
from consultant.coding.claim import fact, services
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "code-limits"
_SOURCE = "Ages and sexes by which the code families tell codes apart"
_RANGE = re.compile(r"(\d+)?-(\d+)?")


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every procedure code in play whose family limits it."""
    report = Report(ID, _SOURCE, edition(knowledge))
    good: list[str] = []
    unknown: list[str] = []
    for code in services(reading):
        found = sheet(code, knowledge)
        limits = _limits(found) if found else {}
        for name, accepted in limits.items():
            value = fact(reading, name)
            if not value:
                unknown.append(code)
            elif any(_accepts(one, value) for one in accepted):
                good.append(code)
            else:
                yield report.hit(Severity.ERROR, (code,), _text(code, name, accepted, value))
    if good:
        yield report.clean(dict.fromkeys(good), f"Age and sex of the patient fit {listed(dict.fromkeys(good))}.")
    if unknown:
        yield report.no_data(
            dict.fromkeys(unknown),
            f"{listed(dict.fromkeys(unknown))} depends on the patient's age or sex, which the mail does not give.",
        )


def _limits(found: Sheet) -> dict[str, tuple[str, ...]]:
    """Fact name to accepted values, for facets of which every value that the code allows asks for that fact."""
    limits: dict[str, tuple[str, ...]] = {}
    facets = {facet.id: facet for facet in found.family.facets}
    for facet_id, allowed in found.entry.when:
        facet = facets.get(facet_id)
        values = [value for value in facet.values if value.id in allowed] if facet else []
        asked = [dict(value.when.facts) for value in values]
        for name in ("age", "sex"):
            if asked and all(name in one for one in asked):
                limits[name] = tuple(part for one in asked for part in one[name])
    return limits


def _accepts(accepted: str, value: str) -> bool:
    bounds = _RANGE.fullmatch(accepted)
    if bounds is None or not value.isdigit():
        return accepted == value
    return int(bounds[1] or 0) <= int(value) and (not bounds[2] or int(value) <= int(bounds[2]))


def _text(code: str, name: str, accepted: tuple[str, ...], value: str) -> str:
    if name == "sex":
        return f"{code} is for {listed(accepted, last='or')} patients; by the mail the patient is {value}."
    return f"{code} is for patients of {listed([_years(one) for one in accepted], last='or')}; by the mail the patient is {value}."


def _years(accepted: str) -> str:
    bounds = _RANGE.fullmatch(accepted)
    if bounds is None:
        return accepted
    if not bounds[2]:
        return f"{bounds[1]} years and older"
    return f"{bounds[1] or 0} to {bounds[2]} years"


RULE = Rule(ID, "Age and sex fit the code", _SOURCE, check)
