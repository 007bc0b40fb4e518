"""The parts of a code page that are ICD-10-CM's: place in the tree, what is below a heading, notes, seventh characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from consultant.knowledge.diagnoses import IcdCode, Note
from consultant.knowledge.icd10cm import Level
from consultant.knowledge.lookup import Knowledge
from consultant.model.coding import System

_MOST_BELOW = 200


def diagnosis_row(knowledge: Knowledge, icd: IcdCode) -> dict[str, Any]:
    """What ICD-10-CM says of a code, category, block or chapter, and the procedures here that it usually supports."""
    return {
        "level": icd.level.value,
        "billable": icd.billable,
        "parent": icd.parent,
        "path": [{"code": code, "title": _title(knowledge, code)} for code in reversed(icd.ancestors)],
        "below": list(_below(knowledge, icd)),
        "supports": _supports(knowledge, icd),
        "includes": _notes(icd.includes),
        "inclusion_terms": _notes(tuple(note for note in icd.inclusion_terms if note.code == icd.code)),
        "excludes1": _notes(icd.excludes1),
        "excludes2": _notes(icd.excludes2),
        "code_first": _notes(icd.code_first),
        "use_additional": _notes(icd.use_additional),
        "code_also": _notes(icd.code_also),
        "notes": _notes(icd.notes),
        "seventh_characters": [{"character": character, "meaning": meaning} for character, meaning in icd.seventh_characters],
    }


def _below(knowledge: Knowledge, icd: IcdCode) -> Iterator[dict[str, Any]]:
    """The tree below a heading in book order, without what only a seventh character makes; at most so much of it."""
    waiting = [(child, 0) for child in knowledge.children(icd.code)]
    told = 0
    while waiting and told < _MOST_BELOW:
        one, depth = waiting.pop(0)
        if one.level is not Level.EXTENDED:
            told += 1
            children = [child for child in knowledge.children(one.code) if child.level is not Level.EXTENDED]
            takes = bool(one.seventh_characters) and not one.billable
            row = {"code": one.code, "title": one.title, "billable": one.billable, "depth": depth}
            yield row | {"takes_seventh": takes, "has_below": bool(children)}
            if icd.level not in {Level.CHAPTER, Level.BLOCK}:
                waiting = [(child, depth + 1) for child in children] + waiting


def _supports(knowledge: Knowledge, icd: IcdCode) -> list[dict[str, str]]:
    """The procedure families whose usual diagnoses name the code or a heading above it."""
    lineage = {icd.code, *icd.ancestors}
    return [
        {"family": family.id, "title": family.title}
        for family in knowledge.families
        if family.system is not System.ICD10CM and lineage & {*family.diagnoses}
    ]


def _title(knowledge: Knowledge, code: str) -> str:
    found = knowledge.diagnosis(code)
    return found.title if found else ""


def _notes(notes: tuple[Note, ...]) -> list[dict[str, str]]:
    return [{"text": note.text, "at": note.code} for note in notes]
