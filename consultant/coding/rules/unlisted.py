"""An unlisted code comes last: after Category I and Category III, and with a letter that says what was done.

CPT: no unlisted code where a specific one, Category III codes included, describes the service. Which codes are unlisted stands
in ``data/code_groups.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import edition
from consultant.coding.claim import our_lines, services, their_lines
from consultant.coding.rule import Report, Rule
from consultant.coding.tables import is_one_of
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "unlisted-code"
_SOURCE = "CPT on unlisted procedures, in our own words; Medicare Claims Processing Manual, chapter 12"
_GROUP = "unlisted"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every procedure code in play."""
    report = Report(ID, _SOURCE, edition(knowledge))
    codes = services(reading)
    found = [code for code in codes if is_one_of(code, _GROUP)]
    specific = [line.code for line in our_lines(reading) if line.code not in found]
    for code in found:
        if specific and code in {line.code for line in their_lines(reading)}:
            text = f"{code} is an unlisted code, and {listed(specific)} says what was done: a specific code goes first."
            yield report.hit(Severity.WARNING, (code,), text)
        else:
            yield report.hit(Severity.INFO, (code,), _advice(code))
    if codes and not found:
        yield report.clean(codes, f"{listed(codes)} {'is' if len(codes) == 1 else 'are'} no unlisted code.")


def _advice(code: str) -> str:
    return (
        f"{code} is unlisted: send the report with a letter that says what was done, why, with what time and effort, and to "
        "which listed code it compares; one unit, no modifiers that change the price."
    )


RULE = Rule(ID, "Unlisted codes", _SOURCE, check)
