"""Diagnoses that signposts point at (`signposts`), put beside those that families and the tabular list gave.

A signpost says more than the vague code of the same category, which gives way to it; what a family has already coded at that
place stays. External causes stand only beside an injury, or where the mail asks for them, and with the place, the activity and the
status only while the injury is first treated (guidelines I.C.20.b to d). Known limit: one mechanism for each case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from consultant.matching.condition_names import NAMED
from consultant.matching.general import diagnosis_at
from consultant.matching.knowing import Knowing
from consultant.matching.scene import Scene
from consultant.matching.signposts import Signpost, Table, row_of
from consultant.model.clinical import Assertion, Cue, SectionKind
from consultant.model.coding import Diagnosis

_CATEGORY = 3
_DIAGNOSES = frozenset((SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.POSTOPERATIVE_DIAGNOSIS))
_OPERATION = frozenset((SectionKind.PREOPERATIVE_DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS, SectionKind.PROCEDURE_TITLE))
_UNSPECIFIED = re.compile(r"\bunspecified\b|\bother\b|\bwithout complications?\b", re.IGNORECASE)
_DECLINED = re.compile(r"\bno (?:need for |need of )?external[- ]cause|external[- ]cause codes? (?:are |is )?not\b", re.IGNORECASE)
"""The asker says that no outside cause is wanted."""


def with_pointed(scene: Scene, found: Sequence[Diagnosis], knowledge: Knowing, *, last: bool) -> tuple[Diagnosis, ...]:
    """The diagnoses with those that signposts add, and without those that these replace.

    ``last`` chooses the signposts of outside causes, which look at all other diagnoses, or all others.
    """
    kept = list(found)
    said: set[tuple[str, int, str]] = set()
    for cue in sorted(scene.posts, key=lambda cue: (row_of(cue).number, cue.span)):
        row = row_of(cue)
        if row.table.last is not last or not _is_held(cue, row.table):
            continue
        diagnosis = _diagnosis(scene, cue, row, row.to, knowledge)
        if diagnosis is None or not _is_wanted(scene, row, kept, diagnosis):
            continue
        if row.table.besides and not _is_told_with(scene, cue, kept):
            continue
        place = (row.table.name, scene.statements.at(cue.span.start), diagnosis.code[:_CATEGORY])
        if place in said:
            continue
        said |= set() if row.table.several else {place}
        kept = [one for one in kept if not _gives_way(one, row, diagnosis, knowledge)]
        further = (_diagnosis(scene, cue, row, code, knowledge) for code in row.also)
        kept += [one for one in (diagnosis, *further) if one and not any(one.code == other.code for other in kept)]
    return tuple(kept)


def _is_held(cue: Cue, table: Table) -> bool:
    """Whether what the text holds of the cue is enough for such a row; what others do or did counts for accidents and relatives."""
    if cue.assertion is Assertion.SOMEONE_ELSE:
        return table.kin or table.last
    return cue.assertion is Assertion.PRESENT or (table.past and cue.assertion is Assertion.HISTORICAL)


def _diagnosis(scene: Scene, cue: Cue, row: Signpost, to: str, knowledge: Knowing) -> Diagnosis | None:
    named = replace(cue, concept=f"{NAMED}{to}", phrase=" ".join(sorted(row.told)))
    return diagnosis_at(scene, named, knowledge)


def _is_told_with(scene: Scene, cue: Cue, kept: Sequence[Diagnosis]) -> bool:
    """Whether the words stand among the diagnoses, in one statement with one, or there is none: else they are mere history."""
    statement = scene.statements.all[scene.statements.at(cue.span.start)]
    return (
        not kept
        or (statement.section in _DIAGNOSES and not row_of(cue).table.kin)
        or any(statement.span.overlaps(evidence.span) for one in kept for evidence in one.evidence)
    )


def _is_wanted(scene: Scene, row: Signpost, kept: Sequence[Diagnosis], diagnosis: Diagnosis) -> bool:
    table, text = row.table, scene.text
    if any(one.code == diagnosis.code for one in kept):
        return False
    if table.one and any(_is_of(one, table) for one in kept):
        return False
    if table.beside and _DECLINED.search(text):
        return False
    if table.last and not (table.asked and table.asked.search(text)):
        return any(one.code.startswith(table.beside) for one in kept) and not _is_of_an_operation(scene)
    return not any(one.code.startswith(row.to) and not _UNSPECIFIED.search(one.description) for one in kept)


def _is_of_an_operation(scene: Scene) -> bool:
    """Whether the mail is an operative note: there the outside cause belongs to the first encounter."""
    return any(statement.section in _OPERATION for statement in scene.statements.all)


def _is_of(one: Diagnosis, table: Table) -> bool:
    """Whether the diagnosis answers what the table answers once."""
    return one.code.startswith(table.answers)


def _gives_way(one: Diagnosis, row: Signpost, diagnosis: Diagnosis, knowledge: Knowing) -> bool:
    """Whether the signpost replaces the diagnosis, or says what a code of its category leaves open."""
    if one.code.startswith(row.instead_of):
        return True
    is_open = _UNSPECIFIED.search(knowledge.conditions.title(one.code)) is not None
    return not row.table.several and is_open and one.code[:_CATEGORY] == diagnosis.code[:_CATEGORY]
