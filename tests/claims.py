"""Claims of all tests of coding and drafting: a small knowledge base made by hand, and readings of mails to it.

The families are cut down to what the rules look at. Their codes, dates and indicators are true; ICD-10-CM is a handful of rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from consultant.knowledge.family import (
    Bundle,
    BundleKind,
    CodeFacts,
    Condition,
    Family,
    FamilyCode,
    Per,
)
from consultant.knowledge.icd10cm import IcdRow, Level, NoteKind
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.modifiers import Modifier, ModifierGroup
from consultant.model.analysis import CaseKind, Disposition, Reading
from consultant.model.clinical import Evidence, Fact, Span
from consultant.model.coding import (
    Alternative,
    Candidate,
    Confidence,
    Diagnosis,
    ProposedCode,
    Question,
    Suggestion,
    System,
)

TODAY = date(2026, 11, 20)
RVU = "RVU25D, October 2025"
PAIRS = "NCCI PTP, practitioner, 2024 Q3"
EDITIONS = {"icd10cm": "2026-10-01", "knowledge": "0a1b2c3d4e5f"}
_ACTIVE = CodeFacts(
    category="I", status="A", status_edition=RVU, professional_technical="1", units=1, units_adjudication="2", global_days="XXX"
)
_TEMPORARY = CodeFacts(category="III", effective=date(2023, 1, 1), sunset="2028-01", status="C", status_edition=RVU)


def code(number: str, plain: str, facts: CodeFacts = _ACTIVE, *, trap: str = "", live: bool = True) -> FamilyCode:
    """One sibling; a code that is not live has no condition and is never suggested."""
    system = System.of(number)
    assert system is not None
    return FamilyCode(number, system, plain, (("any", ("yes",)),) if live else (), facts, trap)


def family(
    name: str, codes: tuple[FamilyCode, ...], *, diagnoses: tuple[str, ...] = (), bundles: tuple[Bundle, ...] = ()
) -> Family:
    """A family of what the rules look at; it wakes on nothing."""
    return Family(
        id=name,
        title=name,
        system=codes[0].system,
        section="test",
        summary="",
        per=Per.CASE,
        wakes_on=Condition(),
        facets=(),
        codes=codes,
        modifiers=(),
        diagnoses=diagnoses,
        bundles=bundles,
        related=(),
        examples=(),
        sources=(),
        notes=(),
    )


DXA = family(
    "dxa",
    (
        code(
            "77080", "DXA bone density of the hip, spine or pelvis", trap="With a vertebral fracture assessment it is 77085 alone."
        ),
        code("77081", "DXA bone density of a peripheral site"),
        code("77085", "DXA bone density of the axial skeleton with a vertebral fracture assessment in one session"),
        code("77086", "vertebral fracture assessment by DXA alone"),
        code(
            "77082",
            "vertebral fracture assessment by DXA, until 2014",
            CodeFacts(category="I", ended=date(2015, 1, 1), successors=("77085", "77086")),
            live=False,
        ),
        code("76075", "axial DXA, until 2006", CodeFacts(category="I", ended=date(2007, 1, 1), successors=("77080",)), live=False),
    ),
    diagnoses=("M81.0", "M80.0", "Z13.820", "Z78.0"),
    bundles=(
        Bundle("77085", "77080", BundleKind.BUNDLED, "0", "77085 already holds the axial bone density", PAIRS),
        Bundle("77080", "77086", BundleKind.BUNDLED, "0", "the two together are 77085", PAIRS),
        Bundle("77085", "77086", BundleKind.BUNDLED, "0", "77085 already holds the assessment", PAIRS),
        Bundle(
            "77080", "77081", BundleKind.MUTUALLY_EXCLUSIVE, "1", "a peripheral site is rarely needed beside the axial one", PAIRS
        ),
    ),
)
DXR = family(
    "dxr-bmd",
    (
        code("0749T", "DXR-BMD from a hand film already on file", replace(_TEMPORARY, status="N")),
        code("0750T", "DXR-BMD with one hand view taken for it", replace(_TEMPORARY, status="N")),
    ),
    bundles=(Bundle("0749T", "0750T", BundleKind.MUTUALLY_EXCLUSIVE, "1", "the film was on file or it was taken", PAIRS),),
)
CT = family(
    "ct-bone-strength",
    (
        code("0554T", "bone strength by finite element analysis of a CT, all steps", _TEMPORARY),
        code(
            "0743T",
            "bone strength by finite element analysis of a CT, with vertebral fracture assessment",
            _TEMPORARY,
            trap="One code for all of it: 77078 is not added.",
        ),
        code("77078", "bone density by quantitative CT"),
        code("76499", "an unlisted X-ray procedure", CodeFacts(category="I", status="C", status_edition=RVU)),
    ),
)
KNEE = family(
    "knee-injection",
    (
        code(
            "20610",
            "injection of a large joint without ultrasound",
            CodeFacts(category="I", status="A", professional_technical="0", units=2, units_adjudication="3"),
        ),
        code("64636", "facet nerve destruction, each further joint", CodeFacts(category="I", add_on_to=("64635",))),
        code("64635", "facet nerve destruction, first joint", CodeFacts(category="I", units=1, units_adjudication="1")),
        code("J1010", "methylprednisolone acetate, 1 mg", CodeFacts()),
        code("J1030", "methylprednisolone acetate, 40 mg", CodeFacts(ended=date(2024, 4, 1), successors=("J1010",)), live=False),
    ),
)
_A_D_S = (("A", "initial encounter"), ("D", "subsequent encounter"), ("S", "sequela"))


def icd(
    number: str,
    title: str,
    parent: str,
    *,
    chapter: str = "13",
    level: Level = Level.SUBCATEGORY,
    billable: bool = True,
    excludes1: str = "",
    seventh: tuple[tuple[str, str], ...] = (),
) -> IcdRow:
    """One row of ICD-10-CM."""
    notes = ((NoteKind.EXCLUDES1, excludes1),) if excludes1 else ()
    return IcdRow(number, title, level, parent, chapter, billable, notes, seventh)


def heading(number: str, title: str, parent: str, **more: object) -> IcdRow:
    """A row of ICD-10-CM that is no complete code."""
    return icd(number, title, parent, billable=False, **more)  # type: ignore[arg-type]  # passed on as they are


ROWS = (
    heading("13", "Musculoskeletal", "", level=Level.CHAPTER),
    heading("M80", "Osteoporosis with current pathological fracture", "13", level=Level.CATEGORY, seventh=_A_D_S),
    heading("M80.0", "Age-related osteoporosis with current pathological fracture", "M80"),
    heading("M80.08", "Age-related osteoporosis with current pathological fracture, vertebra(e)", "M80.0"),
    *(
        icd(f"M80.08X{letter}", f"Age-related osteoporosis with fracture of vertebra(e), {words}", "M80.08", level=Level.EXTENDED)
        for letter, words in _A_D_S
    ),
    heading(
        "M81",
        "Osteoporosis without current pathological fracture",
        "13",
        level=Level.CATEGORY,
        excludes1="osteoporosis with current pathological fracture (M80.-)",
    ),
    icd("M81.0", "Age-related osteoporosis without current pathological fracture", "M81"),
    icd("M81.8", "Other osteoporosis without current pathological fracture", "M81"),
    heading("18", "Symptoms", "", chapter="18", level=Level.CHAPTER),
    icd("R29.890", "Loss of height", "18", chapter="18", excludes1="osteoporosis (M80-M81)"),
    heading("R05", "Cough", "18", chapter="18", level=Level.CATEGORY),
    icd("R05.1", "Acute cough", "R05", chapter="18"),
    icd("R05.9", "Cough, unspecified", "R05", chapter="18"),
    heading("21", "Factors influencing health status", "", chapter="21", level=Level.CHAPTER),
    icd("Z78.0", "Asymptomatic menopausal state", "21", chapter="21"),
    icd("Z87.310", "Personal history of (healed) osteoporosis fracture", "21", chapter="21"),
)
MODIFIERS = (
    Modifier("26", "Professional component", "the reading", "only the reading was done", ModifierGroup.COMPONENT),
    Modifier("TC", "Technical component", "the scan", "only the scan was made", ModifierGroup.COMPONENT),
    Modifier("59", "Distinct service", "separate", "services were separate", ModifierGroup.DISTINCT, bypasses_edits=True),
    Modifier("LT", "Left side", "left", "left side", ModifierGroup.SIDE, bypasses_edits=True),
    Modifier("RT", "Right side", "right", "right side", ModifierGroup.SIDE, bypasses_edits=True),
)


def knowledge(*, with_diagnoses: bool = True) -> Knowledge:
    """The small knowledge base, with or without ICD-10-CM."""
    made = Knowledge.of((DXA, DXR, CT, KNEE), (), modifiers=MODIFIERS, icd10cm=ROWS if with_diagnoses else ())
    made.editions = dict(EDITIONS) if with_diagnoses else {"knowledge": EDITIONS["knowledge"]}
    return made


def said(text: str, words: str) -> Evidence:
    """The evidence that ``words`` give in ``text``."""
    start = text.index(words)
    return Evidence.quoting(text, Span(start, start + len(words)))


def line(number: str, *, modifiers: tuple[str, ...] = (), units: int = 1, diagnoses: tuple[str, ...] = ()) -> Suggestion:
    """A service line of ours without evidence."""
    system = System.of(number)
    assert system is not None
    return Suggestion(number, system, f"service {number}", Confidence.HIGH, 0.9, (), (), "test", modifiers, units, diagnoses)


def diagnosis(number: str) -> Diagnosis:
    """A diagnosis of ours without evidence."""
    return Diagnosis(number, f"diagnosis {number}", Confidence.HIGH, 0.9, (), ())


def proposed(number: str, *, modifiers: tuple[str, ...] = (), units: int | None = None) -> ProposedCode:
    """A code that the asker names."""
    system = System.of(number)
    assert system is not None
    return ProposedCode(number, system, Evidence(Span(0, len(number)), number), modifiers, units)


def reading(
    *,
    ours: tuple[Suggestion, ...] = (),
    diagnoses: tuple[Diagnosis, ...] = (),
    theirs: tuple[ProposedCode, ...] = (),
    questions: tuple[Question, ...] = (),
    facts: tuple[tuple[str, str], ...] = (),
    kind: CaseKind = CaseKind.AUDIT,
    disposition: Disposition = Disposition.ANSWER,
    on: date = TODAY,
) -> Reading:
    """A reading made of parts."""
    return Reading(
        text="",
        kind=kind,
        disposition=disposition,
        reason="",
        date_of_service=on,
        facts=tuple(Fact(name, value, ()) for name, value in facts),
        proposed=theirs,
        procedures=ours,
        diagnoses=diagnoses,
        questions=questions,
    )


FRANS_MAIL = (
    "Medicare, 73F. Same session on our DXA: spine + hip BMD and a vertebral fracture assessment (lateral spine, reported). "
    "Monitoring age-related osteoporosis, on treatment. VFA shows an old HEALED L1 wedge (osteoporotic fracture 2021), "
    "no new fracture. I plan: 77080 77082 M80.08XA. Good to go?"
)


def frans_reading() -> Reading:
    """An audit: two DXA codes of which one is deleted, and a fracture code for a fracture that has healed."""
    text = FRANS_MAIL
    claim = ("77080", "77082", "M80.08XA")
    return Reading(
        text=text,
        kind=CaseKind.AUDIT,
        disposition=Disposition.ANSWER,
        reason="",
        date_of_service=TODAY,
        facts=(Fact("payer", "medicare", (said(text, "Medicare"),)),),
        proposed=tuple(ProposedCode(one, System.of(one) or System.CPT, said(text, one)) for one in claim),
        procedures=(
            Suggestion(
                code="77085",
                system=System.CPT,
                description="DXA bone density of the axial skeleton with a vertebral fracture assessment in one session",
                confidence=Confidence.HIGH,
                score=0.97,
                evidence=(said(text, "spine + hip BMD"), said(text, "vertebral fracture assessment")),
                because=("both were done in the same session",),
                family="dxa",
                diagnoses=("M81.0", "Z87.310"),
                alternatives=(Alternative("77080", "no vertebral fracture assessment was done"),),
            ),
        ),
        diagnoses=(
            Diagnosis(
                code="M81.0",
                description="Age-related osteoporosis without current pathological fracture",
                confidence=Confidence.HIGH,
                score=0.9,
                evidence=(said(text, "age-related osteoporosis"), said(text, "no new fracture")),
                because=("the fracture has healed, so there is no current one",),
            ),
            Diagnosis(
                code="Z87.310",
                description="Personal history of (healed) osteoporosis fracture",
                confidence=Confidence.HIGH,
                score=0.9,
                evidence=(said(text, "HEALED L1 wedge"),),
                because=("a healed osteoporotic fracture is history",),
            ),
        ),
        candidates=(Candidate("77085", 0.97),),
    )


NEWTS_MAIL = "Hi, pt had bone density and it was done with CT data. Medicare. My old list says 77082. What code do I use?"


def newts_reading() -> Reading:
    """A vague mail: bone density from a CT, of which kind is not said."""
    text = NEWTS_MAIL
    return Reading(
        text=text,
        kind=CaseKind.CASE,
        disposition=Disposition.ASK,
        reason="",
        date_of_service=TODAY,
        facts=(Fact("payer", "medicare", (said(text, "Medicare"),)),),
        proposed=(ProposedCode("77082", System.CPT, said(text, "77082")),),
        questions=(
            Question(
                "analysis",
                "Was it a plain bone density by quantitative CT, or a bone strength analysis by finite elements?",
                ("77078", "0554T", "0743T"),
            ),
            Question("vertebral fracture assessment", "Were vertebral fractures looked for at the same time?", ("0554T", "0743T")),
        ),
    )


JOS_MAIL = "We took ONE view of the left hand for DXR-BMD, osteoporosis screening. Cigna. My biller wants 0749T + 0750T."


def jos_reading() -> Reading:
    """A case with a Category III code that Medicare does not cover, a commercial payer, and a doubtful companion code."""
    text = JOS_MAIL
    return Reading(
        text=text,
        kind=CaseKind.CASE,
        disposition=Disposition.ANSWER,
        reason="",
        date_of_service=TODAY,
        facts=(Fact("payer", "commercial", (said(text, "Cigna"),)),),
        proposed=tuple(ProposedCode(one, System.CPT, said(text, one)) for one in ("0749T", "0750T")),
        procedures=(
            Suggestion(
                code="0750T",
                system=System.CPT,
                description="DXR-BMD with one hand view taken for it",
                confidence=Confidence.MEDIUM,
                score=0.8,
                evidence=(said(text, "took ONE view of the left hand"),),
                because=("the film was taken for this analysis",),
                family="dxr-bmd",
                alternatives=(Alternative("0749T", "the film was already on file"),),
            ),
        ),
        diagnoses=(),
    )
