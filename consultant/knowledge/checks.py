"""Checks that need all files at once: names that nobody defines, codes in two families, diagnoses that ICD-10-CM does not have."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Protocol

from consultant.knowledge.family import Family, FamilyCode
from consultant.knowledge.references import Named, Naming, Reference, WrittenCode
from consultant.knowledge.templates import MOST_COMBINATIONS, combinations, facets_in, fillings, is_template
from consultant.knowledge.yaml_source import Place, Refusals
from consultant.model.coding import System

_MEND = {
    Naming.CONCEPT: "write it in a file of lexicon/",
    Naming.MODIFIER: "write it in modifiers.yaml",
    Naming.FAMILY: "use the id of a family",
    Naming.PLACE_OF_SERVICE: "write it in places_of_service.yaml, with two digits",
}


class Diagnoses(Protocol):
    """What these checks ask of ICD-10-CM."""

    def exists(self, code: str) -> bool:
        """Whether it is a code or a category of the release."""

    def billable(self, code: str) -> bool:
        """Whether it may be reported."""


def refuse_strangers(
    named: Named,
    families: Iterable[Family],
    concepts: Collection[str],
    modifiers: Collection[str],
    places: Collection[str],
    refusals: Refusals,
) -> None:
    """Refuse names that no file defines, families called alike, and codes that two families write without saying so."""
    known = {
        Naming.CONCEPT: concepts,
        Naming.MODIFIER: modifiers,
        Naming.FAMILY: {family.id for family in families},
        Naming.CODE_OF_EXAMPLE: {code.code for code in named.codes},
        Naming.PLACE_OF_SERVICE: places,
    }
    for reference in named.references:
        if reference.naming in known and reference.name and reference.name not in known[reference.naming]:
            _refuse_stranger(reference, known[reference.naming], refusals)
    _refuse_same_families(named, refusals)
    _refuse_shared(_by_code((written.code, written) for written in named.codes), refusals)


def against_icd10cm(families: Iterable[Family], named: Named, diagnoses: Diagnoses) -> None:
    """Check every ICD-10-CM code that the sources name or fill. Raises KnowledgeError with one line for each refusal."""
    refusals = Refusals()
    for reference in named.references:
        if reference.naming is Naming.DIAGNOSIS and reference.name and not diagnoses.exists(reference.name):
            refusals.add(reference.place, f"{reference.name!r} is not in ICD-10-CM", "mend the code or category")
    places = {(written.family, written.code): written for written in named.codes}
    filled: list[tuple[str, WrittenCode]] = []
    for family in families:
        for code in family.codes:
            if code.system is System.ICD10CM:
                written = places[family.id, code.code]
                if (count := combinations(family, code)) > MOST_COMBINATIONS:
                    refusals.add(written.place, f"{code.code} stands for {count} combinations", "split the family")
                    continue
                found = filled_codes(family, code, diagnoses)
                _refuse_nothing(written, found, diagnoses, refusals)
                filled += [(one, written) for one in found]
    _refuse_shared(_by_code(filled), refusals)
    refusals.raise_any()


def filled_codes(family: Family, code: FamilyCode, diagnoses: Diagnoses) -> tuple[str, ...]:
    """The billable codes that one code or template of a diagnosis family stands for, each once, in the order of its facets."""
    return tuple(dict.fromkeys(one for one in fillings(family, code) if diagnoses.billable(one)))


def _refuse_stranger(reference: Reference, known: Collection[str], refusals: Refusals) -> None:
    near = get_close_matches(reference.name, known, n=1)
    mend = f"did you mean {near[0]!r}?" if near else _MEND.get(reference.naming, "write a family for it, or mend it")
    refusals.add(reference.place, f"the {reference.naming.value} {reference.name!r} is not known", mend)


def _refuse_same_families(named: Named, refusals: Refusals) -> None:
    counts: dict[str, set[str]] = defaultdict(set)
    for written in named.codes:
        counts[written.family].add(written.place.file)
    for written in named.codes:
        files = sorted(counts[written.family])
        if len(files) > 1 and written.place.file != files[0]:
            refusals.add(written.place, f"the family {written.family!r} is already in {files[0]}", "give it another id")


def _by_code(pairs: Iterable[tuple[str, WrittenCode]]) -> dict[str, list[WrittenCode]]:
    found: dict[str, list[WrittenCode]] = defaultdict(list)
    for code, written in pairs:
        found[code].append(written)
    return found


def _refuse_shared(writers: dict[str, list[WrittenCode]], refusals: Refusals) -> None:
    told: set[tuple[Place, Place]] = set()
    for code, all_written in writers.items():
        for first, second in itertools.combinations(all_written, 2):
            # Two templates of one family may give the same code under different facets; of many codes shared, one is told.
            is_known = first.family == second.family or (first.place, second.place) in told
            if not is_known and second.family not in first.also_in and first.family not in second.also_in:
                told.add((first.place, second.place))
                what = f"{code} is also in the family {first.family!r} ({first.place})"
                refusals.add(second.place, what, f"say `also_in: {first.family}`")


def _refuse_nothing(written: WrittenCode, found: tuple[str, ...], diagnoses: Diagnoses, refusals: Refusals) -> None:
    if found:
        return
    if is_template(written.code):
        what = f"no combination of {', '.join(facets_in(written.code))} makes {written.code} a billable code"
        refusals.add(written.place, what, "mend the characters, the dot or the placeholder X")
    elif diagnoses.exists(written.code):
        refusals.add(written.place, f"{written.code} is no billable code", "write its further characters")
    else:
        refusals.add(written.place, f"{written.code} is not in ICD-10-CM", "mend the code")
