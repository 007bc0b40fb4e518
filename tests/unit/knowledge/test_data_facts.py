"""The facts that the family files state, compared with the federal files they were read from, where those are at hand."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from consultant.knowledge import sources
from consultant.knowledge.family import Bundle, Family, FamilyCode
from consultant.model.coding import System

CODESETS = Path(__file__).parents[4] / "shared" / "codesets"
FEES = CODESETS / "mpfs" / "PPRRVU2025_Oct.csv"
UNITS = CODESETS / "ncci" / "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
PAIRS = CODESETS / "ncci" / "ptp_practitioner_2024Q3_pairs.csv.gz"

pytestmark = pytest.mark.skipif(not CODESETS.exists(), reason="the federal files are not at hand")


def services() -> list[Family]:
    """The families of procedures."""
    return [family for family in sources.read().families if family.system is not System.ICD10CM]


def stated() -> Iterator[tuple[str, FamilyCode]]:
    """Every live procedure code that states its fee schedule status, with its family."""
    for family in services():
        yield from ((family.id, entry) for entry in family.codes if entry.facts.status)


def bundles() -> Iterator[tuple[Bundle, str]]:
    for family in services():
        yield from ((bundle, family.id) for bundle in family.bundles if "PTP" in bundle.source)


@cache
def fees() -> dict[str, dict[str, str]]:
    """The fee schedule rows without modifier, by code, under the names of their columns."""
    with FEES.open(encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file))
    last = next(n for n, row in enumerate(rows) if row and row[0] == "HCPCS")
    names = [
        " ".join(filter(None, (rows[n][column].strip() for n in range(last - 4, last + 1)))) for column in range(len(rows[last]))
    ]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows[last + 1 :] if row and not row[1]}


@cache
def units() -> dict[str, tuple[str, str]]:
    """Most units and adjudication indicator, by code."""
    with UNITS.open(encoding="cp1252", newline="") as file:
        return {row[0]: (row[1], row[2][:1]) for row in csv.reader(file) if len(row) > 3}


@cache
def pairs() -> dict[tuple[str, str], str]:
    """The modifier indicator of each active pair among the codes of the families."""
    wanted = {code for bundle, _ in bundles() for code in (bundle.column_1, bundle.column_2)} | {
        entry.code for _, entry in stated()
    }
    with gzip.open(PAIRS, "rt", newline="") as file:
        rows = csv.reader(file)
        return {(r[0], r[1]): r[3] for r in rows if r[2] == "9999-12-31" and r[0] in wanted and r[1] in wanted}


@pytest.mark.parametrize(("family", "entry"), [pytest.param(f, e, id=f"{f}: {e.code}") for f, e in stated()])
def test_the_indicators_of_a_code_are_those_of_the_fee_schedule(family: str, entry: FamilyCode):
    row = fees()[entry.code]
    expected = (row["STATUS CODE"], row["GLOB DAYS"], row["PCTC IND"], row["BILAT SURG"])
    facts = entry.facts
    assert expected == (facts.status, facts.global_days, facts.professional_technical, facts.bilateral)


@pytest.mark.parametrize(("family", "entry"), [pytest.param(f, e, id=f"{f}: {e.code}") for f, e in stated()])
def test_the_most_units_of_a_code_are_those_of_the_unit_table(family: str, entry: FamilyCode):
    assert units()[entry.code] == (str(entry.facts.units), entry.facts.units_adjudication)


@pytest.mark.parametrize(("bundle", "family"), [pytest.param(b, f, id=f"{f}: {b.column_1}+{b.column_2}") for b, f in bundles()])
def test_a_bundle_stands_in_the_edit_table_with_its_indicator(bundle: Bundle, family: str):
    assert pairs()[bundle.column_1, bundle.column_2] == bundle.indicator


def test_no_edit_between_codes_of_one_family_is_left_out():
    missing = []
    for family in services():
        codes = {entry.code for entry in family.codes if not entry.facts.ended and entry.facts.status}
        written = {(bundle.column_1, bundle.column_2) for bundle in family.bundles}
        missing += [pair for pair in pairs() if set(pair) <= codes and pair not in written]
    assert missing == []


def test_a_deleted_code_is_no_longer_in_the_fee_schedule():
    deleted = [entry.code for family in services() for entry in family.codes if entry.facts.ended]
    assert [code for code in deleted if code in fees()] == []
