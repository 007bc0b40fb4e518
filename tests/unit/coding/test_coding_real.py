"""The rules on the real official files, which are no part of the project: CONSULTANT_REAL_FILES names the folder."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from claims import knowledge as small_knowledge
from claims import line, proposed, reading
from coding_asserts import hits

from consultant.coding.chain import run
from consultant.coding.rules import add_on, bilateral, component, ncci_ptp, surgeons, units
from consultant.knowledge.check.folder import load
from consultant.knowledge.official import Official
from consultant.model.finding import Outcome, Severity, Verdict

FOLDER = os.environ.get("CONSULTANT_REAL_FILES", "")
DAY = date(2026, 5, 20)
MANY = 300
SEED = 20261121

pytestmark = pytest.mark.skipif(not FOLDER, reason="CONSULTANT_REAL_FILES names no folder of official files")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """All the real files in one official file."""
    target = tmp_path_factory.mktemp("official") / "official.sqlite"
    load(Path(FOLDER), target, now=datetime(2026, 11, 21, tzinfo=UTC))
    return target


@pytest.fixture(scope="module")
def real(file):
    """The small knowledge base with the real tables."""
    knowledge = small_knowledge()
    knowledge.official = Official.open(file)
    yield knowledge
    knowledge.official.close()


def drawn(file: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(query).fetchall()
    return random.Random(SEED).sample(rows, MANY)  # noqa: S311  (the same rows every time, and no secret)


def test_a_pair_of_the_table_comes_out_with_its_columns_and_its_indicator(file, real):
    pairs = drawn(file, "SELECT column_1, column_2, indicator FROM ptp WHERE ended = 99991231 AND indicator <> 9")

    for column_1, column_2, indicator in pairs:
        told = reading(theirs=(proposed(column_2), proposed(column_1)), on=DAY)
        (hit,) = hits(ncci_ptp.RULE.check(told, real))
        assert hit.codes == (column_1, column_2)
        assert f"indicator {indicator}" in hit.text
        assert (hit.severity is Severity.ERROR) is (indicator == 0)


def test_an_edit_of_the_table_takes_its_value_and_no_unit_more(file, real):
    for code, value, adjudication in drawn(file, "SELECT code, units, adjudication FROM mue WHERE units > 0"):
        within, over = (reading(theirs=(proposed(code, units=units),), on=DAY) for units in (value, value + 1))
        assert hits(units.RULE.check(within, real)) == ()
        (hit,) = hits(units.RULE.check(over, real))
        assert f"allows {value} " in hit.text
        assert (hit.severity is Severity.ERROR) is (adjudication == 2)


def test_codes_without_an_edit_are_clean_and_the_edition_is_named(real):
    (clean,) = ncci_ptp.RULE.check(reading(theirs=(proposed("77080"), proposed("G0438")), on=DAY), real)

    assert (clean.outcome, clean.edition) == (Outcome.CLEAN, "2024 Q3")


@pytest.mark.parametrize(
    ("rule", "code", "modifier", "severity"),
    [
        (bilateral.RULE, "45385", "50", Severity.ERROR),
        (bilateral.RULE, "52000", "50", Severity.ERROR),
        (component.RULE, "93010", "26", Severity.ERROR),
        (surgeons.RULE, "66984", "80", Severity.ERROR),
    ],
)
def test_modifiers_by_the_real_indicators(rule, code, modifier, severity, real):
    (hit,) = hits(rule.check(reading(theirs=(proposed(code, modifiers=(modifier,)),), on=DAY), real))

    assert hit.severity is severity


@pytest.mark.parametrize(
    ("rule", "code", "modifier"), [(bilateral.RULE, "20610", "50"), (component.RULE, "71046", "26"), (surgeons.RULE, "27447", "80")]
)
def test_modifiers_that_the_real_indicators_allow(rule, code, modifier, real):
    assert hits(rule.check(reading(theirs=(proposed(code, modifiers=(modifier,)),), on=DAY), real)) == ()


def test_an_add_on_code_of_the_real_table(real):
    alone, beside = (reading(theirs=codes, on=DAY) for codes in ((proposed("64636"),), (proposed("64635"), proposed("64636"))))

    assert [one.codes for one in hits(add_on.RULE.check(alone, real))] == [("64636",)]
    assert hits(add_on.RULE.check(beside, real)) == ()


def test_a_claim_is_judged_by_the_tables_where_no_family_is_written(real):
    claim = reading(ours=(line("77080"),), theirs=(proposed("47563"), proposed("44180")), on=DAY)

    found = {one.code: one.verdict for one in run(claim, real).audit}

    assert found["44180"] is Verdict.REMOVE
