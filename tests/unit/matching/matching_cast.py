"""A small knowledge base for tests of reading: bone density, a joint injection, osteoporosis, meniscus tears."""

from __future__ import annotations

from datetime import date

from consultant.knowledge.family import (
    CodeFacts,
    Concept,
    Condition,
    Facet,
    FacetValue,
    Family,
    FamilyCode,
    ModifierUse,
    Per,
)
from consultant.knowledge.lookup import Knowledge
from consultant.matching.cues import find_cues, phrase_index
from consultant.matching.layout import find_parts
from consultant.matching.normalise import normalise
from consultant.matching.scene import Scene
from consultant.matching.staging import Lens, stage
from consultant.matching.statements import Statements, find_statements
from consultant.model.clinical import Assertion, ConceptKind, Cue
from consultant.model.coding import System

RECEIVED = date(2026, 11, 20)

_K = ConceptKind


def concept(name: str, kind: ConceptKind, *phrases: str, is_a: tuple[str, ...] = ()) -> Concept:
    return Concept(name, kind, is_a, phrases)


CONCEPTS = (
    concept("bone-density", _K.PROCEDURE, "bone density", "bmd"),
    concept("dxa", _K.PROCEDURE, "dxa", "dexa", "dual-energy x-ray absorptiometry", is_a=("bone-density",)),
    concept("sonogram", _K.PROCEDURE, "sonogram"),
    concept("ultrasound-machine", _K.DEVICE, "ultrasound", "by ultrasound", "sonogram"),
    Concept("qus", _K.PROCEDURE, ("bone-density",), ("qus",), ("bone-density", "ultrasound-machine")),
    Concept("rems", _K.PROCEDURE, ("bone-density",), ("rems",), ("bone-density", "ultrasound-machine", "axial")),
    concept("vfa", _K.PROCEDURE, "vfa", "vertebral fracture assessment"),
    concept("injection", _K.PROCEDURE, "injection", "injected"),
    concept("mammogram", _K.PROCEDURE, "mammogram"),
    concept("axial", _K.SITE),
    concept("hip", _K.SITE, "hip", is_a=("axial",)),
    concept("spine", _K.SITE, "spine", "l1-l4", is_a=("axial",)),
    concept("heel", _K.SITE, "heel"),
    concept("knee", _K.SITE, "knee", "both knees"),
    concept("shoulder", _K.SITE, "shoulder"),
    concept("left", _K.SIDE, "left", "lt"),
    concept("right", _K.SIDE, "right", "rt"),
    concept("bilateral", _K.SIDE, "bilateral", "both knees"),
    concept("ultrasound-guided", _K.ATTRIBUTE, "under ultrasound", "ultrasound guidance"),
    concept("osteoporosis", _K.CONDITION, "osteoporosis"),
    concept("steroid-osteoporosis", _K.CONDITION, "steroid-induced osteoporosis", is_a=("osteoporosis",)),
    concept("fracture", _K.CONDITION, "fracture"),
    concept("vertebral-fracture", _K.CONDITION, "vertebral fracture", is_a=("fracture",)),
    concept("meniscus-tear", _K.CONDITION, "meniscus tear", "torn meniscus"),
    concept("knee-pain", _K.CONDITION, "knee pain"),
    concept("screening", _K.STATUS, "osteoporosis screening"),
    concept("family-history-osteoporosis", _K.STATUS, "family history of osteoporosis"),
    concept("ectasia", _K.CONDITION, "GAVE"),
    concept("prolia", _K.SUBSTANCE, "prolia"),
)


def value(name: str, plain: str, characters: str = "", **when: tuple[str, ...]) -> FacetValue:
    return FacetValue(name, Condition(**when), plain, characters)


def family(name: str, *, facets: tuple[Facet, ...], codes: tuple[FamilyCode, ...], wakes_on: Condition, **more: object) -> Family:
    kept = {
        "system": System.CPT,
        "section": "test",
        "summary": "",
        "per": Per.CASE,
        "modifiers": (),
        "diagnoses": (),
        "bundles": (),
        "related": (),
        "examples": (),
        "sources": (),
        "notes": (),
        **more,
    }
    return Family(id=name, title=name, wakes_on=wakes_on, facets=facets, codes=codes, **kept)


def code(number: str, plain: str = "", *, system: System = System.CPT, facts: CodeFacts | None = None, **when: str) -> FamilyCode:
    pairs = tuple((facet, tuple(values.split("|"))) for facet, values in when.items())
    return FamilyCode(number, system, plain or f"what {number} is", pairs, facts or CodeFacts())


