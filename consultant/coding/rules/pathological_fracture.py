"""A traumatic fracture code beside osteoporosis.

Guideline I.C.13.d.2: a patient with known osteoporosis who breaks a bone by a minor fall or trauma that would not usually break a
normal one has an osteoporotic (pathological) fracture, whatever the fall.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import our_diagnoses, their_diagnoses
from consultant.coding.diagnosis_rules import diagnosis_rules
from consultant.coding.rule import Report, Rule
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "pathological-fracture"
_SOURCE = "ICD-10-CM guideline I.C.13.d.2"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our list and the asker's, each by itself."""
    if not has_diagnoses(knowledge):
        return
    report, table = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES)), diagnosis_rules()
    told: set[tuple[str, str]] = set()
    for codes in (our_diagnoses(reading), their_diagnoses(reading)):
        bones = [code for code in codes if code.startswith(table.osteoporosis)]
        breaks = [code for code in codes if code.startswith(table.traumatic_fractures)]
        for pair in ((broken, bone) for broken in breaks[:1] for bone in bones[:1]):
            if pair not in told:
                told.add(pair)
                yield report.hit(Severity.WARNING, pair, _text(*pair))


def _text(broken: str, bone: str) -> str:
    return (
        f"{broken} is a traumatic fracture, and {bone} says osteoporosis: when the fall would not usually break a normal bone, "
        f"the fracture is osteoporotic and has a code of M80. Let the record say which it is."
    )


RULE = Rule(ID, "Osteoporotic and traumatic fractures are told apart", _SOURCE, check)
