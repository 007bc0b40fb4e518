"""Which diagnosis stands first: what is never first, and what is first whenever it is there.

The guideline of each row of ``diagnosis_rules.json`` is the source: chapter 15 (I.C.15.a.1), encounters for therapy (I.C.2.e),
screening (I.C.21.c.5), status and history (I.C.21.c), external causes (I.C.20), infectious agents. Our own list is put in order by
matching and `settle`; what is told here is of lists that still break a rule, mostly the asker's.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import our_diagnoses, their_diagnoses
from consultant.coding.diagnosis_rules import diagnosis_rules
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "first-listed"
_SOURCE = "ICD-10-CM guidelines, sections II and IV.G"
_PAIR = 2


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our list and the asker's, each as it stands."""
    if not has_diagnoses(knowledge):
        return
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    told: set[tuple[str, ...]] = set()
    for codes in (our_diagnoses(reading), their_diagnoses(reading)):
        hits = [one for one in _wrong(codes, report) if one.codes not in told]
        told.update(one.codes for one in hits)
        yield from hits
        if not hits and len(codes) >= _PAIR:
            yield report.clean(codes, f"{codes[0]} may stand first among {listed(codes)}.")


def _wrong(codes: tuple[str, ...], report: Report) -> Iterator[Finding]:
    if len(codes) < _PAIR:
        return
    first = codes[0]
    for row in diagnosis_rules().never_first:
        others = [code for code in codes[1:] if not code.startswith(row.prefixes)]
        if first.startswith(row.prefixes) and others:
            text = f"{first} stands first, but {row.why}: put {others[0]} before it."
            yield report.read_from(source=row.source).hit(Severity.WARNING, (first,), text)
    for row in diagnosis_rules().always_first:
        late = next((code for code in codes[1:] if code.startswith(row.prefixes)), "")
        if late and not any(first.startswith(other.prefixes) for other in diagnosis_rules().always_first):
            text = f"{late} belongs first: {row.why}."
            yield report.read_from(source=row.source).hit(Severity.WARNING, (late, first), text)


RULE = Rule(ID, "The right diagnosis stands first", _SOURCE, check)
