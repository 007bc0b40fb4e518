"""What Medicare's physician fee schedule says of paying for a code at all.

Status indicators as CMS explains them in Attachment A of its RVU files. The status is read from the fee schedule where one is
loaded, else from the authored facts, each with the release it was taken from. The payer is named only when the mail names it;
other payers make their own policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import edition
from consultant.coding.claim import MEDICARE, billed, payer
from consultant.coding.figures import Figure, Indicator, indicator
from consultant.coding.rule import Report, Rule
from consultant.coding.tables import is_one_of
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "medicare-status"
_SOURCE = "Medicare physician fee schedule, status indicator"
_SEPARATELY_PAID = frozenset("AJT")
_TELLING = MappingProxyType(
    {
        "B": "bundled: payment is always inside that of other services",
        "C": "contractor-priced: each Medicare contractor sets coverage and price",
        "E": "excluded from the fee schedule by regulation",
        "I": "not valid for Medicare, which uses another code for the service",
        "M": "a measurement code, for reporting only",
        "N": "non-covered",
        "P": "bundled or excluded: no separate payment",
        "R": "restricted coverage: special coverage instructions apply",
        "X": "outside the fee schedule by statute",
    }
)
_ADVICE = MappingProxyType(
    {
        "B": "Do not bill the patient for it either.",
        "C": "Ask the contractor before the service.",
        "I": "Look for the code that Medicare uses instead.",
        "N": "Expect no payment, and tell the patient so before the service.",
        "R": "Read the coverage instructions before you bill.",
    }
)
_OUTSIDE = frozenset("EX")
_OWN_SCHEDULES = ("drug", "laboratory")
"""Groups of codes that Medicare prices by schedules of their own."""
_MILD = frozenset("CMR")


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The codes that a payer would see."""
    report = Report(ID, _SOURCE, edition(knowledge))
    codes = billed(reading)
    status = {code: found for code in codes if (found := indicator(code, Indicator.STATUS, reading.date_of_service, knowledge))}
    for code, found in status.items():
        if found.value in _TELLING and not _is_priced_elsewhere(code, found):
            severity = Severity.INFO if found.value in _MILD or _is_other(reading) else Severity.WARNING
            yield report.read_from(edition=found.edition).hit(severity, (code,), _text(code, found, reading))
    if elsewhere := [code for code, found in status.items() if _is_priced_elsewhere(code, found)]:
        text = f"Medicare prices {listed(elsewhere)} by its schedules for laboratory tests and drugs."
        yield report.clean(elsewhere, text)
    if paid := [code for code, found in status.items() if found.value in _SEPARATELY_PAID]:
        yield report.clean(paid, f"Medicare's fee schedule prices {listed(paid)}.")
    if unknown := [code for code in codes if code not in status]:
        yield report.no_data(unknown, f"The Medicare status of {listed(unknown)} is not written down here.")


def _is_priced_elsewhere(code: str, found: Figure) -> bool:
    """Whether a status that puts a code outside the fee schedule only says that another schedule prices it."""
    return found.value in _OUTSIDE and is_one_of(code, *_OWN_SCHEDULES)


def _text(code: str, found: Figure, reading: Reading) -> str:
    status = found.value
    release = f" ({found.edition})" if found.edition else ""
    listing = f"Medicare's fee schedule{release} lists {code} with status {status}, {_TELLING[status]}."
    if payer(reading) == MEDICARE:
        return f"{listing} {_ADVICE.get(status, '')}".strip()
    return f"{listing} The payer here makes its own policy: ask before you bill." if _is_other(reading) else listing


def _is_other(reading: Reading) -> bool:
    return payer(reading) not in {"", MEDICARE}


RULE = Rule(ID, "Medicare status of the codes", _SOURCE, check)
