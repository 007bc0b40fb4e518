from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from consultant.knowledge import icd10cm
from consultant.knowledge.icd10cm import Level

BLOCKS_CALLED_LIKE_A_CATEGORY = 39


def test_the_edition_is_the_release_of_april_2026(small):
    assert small.editions["icd10cm"] == "2026-04-01"


def test_all_billable_codes_of_the_release_are_there(small):
    assert small.rows["icd10cm"] == 74_719


@pytest.mark.parametrize(
    ("code", "title", "place"),
    [
        ("M81.0", "Age-related osteoporosis without current pathological fracture", (True, "M81", "13")),
        ("M81", "Osteoporosis without current pathological fracture", (False, "M80-M85", "13")),
        ("M80-M85", "Disorders of bone density and structure", (False, "13", "13")),
        ("13", "Diseases of the musculoskeletal system and connective tissue", (False, "", "13")),
        ("Z78.0", "Asymptomatic menopausal state", (True, "Z78", "21")),
        (
            "M80.08XA",
            "Age-related osteoporosis with current pathological fracture, vertebra(e), initial encounter for fracture",
            (True, "M80.08", "13"),
        ),
        ("B20", "Human immunodeficiency virus [HIV] disease", (True, "B20-B20", "1")),
        ("B20-B20", "Human immunodeficiency virus [HIV] disease", (False, "1", "1")),
    ],
)
def test_a_code_has_title_place_and_whether_it_may_be_reported(small, code, title, place):
    found = small.diagnosis(code)

    assert (found.title, (found.billable, found.parent, found.chapter)) == (title, place)


@pytest.mark.parametrize("code", ["M81.1", "M80.08XB", "77080", "m81.0", "M810", ""])
def test_a_code_that_is_not_in_the_release_is_none_and_not_billable(small, code):
    assert small.diagnosis(code) is None
    assert not small.billable(code)


@pytest.mark.parametrize("code", ["B20", "B99.8", "C50.911", "T14.8XXA", "O09.00", "Z68.1"])
def test_the_way_up_ends_even_where_block_and_category_share_a_name(small, code):
    ancestors = small.diagnosis(code).ancestors

    assert ancestors[-1].isdigit()
    assert len(set(ancestors)) == len(ancestors)


def test_every_code_of_the_tree_stands_below_its_parent_and_no_other(small):
    seen, open_ = 0, [str(number) for number in range(1, 23)]
    while open_:
        parent = open_.pop()
        children = small._reader.rows("SELECT code FROM code WHERE parent = ?", parent)
        seen += len(children)
        open_ += [child for (child,) in children]

    assert seen + 22 == small._reader.rows("SELECT count(*) FROM code WHERE system = 'ICD-10-CM'")[0][0]


def test_blocks_called_like_a_category_are_named_by_their_range(small):
    rows = small._reader.rows("SELECT count(*) FROM code WHERE level = 'block' AND substr(code, 1, 3) = substr(code, 5)")

    assert rows[0][0] == BLOCKS_CALLED_LIKE_A_CATEGORY


def test_children_come_in_book_order(small):
    assert [child.code for child in small.children("M81")] == ["M81.0", "M81.6", "M81.8"]
    assert [child.code for child in small.children("M80.08")] == [f"M80.08X{character}" for character in "ADGKPS"]
    assert small.children("M81.0") == ()


def test_notes_of_ancestors_apply_and_tell_where_they_stand(small):
    found = small.diagnosis("M80.08XA")

    assert ("pathological fracture NOS (M84.4)", "M80") in [(note.text, note.code) for note in found.excludes1]
    assert ("neoplasms (C00-D49)", "13") in [(note.text, note.code) for note in found.excludes2]
    assert [str(note) for note in found.includes] == ["osteoporosis with current fragility fracture"]
    assert "Senile osteoporosis with current pathological fracture" in [note.text for note in found.inclusion_terms]
    assert [note.text for note in found.use_additional] == ["code to identify major osseous defect, if applicable (M89.7-)"]
    assert found.is_below("M80")
    assert not found.is_below("M81")


def test_code_first_and_code_also_notes_are_there(small):
    assert [note.code for note in small.diagnosis("G63").code_first] == ["G63"] * len(small.diagnosis("G63").code_first)
    assert small.diagnosis("G63").code_first
    assert any(small.diagnosis(code).code_also for code in ("I50.9", "M00.9", "F45.42"))


def test_seventh_characters_are_those_of_the_nearest_ancestor(small):
    meanings = dict(small.diagnosis("M80.08").seventh_characters)

    assert meanings["A"] == "initial encounter for fracture"
    assert sorted(meanings) == list("ADGKPS")
    assert small.diagnosis("M81.0").seventh_characters == ()


@pytest.mark.parametrize(
    ("one", "other", "note"),
    [
        ("R29.890", "M81.0", "osteoporosis (M80-M81)"),
        ("R29.890", "M80.08XA", "osteoporosis (M80-M81)"),
        ("M81.0", "M80.08XA", "osteoporosis with current pathological fracture (M80.-)"),
        ("N95.1", "Z78.0", "asymptomatic menopausal state (Z78.0)"),
        ("G44.1", "R51.9", "headache NOS (R51.9)"),
        ("M54.50", "M51.26", "lumbago due to intervertebral disc displacement (M51.2-)"),
    ],
)
def test_excludes1_finds_the_note_in_either_order(small, one, other, note):
    assert small.excludes1(one, other) == note
    assert small.excludes1(other, one) == note


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M81.0", "Z79.83"),
        ("M81.0", "M81.0"),
        ("M80.08XA", "Z87.310"),
        ("D72.824", "D72.9"),
        ("M81.0", "X99.999"),
        ("X99.999", "M81.0"),
    ],
)
def test_excludes1_is_silent_where_there_is_no_note(small, one, other):
    assert small.excludes1(one, other) is None


def test_where_both_codes_exclude_the_other_the_note_of_the_first_is_told(small):
    assert small.excludes1("E11.9", "E10.9") == "type 1 diabetes mellitus (E10.-)"
    assert small.excludes1("E10.9", "E11.9") == "type 2 diabetes mellitus (E11.-)"


def test_an_excludes1_note_tells_where_it_stands(small):
    assert small.excludes1_note("M81.0", "R29.890").code == "R29.890"


def test_many_threads_may_look_up_at_once(small):
    codes = ["M81.0", "M80.08XA", "E11.9", "R29.890"] * 50
    with ThreadPoolExecutor(8) as pool:
        titles = list(pool.map(lambda code: small.diagnosis(code).title, codes))

    assert titles == [small.diagnosis(code).title for code in codes]


def test_the_release_of_the_package_is_what_the_file_holds(small):
    release = icd10cm.release()
    rows = {row.code: row for row in release.rows}

    assert release.edition == small.editions["icd10cm"]
    assert len(rows) == len(release.rows)
    assert sum(row.billable for row in release.rows) == small.rows["icd10cm"]
    assert rows["B20"].parent == "B20-B20"
    assert (rows["B20-B20"].level, rows["B20-B20"].parent) == (Level.BLOCK, "1")
    assert all(not row.parent or row.parent in rows for row in release.rows)
