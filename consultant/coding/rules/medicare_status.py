"""What Medicare's physician fee schedule says of paying for a code at all.

Status indicators as CMS explains them in Attachment A of its RVU files. The status is read from the authored facts, each with
the release it was taken from. The payer is named only when the mail names it; other payers make their own policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding.book import Sheet, edition, sheet
from consultant.coding.claim import MEDICARE, billed, payer
from consultant.coding.rule import Report, Rule
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
_MILD = frozenset("CMR")


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The codes that a payer would see."""
    report = Report(ID, _SOURCE, edition(knowledge))
    sheets = {code: sheet(code, knowledge) for code in billed(reading)}
    status = {code: found for code, found in sheets.items() if found and found.facts.status}
    for code, found in status.items():
        if found.facts.status in _TELLING:
            severity = Severity.INFO if found.facts.status in _MILD or _is_other(reading) else Severity.WARNING
            yield report.read_from(edition=found.facts.status_edition).hit(severity, (code,), _text(found, reading))
    if paid := [code for code, found in status.items() if found.facts.status in _SEPARATELY_PAID]:
        yield report.clean(paid, f"Medicare's fee schedule prices {listed(paid)}.")
    if unknown := [code for code in sheets if code not in status]:
        yield report.no_data(unknown, f"The Medicare status of {listed(unknown)} is not written down here.")


def _text(found: Sheet, reading: Reading) -> str:
    status = found.facts.status
    release = f" ({found.facts.status_edition})" if found.facts.status_edition else ""
    listing = f"Medicare's fee schedule{release} lists {found.entry.code} with status {status}, {_TELLING[status]}."
    if payer(reading) == MEDICARE:
        return f"{listing} {_ADVICE.get(status, '')}".strip()
    return f"{listing} The payer here makes its own policy: ask before you bill." if _is_other(reading) else listing


def _is_other(reading: Reading) -> bool:
    return payer(reading) not in {"", MEDICARE}


RULE = Rule(ID, "Medicare status of the codes", _SOURCE, check)
