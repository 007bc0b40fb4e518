"""A small world for the tests of checks and pages: two families, a few diagnoses, and official files made for the occasion.

Code numbers, indicators and titles are true, and few; words are ours.
"""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from consultant.knowledge import sources
from consultant.knowledge.check.folder import load
from consultant.knowledge.icd10cm import IcdRow, Level, NoteKind
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.sources import Sources

PAGES = Path(__file__).parents[2] / "corpus" / "pages"
CODESETS = Path(__file__).parents[2] / "corpus" / "codesets"
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
RVU, MUE, PAIRS = "mpfs RVU25D, October 2025", "mue 2026 Q2 (practitioner)", "ncci-pairs 2024 Q3 (practitioner)"
FAMILIES = {
    "dxa": """
        family: dxa
        title: Bone density by DXA
        section: radiology
        summary: Two X-ray energies measure bone density.
        service_type: Diagnostic imaging
        sites_of_service: [11, 22]
        context: A person at risk of weak bones is measured.
        taxonomies:
          - {taxonomy: 2085R0202X, name: Diagnostic Radiology}
        wakes_on: {any: [dxa]}
        facts: {status: A, status_edition: "RVU25D, October 2025", global_days: XXX, professional_technical: 1, bilateral: 0,
                units: 1, units_adjudication: 2}
        facets:
          measured:
            ask: Which part was measured?
            values:
              axial: {any: [hip, spine], plain: hip or spine was measured}
              peripheral: {any: [forearm, heel], plain: forearm or heel was measured}
        codes:
          - {code: 77080, plain: "DXA bone density of hip, spine or pelvis", when: {measured: axial},
             facts: {effective: 2007-01-01}}
          - {code: 77081, plain: DXA bone density of forearm or heel, when: {measured: peripheral}, facts: {effective: 2007-01-01}}
          - code: 77082
            plain: A look for vertebral fractures by DXA, until the end of 2014
            facts: {effective: 2007-01-01, ended: 2015-01-01, successors: [77080], status: "", status_edition: "", global_days: "",
                    professional_technical: "", bilateral: "", units: "", units_adjudication: ""}
        modifiers:
          - {modifier: 26, when: only the reading was done}
        diagnoses: [M81.0, M81.8]
        bundles:
          - {column_1: 77080, column_2: [77081], kind: mutually-exclusive, indicator: 1, reason: one is enough,
             source: "NCCI PTP, 2024 Q3"}
        related: [76977, 99213]
        notes: [Both hips are one unit.]
        sources: ["CMS RVU25D (October 2025)"]
        """,
    "ultrasound": """
        family: ultrasound
        title: Bone density by ultrasound
        section: radiology
        summary: Sound through the heel.
        wakes_on: {any: [ultrasound]}
        codes:
          - code: 76977
            plain: Ultrasound bone density of the heel
            when: always
            facts: {disputed: ["One page says two units, another one says one."]}
        """,
}
LEXICON = """
    kind: procedure
    concepts:
      - {id: dxa, phrases: [dxa]}
      - {id: ultrasound, phrases: [ultrasound]}
      - {id: spine, kind: site, phrases: [spine, backbone]}
      - {id: hip, kind: site, phrases: [hip]}
      - {id: forearm, kind: site, phrases: [forearm]}
      - {id: heel, kind: site, phrases: [heel]}
    """
MODIFIERS = """
    modifiers:
      - {modifier: 26, title: Reading, plain: Only the reading., when: Another owns the machine., group: component}
      - {modifier: TC, title: Machine, plain: Only the machine., when: Another reads., group: component}
      - {modifier: 50, title: Both sides, plain: Both sides., when: Paired parts., group: side}
      - {modifier: 54, title: Surgery only, plain: Only the operation., when: Another looks after., group: global}
      - {modifier: 27, title: Several visits, plain: Several visits., when: Hospital claims., never: On an imaging code.,
         group: evaluation, only_on: [99202-99215, G0463]}
    """
PLACES = """
    places:
      - {place: 11, name: Office, facility: false, plain: A practice.}
      - {place: 22, name: Outpatient hospital, facility: true, plain: A department of a hospital.}
    """
NEIGHBOURS = """
    procedures:
      - {code: 99213, plain: Office visit of an established patient}
    """