DXA = family(
    "dxa",
    wakes_on=Condition(any=("dxa",)),
    facets=(
        Facet(
            "measured",
            (
                value("central", "hip or spine was measured", any=("axial",)),
                value("peripheral", "a peripheral site was measured", any=("heel",)),
            ),
            ask="Which part was measured?",
            several=True,
        ),
        Facet(
            "vfa",
            (
                value("done", "fractures were assessed", any=("vfa",)),
                value("not-done", "fractures were not assessed", absent=("vfa",)),
            ),
            ask="",
            default="not-done",
        ),
    ),
    codes=(
        code("77080", measured="central", vfa="not-done", facts=CodeFacts(professional_technical="1")),
        code("77081", measured="peripheral", facts=CodeFacts(professional_technical="1")),
        code("77085", measured="central", vfa="done", facts=CodeFacts(professional_technical="1")),
        code("77082", facts=CodeFacts(successors=("77085", "77086"))),
    ),
    diagnoses=("M81", "Z13.820"),
    related=("76977",),
)
INJECTION = family(
    "joint-injection",
    per=Per.EVENT,
    wakes_on=Condition(any=("injection",)),
    facets=(
        Facet(
            "joint",
            (
                value("large", "a large joint was injected", any=("knee", "shoulder")),
                value("small", "a small joint was injected", any=("heel",)),
            ),
            ask="Which joint?",
        ),
        Facet(
            "guidance",
            (
                value("ultrasound", "ultrasound guided it", any=("ultrasound-guided",)),
                value("none", "nothing guided it", absent=("ultrasound-guided",)),
            ),
            ask="",
            default="none",
        ),
    ),
    codes=(
        code("20610", joint="large", guidance="none"),
        code("20611", joint="large", guidance="ultrasound"),
        code("20600", joint="small", guidance="none"),
    ),
    modifiers=(ModifierUse("RT", "right side"), ModifierUse("LT", "left side"), ModifierUse("50", "both sides")),
    diagnoses=("M25", "S83"),
)
OSTEOPOROSIS = family(
    "osteoporosis",
    system=System.ICD10CM,
    wakes_on=Condition(any=("osteoporosis",)),
    facets=(
        Facet(
            "cause",
            (value("drug", "a drug caused it", any=("steroid-osteoporosis",)), value("age", "age or menopause")),
            ask="",
            default="age",
        ),
    ),
    codes=(
        code("M81.0", system=System.ICD10CM, cause="age"),
        code("M81.8", system=System.ICD10CM, cause="drug"),
    ),
)
TEAR = family(
    "meniscus-tear",
    system=System.ICD10CM,
    per=Per.EVENT,
    wakes_on=Condition(any=("meniscus-tear",)),
    facets=(
        Facet(
            "side",
            (
                value("right", "the right knee", "1", any=("right",)),
                value("left", "the left knee", "2", any=("left",)),
                value("unsaid", "the side is not told", "9"),
            ),
            ask="Which knee?",
            default="unsaid",
        ),
    ),
    codes=(code("S83.20{side}A", system=System.ICD10CM, side="right|left|unsaid"),),
)
STATUS = family(
    "status",
    system=System.ICD10CM,
    wakes_on=Condition(any=("screening", "family-history-osteoporosis", "knee-pain")),
    facets=(
        Facet(
            "told",
            (
                value("screening", "screening", any=("screening",)),
                value("family", "osteoporosis in the family", any=("family-history-osteoporosis",)),
                value("pain", "pain", any=("knee-pain",)),
            ),
            ask="",
            default="screening",
            several=True,
        ),
    ),
    codes=(
        code("Z13.820", system=System.ICD10CM, told="screening"),
        code("Z82.62", system=System.ICD10CM, told="family"),
        code("M25.569", system=System.ICD10CM, told="pain"),
    ),
)
FAMILIES = (DXA, INJECTION, OSTEOPOROSIS, TEAR, STATUS)


def knowledge() -> Knowledge:
    return Knowledge.of(FAMILIES, CONCEPTS)


def staged(text: str) -> Scene:
    """The scene of a text under the small lexicon."""
    base = knowledge()
    codes = {entry.code for one in FAMILIES for entry in one.codes}
    return stage(normalise(text), RECEIVED, Lens.of(CONCEPTS), base, codes.__contains__)


def cues_of(text: str) -> tuple[Cue, ...]:
    """The cues of a text with their assertions."""
    return staged(text).cues


def assertion(text: str, name: str) -> Assertion:
    """How the text holds the first cue of that concept."""
    return next(cue.assertion for cue in cues_of(text) if cue.concept == name)


def statements_of(text: str) -> Statements:
    """The statements of a text."""
    return find_statements(text, find_parts(text))


def seen(text: str) -> list[str]:
    """The concepts that one pass finds, in order of place."""
    return [cue.concept for cue in find_cues(text, phrase_index(CONCEPTS), statements_of(text)).cues]
