"""Provider taxonomies that families name: the number exists and is that specialty's."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.specialties import same_specialty
from consultant.knowledge.verdict import Side, Verdict

ID = "taxonomies"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every taxonomy of every family."""
    report, loaded = Writer(ID), authored.tables.named(Kind.TAXONOMY)
    for family in authored.sources.families:
        for taxonomy in family.taxonomies:
            said = Side(f"{taxonomy.code} is {taxonomy.name!r}", authored.place_of(family))
            found = authored.tables.taxonomy(taxonomy.code)
            if not loaded:
                yield report.unchecked(taxonomy.code, said, "no taxonomy table is loaded")
            elif found is None:
                yield report.contradicted(taxonomy.code, said, Side(f"there is no taxonomy {taxonomy.code}", loaded))
            else:
                agree = same_specialty(taxonomy.name, found)
                yield report.agreeing(taxonomy.code, said, Side(f"{taxonomy.code} is {found.name!r}", loaded), agree=agree)
