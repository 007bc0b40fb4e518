"""Diagnosis codes that families name, against the ICD-10-CM release in force on the day of the check.

The build has refused what its own release does not have; this looks at the release for another day, where one is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.references import Naming
from consultant.knowledge.verdict import Side, Verdict

ID = "diagnoses"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every code or category that a family names, each place once."""
    official, on = authored.book.official, authored.book.on
    release = authored.tables.named(Kind.ICD10CM_TABULAR) or authored.tables.named(Kind.ICD10CM_ORDER)
    report, tabular = Writer(ID), bool(authored.tables.named(Kind.ICD10CM_TABULAR))
    for reference in authored.sources.named.references:
        if reference.naming is not Naming.DIAGNOSIS:
            continue
        code, said = reference.name, Side(f"{reference.name} is a diagnosis code or category", str(reference.place))
        built_in = authored.book.knowledge.diagnosis(code, on)
        if release:
            found = official.diagnosis(code, on) is not None if tabular else official.billable(code, on) is True
            if not tabular and not found and (built_in is None or not built_in.billable):
                yield report.unchecked(code, said, f"{release} lists complete codes only")
                continue
            yield report.agreeing(code, said, Side(f"{code} is {'there' if found else 'not there'}", release), agree=found)
        else:
            words = "there" if built_in else "not there"
            yield report.agreeing(code, said, Side(f"{code} is {words}", authored.book.icd_edition), agree=built_in is not None)
