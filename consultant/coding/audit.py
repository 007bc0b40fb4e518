"""The asker's own codes as a claim, held against our independent reading: keep, remove, change, add, each with its reason.

A verdict is given only where it can be shown: an unknown code, or one that hangs on a fact still asked for, gets none, and
`unjudged` says so. Procedure codes and diagnosis codes are judged apart, in the order of the mail; what is missing comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from consultant.coding.audit_diagnoses import judge_diagnoses
from consultant.coding.audit_services import judge_services
from consultant.coding.audit_view import View
from consultant.coding.claim import unique
from consultant.coding.rule import Report
from consultant.coding.words import listed, verb
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.finding import AuditLine, Finding

UNJUDGED = "audit-scope"


def audit(reading: Reading, findings: Iterable[Finding], knowledge: Knowledge) -> tuple[AuditLine, ...]:
    """The verdicts on what the asker proposes; empty when nothing is proposed."""
    if not reading.proposed:
        return ()
    view = View(reading, knowledge, tuple(findings))
    return (*judge_services(view), *judge_diagnoses(view))


def unjudged(reading: Reading, lines: Iterable[AuditLine], knowledge: Knowledge) -> Iterator[Finding]:
    """What is said of proposed codes that got no verdict."""
    judged = {line.code for line in lines}
    codes = unique(proposed.code for proposed in reading.proposed if proposed.code not in judged)
    unknown = [code for code in codes if knowledge.code(code) is None]
    known = [code for code in codes if code not in unknown]
    if reading.kind not in {CaseKind.AUDIT, CaseKind.CASE}:
        return
    report = Report(UNJUDGED, "Our reading of the mail", "")
    if unknown:
        are, them = ("is", "it") if len(unknown) == 1 else ("are", "them")
        yield report.no_data(unknown, f"{listed(unknown)} {are} not written up here, so I could not judge {them}.")
    if known and reading.disposition is Disposition.ASK:
        yield report.no_data(known, f"Whether {listed(known)} {verb(known, 'stands', 'stand')} depends on what I ask.")
    elif known:
        yield report.no_data(known, f"I could not judge {listed(known)} from the words of the mail; bill what the record states.")
