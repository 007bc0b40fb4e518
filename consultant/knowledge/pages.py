"""The page of a code: everything that is known of one code, put together for rules, letters and the desk."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from consultant.knowledge.diagnoses import IcdCode
from consultant.knowledge.family import Bundle, CodeFacts, Family, FamilyCode, ModifierUse
from consultant.knowledge.official_facts import OfficialPage
from consultant.knowledge.templates import values_in
from consultant.model.coding import System


@dataclass(frozen=True, slots=True)
class CodePage:
    """All about one code. What its family says is empty for an ICD-10-CM code that no family writes."""

    code: str
    system: System
    plain: str
    """What it is, in our own words; the title of ICD-10-CM for its codes that no family writes."""
    title: str
    """The title of the family; the title of the code for ICD-10-CM."""
    facts: CodeFacts
    family: str
    """Id of the family that suggests it; empty when no family writes it."""
    families: tuple[str, ...]
    """Every family that writes it."""
    needs: tuple[str, ...]
    """What must be so for it to be the right sibling, in the words of the facets."""
    trap: str
    adds: tuple[str, ...]
    siblings: tuple[FamilyCode, ...]
    """The other codes of the family; with a day given, those that may be reported on it."""
    bundles: tuple[Bundle, ...]
    """Every authored bundle with this code, whichever family wrote it."""
    modifiers: tuple[ModifierUse, ...]
    diagnoses: tuple[str, ...]
    related: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    icd: IcdCode | None = None
    """The row of ICD-10-CM; None for other systems."""
    official: OfficialPage | None = None
    """What the official tables tell on the day asked for, each fact with its edition; None for ICD-10-CM."""

    def live_on(self, day: date) -> bool:
        """Whether the code may be reported on that day, as far as its dates are known.

        ICD-10-CM gives no dates: what its release has is taken to be live.
        """
        return is_live(self.facts, day)


def is_live(facts: CodeFacts, day: date) -> bool:
    """Whether ``effective`` ≤ ``day`` < ``ended``; a date that is not known excludes nothing."""
    return (facts.effective is None or facts.effective <= day) and (facts.ended is None or day < facts.ended)


def page(code: str, written: tuple[tuple[Family, FamilyCode], ...], bundles: tuple[Bundle, ...], on: date | None) -> CodePage:
    """The page of a code that families write; ``written`` is not empty."""
    family, sibling = telling(written)
    return CodePage(
        code=code,
        system=sibling.system,
        plain=sibling.plain,
        title=family.title,
        facts=sibling.facts,
        family=family.id,
        families=tuple(dict.fromkeys(found.id for found, _ in written)),
        needs=_needs(family, sibling, code),
        trap=sibling.trap,
        adds=sibling.adds,
        siblings=tuple(one for one in family.codes if one != sibling and (on is None or is_live(one.facts, on))),
        bundles=bundles,
        modifiers=family.modifiers,
        diagnoses=family.diagnoses,
        related=family.related,
        notes=family.notes,
        sources=family.sources,
    )


def telling(written: tuple[tuple[Family, FamilyCode], ...]) -> tuple[Family, FamilyCode]:
    """Of the families that write a code, the one that tells most of it; ``written`` is not empty.

    One that can suggest the code comes before one that only knows it as deleted, and one that writes its facts before one that
    merely leads to it (which method was it?).
    """
    return min(written, key=lambda pair: (not pair[1].when, -_told(pair[1].facts)))


def _told(facts: CodeFacts) -> int:
    return sum(bool(getattr(facts, field.name)) for field in fields(facts))


def page_of_diagnosis(icd: IcdCode, written: tuple[tuple[Family, FamilyCode], ...], on: date | None) -> CodePage:
    """The page of an ICD-10-CM code, with what its family says of it if there is one."""
    if written:
        return replace(page(icd.code, written, (), on), title=icd.title, icd=icd)
    return CodePage(
        code=icd.code,
        system=System.ICD10CM,
        plain=icd.title,
        title=icd.title,
        facts=CodeFacts(),
        family="",
        families=(),
        needs=(),
        trap="",
        adds=(),
        siblings=(),
        bundles=(),
        modifiers=(),
        diagnoses=(),
        related=(),
        notes=(),
        sources=(),
        icd=icd,
    )


def _needs(family: Family, sibling: FamilyCode, code: str) -> tuple[str, ...]:
    needs = dict(sibling.when) | values_in(family, sibling, code)
    return tuple(
        " or ".join(value.plain for value in facet.values if value.id in needs[facet.id])
        for facet in family.facets
        if facet.id in needs and len(needs[facet.id]) < len(facet.values)
    )
