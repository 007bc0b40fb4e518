"""Code first, use additional code, code also: the companions that the tabular list asks for beside our diagnoses.

ICD-10-CM guidelines I.A.13 (etiology and manifestation), I.A.17 (code also) and I.B.7. Read are the notes at a code and its
ancestors up to its category, in so far as they name codes. A companion that is on the list is in order. A manifestation without
its cause cannot stand alone and is told; so is what an additional code would identify. The many notes that hold "if applicable"
are told of no single case: only the record knows. Our own list is put in order by `settle`.
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
_MANIFESTATION = "diseases classified elsewhere"
_IDENTIFIES = ("code to identify", "code for", "code (")


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
        if not there:
            yield from _missing(code, asked, report, knowledge)


def _missing(code: str, asked: tuple[Companion, ...], report: Report, knowledge: Knowledge) -> Iterator[Finding]:
    """The cause that a manifestation lacks, and what an additional code would identify."""
    causes = [one.text for one in asked if one.kind is NoteOrder.FIRST]
    if causes and _MANIFESTATION in knowledge.plain(code):
        text = f"{code} is a manifestation and never stands alone: its cause is coded first ({_named(causes)})."
        yield report.hit(Severity.WARNING, (code,), text)
    further = [one.text for one in asked if one.kind is NoteOrder.ADDITIONAL and one.text.startswith(_IDENTIFIES)]
    if wanted := [text for text in further if "applicable" not in text]:
        yield report.hit(Severity.INFO, (code,), f"{code}: where the record has it, use an additional {_named(wanted)}.")


def _named(notes: list[str]) -> str:
    return listed((_short(note) for note in notes[:_MOST_NOTES]), last="or")


def _short(note: str) -> str:
    text = note.strip(" ,.:")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


RULE = Rule(ID, "Codes that the tabular list wants beside a diagnosis", _SOURCE, check)
