"""Code first, use additional code, code also: the companions that the tabular list asks for beside our diagnoses.

ICD-10-CM guidelines I.A.13 (etiology and manifestation), I.A.17 (code also) and I.B.7. Read are the notes at a code and its
ancestors up to its category, in so far as they name codes. A companion that is on the list is in order; one that is not there is
told, not added: only the record knows whether the patient has it. What a whole category may bring along ("use additional" at E11)
is told of no single case. Our own list is put in order by `settle`.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import DIAGNOSES, edition, has_diagnoses
from consultant.coding.claim import our_diagnoses
from consultant.coding.companions import Companion, NoteOrder, companions
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "companion-codes"
_SOURCE = "ICD-10-CM tabular list, instructional notes (guidelines I.A.13, I.A.17 and I.B.7)"
_MOST_NOTES = 3
_LONGEST = 140
_CATEGORY = 3


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Each of our diagnoses with the notes that name companions."""
    codes = our_diagnoses(reading) if has_diagnoses(knowledge) else ()
    report = Report(ID, _SOURCE, edition(knowledge, DIAGNOSES))
    for code in codes:
        asked = companions(code, knowledge)
        there = [(one, other) for one in asked for other in codes if other != code and one.names(other)]
        if there:
            named = listed(dict.fromkeys(other for _, other in there))
            yield report.clean((code, *(other for _, other in there)), f"{code} has the companion that its notes ask for: {named}.")
        near = [one for one in asked if one.kind is NoteOrder.FIRST or len(one.at) > _CATEGORY or one.at == code]
        if not there:
            yield from _missing(code, near, report)


def _missing(code: str, asked: list[Companion], report: Report) -> Iterator[Finding]:
    """What else to look for, one finding for each kind of note."""
    for kind in dict.fromkeys(one.kind for one in asked):
        notes = [one.text for one in asked if one.kind is kind][:_MOST_NOTES]
        is_manifestation = kind.is_first and any(one.at == code for one in asked)
        severity = Severity.WARNING if is_manifestation else Severity.INFO
        named = listed((_short(note) for note in notes), last="or")
        text = f"{code}: the tabular list says “{kind.value}” of {named}, if the record has it."
        yield report.hit(severity, (code,), text)


def _short(note: str) -> str:
    text = note.strip(" ,.:")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


RULE = Rule(ID, "Codes that the tabular list wants beside a diagnosis", _SOURCE, check)
