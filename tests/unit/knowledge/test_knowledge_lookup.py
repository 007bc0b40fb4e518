from __future__ import annotations

import os
from datetime import date

import pytest

from consultant.knowledge import sources
from consultant.knowledge.icd10cm import IcdRow, Level
from consultant.knowledge.lookup import Knowledge


@pytest.fixture(scope="module")
def in_memory(written):
    read = sources.read(written)
    return Knowledge.of(read.families, read.concepts, modifiers=read.modifiers)


def test_families_are_found_by_id(small):
    assert small.family("dxa").title == "Bone density by DXA"
    with pytest.raises(KeyError):
        small.family("dexa")


def test_concepts_are_found_by_id(small):
    assert small.concept("dxa").phrases == ("dxa", "dexa")
    with pytest.raises(KeyError):
        small.concept("dexa")


@pytest.mark.parametrize(
    ("concept", "ancestor", "expected"),
    [
        ("lumbar-spine", "lumbar-spine", True),
        ("lumbar-spine", "spine", True),
        ("lumbar-spine", "axial-skeleton", True),
        ("axial-skeleton", "spine", False),
        ("heel", "axial-skeleton", False),
        ("nobody-wrote-it", "nobody-wrote-it", True),
        ("nobody-wrote-it", "spine", False),
        ("spine", "nobody-wrote-it", False),
    ],
)
def test_is_a_holds_for_a_concept_and_all_above_it(small, concept, ancestor, expected):
    assert small.is_a(concept, ancestor) is expected


def test_ancestors_hold_the_concept_itself(small):
    assert small.ancestors("lumbar-spine") == {"lumbar-spine", "spine", "axial-skeleton"}


@pytest.mark.parametrize(
    ("code", "families"),
    [
        ("77080", ["dxa"]),
        ("77082", ["dxa"]),
        ("M80.08XA", ["osteoporosis"]),
        ("M80.88XD", ["osteoporosis"]),
        ("M80.08XG", []),
        ("M81.0", ["osteoporosis"]),
        ("99999", []),
    ],
)
def test_families_of_a_code_are_those_that_write_or_fill_it(small, code, families):
    assert [family.id for family in small.families_of_code(code)] == families


def test_modifiers_are_found_by_their_two_characters(small):
    assert small.modifiers["59"].prefer == ("XS",)
    assert "27" not in small.modifiers


def test_rows_tell_how_much_there_is(small):
    assert small.rows == {"cpt": 4, "hcpcs": 0, "icd10cm": 74_719, "families": 3, "concepts": 14, "modifiers": 4}


def test_editions_name_tables_release_and_sources(small, written):
    assert small.editions == {
        "icd10cm": "2026-04-01",
        "knowledge": sources.digest(written)[:12],
        "mpfs": "RVU25D, October 2025",
    }


def test_knowledge_in_memory_answers_as_the_file_does(in_memory, small):
    assert in_memory.families == small.families
    assert in_memory.concepts == small.concepts
    assert in_memory.code("77080", date(2026, 11, 20)) == small.code("77080", date(2026, 11, 20))
    assert [hit.code for hit in in_memory.search("dexa of the spine")][:1] == ["77080"]


def test_without_rows_of_icd_10_cm_every_code_that_the_families_fill_exists(in_memory):
    assert in_memory.billable("M80.08XA")
    assert in_memory.diagnosis("M81.0").title == "Osteoporosis by age without a fracture now"
    assert in_memory.diagnosis("E11.9") is None


def test_with_rows_of_icd_10_cm_only_these_exist(written):
    read = sources.read(written)
    row = IcdRow("M81.0", "Osteoporosis", Level.SUBCATEGORY, parent="", chapter="13", billable=True)
    knowledge = Knowledge.of(read.families, read.concepts, icd10cm=[row])

    assert knowledge.families_of_code("M81.0") == (knowledge.family("osteoporosis"),)
    assert knowledge.families_of_code("M80.08XA") == ()


def test_knowledge_of_nothing_knows_nothing():
    knowledge = Knowledge.of((), ())

    assert knowledge.search("osteoporosis") == ()
    assert knowledge.code("77080") is None


def test_a_forked_process_reads_through_connections_of_its_own(small):
    assert small.billable("M81.0")
    child = os.fork()
    if child == 0:
        os._exit(0 if small.billable("M80.08XA") and small._reader._process == os.getpid() else 1)

    assert os.waitpid(child, 0)[1] == 0
