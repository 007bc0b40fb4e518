"""Who usually reports a service, as a note: the specialties that its family names, with their taxonomy codes in force.

Never a reason to refuse a code: any physician may report what the license covers. The mail seldom names the specialty, so the
note is a clean result that pages and reports can show.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import edition, sheet
from consultant.coding.claim import billed
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "specialty-fit"
_SOURCE = "NUCC provider taxonomy"
_NAMED = 3


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The codes that a payer would see and whose family names specialties."""
    loaded = knowledge.official.edition(Kind.TAXONOMY, reading.date_of_service)
    report = Report(ID, _SOURCE, loaded.name if loaded else edition(knowledge))
    for code in billed(reading):
        found = sheet(code, knowledge)
        if not found or not found.family.taxonomies:
            continue
        told = found.family.taxonomies
        gone = [one.code for one in told if loaded and knowledge.official.taxonomy(one.code, reading.date_of_service) is None]
        if gone:
            yield report.hit(
                Severity.INFO, (code,), f"The taxonomy {listed(gone)} that our family names for {code} is not in the current set."
            )
        else:
            yield report.clean((code,), f"{code} is usually reported by {listed([one.name for one in told[:_NAMED]], last='or')}.")


RULE = Rule(ID, "Specialties that usually report it", _SOURCE, check)
