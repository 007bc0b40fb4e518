"""The nouns of the knowledge base: concepts of the lexicon, families of sibling codes, and the facts of a code.

These are what a family file becomes once it has been read and checked; the engine works on them and knows no code numbers.
Everything is frozen and made of plain values, so that it can be stored in the built knowledge file and loaded quickly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consultant.model.clinical import ConceptKind
from consultant.model.coding import System


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning, and every phrase that coders write for it. ``is_a`` names its parents.

    An act that is more general and shows all of ``composed_of`` beside it is this act, whatever its phrase.
    """

    id: str
    kind: ConceptKind
    is_a: tuple[str, ...]
    phrases: tuple[str, ...]
    composed_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be seen, as concepts (or any of their descendants), for a facet value to hold or a family to wake.

    All parts that are given must hold: at least one of ``any``, every one of ``all``, none of ``none`` among the present cues,
    at least one of ``absent`` among the negated ones, and each fact of the case in ``facts`` having one of the values.
    """

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of fact name and accepted values; ``("age", ("65-",))`` is a range, ends included and either one open."""
    quantity: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of an amount that the family's calculator works out and the ranges accepted, as `amounts` reads them."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One way a facet can turn out, the condition that shows it, and the characters it puts into a code template."""

    id: str
    when: Condition
    plain: str
    """How a letter names this value ("the film was already on file")."""
    characters: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that tells siblings apart. Values are tried in order; the first that holds decides.

    With ``several``, each value that holds gives a line of its own. ``default`` is taken, and said to be taken, when nothing is
    said; without a default the facet is asked, in the words of ``ask``, when it separates the codes still possible.
    """

    id: str
    values: tuple[FacetValue, ...]
    ask: str
    default: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """Facts of a code that rules and pages use; an empty value means that it is not known here, never that there is none."""

    category: str = ""
    """CPT category: I, II or III; empty for other systems."""
    effective: date | None = None
    ended: date | None = None
    """The first day on which the code may no longer be reported."""
    sunset: str = ""
    """Month in which a Category III code is archived unless renewed, ``2028-01``."""
    status: str = ""
    """Medicare fee schedule status indicator (A, B, C, N …)."""
    status_edition: str = ""
    """The fee schedule release the status was read from ("RVU25D, October 2025")."""
    global_days: str = ""
    professional_technical: str = ""
    """PC/TC indicator of the fee schedule."""
    bilateral: str = ""
    units: int | None = None
    """MUE value."""
    units_adjudication: str = ""
    """MUE adjudication indicator: 1, 2 or 3."""
    add_on_to: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    """Facts on which sources disagree, each as one sentence with both sides."""


@dataclass(frozen=True, slots=True)
class UnitRule:
    """What one unit of a code stands for: each part begun of an amount, over what the code does not count."""

    amount: str
    each: float
    over: float


@dataclass(frozen=True, slots=True)
class FamilyCode:
    """One sibling: what it is in our own words, when it is the right one, and the trap it sets."""

    code: str
    system: System
    plain: str
    when: tuple[tuple[str, tuple[str, ...]], ...]
    """Pairs of facet and the values of it that this code needs. A code without ``when`` is never suggested (deleted codes)."""
    facts: CodeFacts
    trap: str = ""
    """What coders get wrong about it, as one sentence of a letter."""
    adds: tuple[str, ...] = ()
    """Codes of the same family that are reported beside it under the same facets."""
    one_unit: UnitRule | None = None
    """How units follow from an amount; without it a line is one unit."""


@dataclass(frozen=True, slots=True)
class ModifierUse:
    """A modifier that comes up with a family, and when."""

    modifier: str
    when: str
    condition: Condition | None = None
    """When the engine puts it on the line by itself; None leaves it to advice."""
    codes: tuple[str, ...] = ()
    """The codes of the family that it is for; empty means all."""


class BundleKind(StrEnum):
    """Why two codes are not reported together."""

    BUNDLED = "bundled"
    MUTUALLY_EXCLUSIVE = "mutually-exclusive"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Two codes that are not reported together: ``column_2`` is denied beside ``column_1``."""

    column_1: str
    column_2: str
    kind: BundleKind
    indicator: str
    """NCCI modifier indicator 0 or 1; empty when no edit table was consulted."""
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example, run as a test: what the engine must answer to ``text``."""

    text: str
    codes: tuple[str, ...]
    diagnoses: tuple[str, ...]
    ask: tuple[str, ...]
    """Facets that must be asked."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A provider taxonomy (NUCC) of people who often report the services of a family."""

    code: str
    name: str
    """The specialty, as we call it."""


class Per(StrEnum):
    """What one line of a family stands for."""

    CASE = "case"
    """All events of the family together make one line (imaging of one session)."""
    EVENT = "event"
    """Each event makes a line of its own."""
    SITE = "site"
    """Each of the family's places at which something was done makes a line of its own (two coronary arteries)."""


@dataclass(frozen=True, slots=True)
class Family:
    """Sibling codes with what tells them apart. Procedure families and diagnosis families have the same form."""

    id: str
    title: str
    system: System
    section: str
    summary: str
    per: Per
    wakes_on: Condition
    facets: tuple[Facet, ...]
    codes: tuple[FamilyCode, ...]
    modifiers: tuple[ModifierUse, ...]
    diagnoses: tuple[str, ...]
    """ICD-10-CM codes or categories that usually support these services."""
    bundles: tuple[Bundle, ...]
    related: tuple[str, ...]
    examples: tuple[Example, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    """Sentences a letter may add when the family is proposed."""
    service_type: str = ""
    """What sort of service it is, in a few words ("Diagnostic imaging")."""
    sites_of_service: tuple[str, ...] = ()
    """Place-of-service codes at which it is usually done, the commonest first."""
    context: str = ""
    """One sentence: who needs it, why, and what is done."""
    taxonomies: tuple[Taxonomy, ...] = ()
    gives_way: bool = False
    """Whether it only asks, and sleeps when another family that holds one of its codes is awake."""
    calculator: str = ""
    """The calculator that works out the amounts its facets and codes ask for; empty when they ask for none."""
    sites: tuple[str, ...] = ()
    """The concepts of the places that give lines of their own, with ``per: site`` or ``per: event``."""
