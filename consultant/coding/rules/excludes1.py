"""Which diagnosis codes in play are not coded together by an Excludes1 note.

ICD-10-CM guideline I.A.12.a: the two conditions are not coded together, save when they are clearly unrelated. Of our own
diagnoses only a symptom gives way to the condition that explains it (guideline I.B.5); every other conflict is left to the
consultant.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, excludes1, has_diagnoses
from consultant.coding.claim import diagnoses, our_diagnoses, pairs, together
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "excludes1"
_SOURCE = "ICD-10-CM tabular list, Excludes1 notes (guideline I.A.12.a)"
_SYMPTOMS = "R"
"""First letter of chapter 18, symptoms and signs."""


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every pair of diagnosis codes, whoever named them; a symptom that must give way stands last in the finding."""
    codes = diagnoses(reading) if has_diagnoses(knowledge) else ()
    if len(codes) < 2:  # noqa: PLR2004  (a pair takes two)
        return
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    found = {pair: note for pair in pairs(codes) if (note := excludes1(*pair, knowledge))}
    for pair, note in found.items():
        ordered = tuple(sorted(pair, key=_is_symptom))
        yield report.hit(_severity(ordered, reading), ordered, _text(ordered, note))
    if not found:
        yield report.clean(codes, f"No Excludes1 note keeps {listed(codes)} apart.")


def _is_symptom(code: str) -> bool:
    return code.startswith(_SYMPTOMS)


def _severity(pair: tuple[str, ...], reading: Reading) -> Severity:
    if not together(pair, reading):
        return Severity.WARNING
    is_ours = {*pair} <= {*our_diagnoses(reading)}
    gives_way = _is_symptom(pair[-1]) and not _is_symptom(pair[0])
    return Severity.ERROR if gives_way or not is_ours else Severity.WARNING


def _text(pair: tuple[str, ...], note: str) -> str:
    return f"{listed(pair)} are not coded together, by {note}."


RULE = Rule(ID, "Diagnoses that exclude each other", _SOURCE, check)