ICD10CM = (
    IcdRow("13", "Bones", Level.CHAPTER, "", "13", billable=False),
    IcdRow("M80", "Osteoporosis with current pathological fracture", Level.CATEGORY, "13", "13", billable=False),
    IcdRow("M80.0", "Age-related osteoporosis with current pathological fracture", Level.SUBCATEGORY, "M80", "13", billable=False),
    IcdRow(
        "M80.08XA", "Age-related osteoporosis with fracture, vertebra, first visit", Level.EXTENDED, "M80.0", "13", billable=True
    ),
    IcdRow("M81", "Osteoporosis without current pathological fracture", Level.CATEGORY, "13", "13", billable=False),
    IcdRow(
        "M81.0",
        "Age-related osteoporosis without current pathological fracture",
        Level.SUBCATEGORY,
        "M81",
        "13",
        billable=True,
        notes=((NoteKind.INCLUSION_TERM, "Senile osteoporosis"), (NoteKind.EXCLUDES1, "fractures (M80.-)")),
    ),
    IcdRow("M81.8", "Other osteoporosis without current pathological fracture", Level.SUBCATEGORY, "M81", "13", billable=True),
)
FEES = (
    ("77080", "", "A", "1", "XXX", "0"),
    ("77080", "26", "A", "1", "XXX", "0"),
    ("77081", "", "A", "1", "XXX", "0"),
    ("76977", "", "A", "1", "XXX", "0"),
    ("99213", "", "A", "0", "XXX", "0"),
)
"""Code, modifier, status, PC/TC, global days and bilateral indicator of rows of the fee schedule."""
UNITS = (("77080", 1, "2 Date of Service Edit: Policy"), ("77081", 1, "2 Date of Service Edit: Policy"), ("76977", 1, "3 Date"))
PTP = (("77080", "77081", "9999-12-31", 1),)
TAXONOMIES = (("2085R0202X", "Radiology", "Diagnostic Radiology"), ("207RR0500X", "Internal Medicine", "Rheumatology"))
POS = (("11", "Non-Facility", "Office"), ("22", "Facility", "On Campus-Outpatient Hospital"))


def write_sources(root: Path, **changed: str) -> Sources:
    """The written knowledge below ``root``; ``changed`` gives other texts for families by id, or for ``lexicon`` and the like."""
    families = FAMILIES | {name: text for name, text in changed.items() if name in FAMILIES}
    texts = {f"families/radiology/{name}.yaml": text for name, text in families.items()}
    texts |= {
        "lexicon/words.yaml": LEXICON,
        "modifiers.yaml": MODIFIERS,
        "places_of_service.yaml": PLACES,
        "neighbours.yaml": changed.get("neighbours", NEIGHBOURS),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
    return sources.read(root)


def open_book(written: Sources, folder: Path | None = None, *, on: date = DAY) -> Book:
    """The written knowledge with the official files of a folder, or with none."""
    knowledge = Knowledge.of(
        written.families,
        written.concepts,
        modifiers=written.modifiers,
        icd10cm=ICD10CM,
        places=written.places,
        neighbours=written.neighbours,
    )
    knowledge.editions = {"icd10cm": "2026-04-01"}
    if folder is not None:
        target = folder.with_suffix(".sqlite")
        load(folder, target, now=NOW)
        knowledge.official = Official.open(target)
    return Book(knowledge, on)


def write_official(
    folder: Path,
    *,
    fees: Iterable[Sequence[str]] = FEES,
    units: Iterable[tuple[str, int, str]] = UNITS,
    pairs: Iterable[tuple[str, str, str, int]] = PTP,
    taxonomies: Iterable[tuple[str, str, str]] = TAXONOMIES,
    places: Iterable[tuple[str, str, str]] = POS,
) -> Path:
    """Small official files in their layouts; a table given as nothing is not written."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "PPRRVU2025_Oct.csv", _head("PPRRVU2025_Oct.csv", 10), [_fee(*row) for row in fees])
    name = "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
    _write(folder / name, [["HCPCS/\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"]],
           [[code, value, mai, "Made up"] for code, value, mai in units])  # fmt: skip
    head = ["column_1", "column_2", "deletion_date", "modifier_indicator", "rationale"]
    _write(folder / "ptp_practitioner_2024Q3_pairs.csv", [head], [[*pair, "Made up"] for pair in pairs])
    head = ["Code", "Grouping", "Classification", "Specialization", "Definition", "Notes", "Display Name", "Section"]
    rows = [[code, "Doctors", kind, narrow, "", "", f"{narrow} Physician", "Individual"] for code, kind, narrow in taxonomies]
    _write(folder / "nucc_taxonomy_251.csv", [head], rows)
    head = ["pos_code", "pos_type", "pos_name", "pos_description"]
    _write(folder / "pos_codes_2024-06.csv", [head], [[code, kind, name, "Made up"] for code, kind, name in places])
    return folder


def write_rows(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One csv file."""
    _write(path, [head], [list(row) for row in rows])


def _write(path: Path, head: Sequence[Sequence[str]], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([*head, *rows])


def _head(name: str, lines: int) -> list[list[str]]:
    with (CODESETS / name).open(newline="", encoding="latin-1") as file:
        return [row for row, _ in zip(csv.reader(file), range(lines), strict=False)]


def _fee(code: str, modifier: str, status: str, component: str, days: str, both: str) -> list[str]:
    values = ["0.20", "1.00", "", "1.00", "NA", "0.01", "1.21", "1.21", component, days]
    tail = ["0.00", "0.00", "0.00", "0", both, "0", "0", "0", "", "32.3465", "01", "0", "88", "0.00", "0.00", "0.00"]
    return [code, modifier, "Made up", status, "", *values, *tail]
