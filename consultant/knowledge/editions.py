"""Editions: which release of each table the knowledge was read from.

``editions.yaml`` names them for the tables whose facts are written into family files; the build adds the ICD-10-CM release and the
edition of the written knowledge itself, which is the beginning of the hash of its sources.
"""

from __future__ import annotations

from consultant.knowledge.yaml_source import Entry

ICD10CM = "icd10cm"
KNOWLEDGE = "knowledge"
_LENGTH = 12


def read_editions(file: Entry) -> dict[str, str]:
    """Name of each table and its edition, as written; what is wrong is noted in the refusals of ``file``."""
    file.allow("editions")
    editions = file.entry("editions", required=True)
    for name in editions:
        if name.text in {ICD10CM, KNOWLEDGE}:
            editions.refusals.add(name.place, f"the edition {name.text!r} is found by the build", "take it away")
    return {name.text: editions.text(name.text, required=True) for name in editions}


def all_editions(written: dict[str, str], icd10cm: str, digest: str) -> dict[str, str]:
    """The written editions with those that the build knows, ordered by name."""
    return dict(sorted((written | {ICD10CM: icd10cm, KNOWLEDGE: digest[:_LENGTH]}).items()))
