"""The five published pages that the project started from. They are not part of it: they stand beside the folder of real files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pages_cast import NOW

from consultant.knowledge.check.folder import load
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.pages_read.compare import Comparison, compare
from consultant.knowledge.pages_read.read import read_file
from consultant.knowledge.verdict import Outcome, only

REAL_FILES = Path(os.environ.get("CONSULTANT_REAL_FILES", ""))
SEEDS = REAL_FILES.parent / "seeds"
pytestmark = pytest.mark.skipif(
    not os.environ.get("CONSULTANT_REAL_FILES") or not SEEDS.is_dir(), reason="CONSULTANT_REAL_FILES has no seeds beside it"
)


@pytest.fixture(scope="module")
def book(tmp_path_factory, knowledge_file) -> Iterator[Book]:
    target = tmp_path_factory.mktemp("official") / "official.sqlite"
    load(REAL_FILES, target, now=NOW)
    with closing(Knowledge.open(knowledge_file, official=Official.open(target))) as knowledge:
        yield Book(knowledge, date(2026, 11, 20))


@pytest.fixture(scope="module")
def comparisons(book) -> dict[str, Comparison]:
    pages = [compare(read_file(path), book) for path in sorted(SEEDS.glob("0*.txt"))]
    return {f"{one.page.code} {one.page.kind}": one for one in pages}


def contradicted(comparison: Comparison, check: str) -> list[str]:
    return [verdict.about for verdict in comparison.contradictions if verdict.check == check]


def test_all_pages_are_read(comparisons):
    assert sorted(comparisons) == [
        "0743T description",
        "0749T description",
        "0749T overview",
        "0750T overview",
        "77082 description",
    ]


def test_the_deleted_code_shown_as_live_is_found_and_nothing_else_on_that_page(comparisons):
    found = comparisons["77082 description"].contradictions

    assert [(verdict.about, verdict.check) for verdict in found] == [("77082", "in-force")]


def test_the_wrong_diagnosis_codes_and_titles_are_found(comparisons):
    page = comparisons["0750T overview"]

    assert contradicted(page, "diagnosis-code") == ["M80.08", "S52.5XXA"]
    assert contradicted(page, "diagnosis-title") == ["Z79.899"]
    (steroids,) = [verdict for verdict in page.contradictions if verdict.about == "Z79.899"]
    assert "Z79.52" in steroids.known.text


def test_the_wrong_taxonomies_are_found(comparisons):
    assert len(contradicted(comparisons["0750T overview"], "taxonomy")) == 5


def test_the_wrong_modifiers_are_found(comparisons):
    page = comparisons["0750T overview"]

    assert contradicted(page, "component") == ["26", "TC"]
    assert contradicted(page, "modifier") == ["27"]


def test_the_wording_of_another_procedure_is_found(comparisons):
    assert contradicted(comparisons["0750T overview"], "wording") == ["73030"]


def test_filler_is_found_on_every_page(comparisons):
    assert all(only(one.verdicts, Outcome.FILLER) for one in comparisons.values())


def test_pages_without_wrong_facts_have_no_contradiction(comparisons):
    assert [len(comparisons[name].contradictions) for name in ("0743T description", "0749T description", "0749T overview")] == [
        0,
        0,
        0,
    ]
