from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importers_cast import ONE_FILE, load, load_all

from consultant.knowledge.icd10cm import IcdRow, Level
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind, Setting

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    folder = tmp_path_factory.mktemp("official")
    load_all(folder / "official.sqlite", folder / "articles.zip")
    with closing(Official.open(folder / "official.sqlite")) as opened:
        yield opened


def test_a_diagnosis_has_the_notes_of_all_above_it(official):
    found = official.diagnosis("X01.0XXA", DAY)

    assert (found.title, found.level, found.billable) == ("Invented illness, mild, initial encounter", Level.EXTENDED, True)
    assert found.ancestors == ("X01.0", "X01", "X01-X01", "20")
    assert [(note.text, note.code) for note in found.excludes1] == [("severe one (X01.1-)", "X01.0")]
    assert [note.code for note in found.excludes2] == ["20"]
    assert dict(found.seventh_characters)["D"] == "subsequent encounter/any later one"


def test_of_one_release_the_order_file_knows_best_what_may_be_reported(official):
    assert official.diagnosis("X01.0", DAY).billable is False
    assert official.billable("X01.0", DAY) is True
    assert official.billable("X01", DAY) is False
    assert official.billable("X01.9", DAY) is False
    assert official.billable("X01.0", date(2025, 9, 30)) is None


def test_index_lines_are_found_by_the_beginning_of_their_main_term(official):
    assert [entry.terms[-1] for entry in official.index("ILL", DAY)] == [
        "Illness, ill (invented) (made up)",
        "mild (small) kind",
        "with",
        "whistle",
        "Illusion",
    ]
    assert [entry.see_also for entry in official.index("illusion", DAY)] == ["Invention"]
    assert len(official.index("ill", DAY, limit=2)) == 2
    assert official.index("", DAY) == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quarters=st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
    days=st.lists(st.integers(0, 3_000), min_size=1, max_size=20),
)
def test_over_several_editions_the_units_of_the_day_are_told(tmp_path_factory, quarters, days):
    folder = tmp_path_factory.mktemp("editions")
    starts = {}
    for number in quarters:
        start = date(2018 + number // 4, number % 4 * 3 + 1, 1)
        path = folder / f"MCR_MUE_PractitionerServices_Eff_{start:%m-%d-%Y}.csv"
        path.write_text(
            f"HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n10001,{number},2 x,y\n"
        )
        load(Kind.MUE, path, folder / "official.sqlite")
        starts[start] = number
    with closing(Official.open(folder / "official.sqlite")) as official:
        for offset in days:
            day = date(2018, 1, 1) + timedelta(days=offset)
            begun = [start for start in starts if start <= day]
            found = official.mue("10001", day)

            assert (found and (found.units, found.edition.effective)) == ((starts[max(begun)], max(begun)) if begun else None)
            assert official.has(Kind.MUE, day, Setting.PRACTITIONER) == bool(begun)


@pytest.fixture
def knowledge(official):
    row = IcdRow("X01.0", "Built in", Level.SUBCATEGORY, parent="", chapter="", billable=True)
    made = Knowledge.of((), (), icd10cm=[row])
    made.official = official
    return made


def test_knowledge_has_empty_official_tables_unless_some_are_given():
    assert Knowledge.of((), ()).official.editions() == ()


def test_a_page_of_a_code_shows_what_the_official_tables_tell(small_file, tmp_path):
    path = tmp_path / ONE_FILE[Kind.MUE].name
    path.write_bytes(ONE_FILE[Kind.MUE].read_bytes().replace(b"10001,", b"77080,"))
    load(Kind.MUE, path, tmp_path / "official.sqlite")
    with closing(Knowledge.open(small_file, official=Official.open(tmp_path / "official.sqlite"))) as knowledge:
        pages = [knowledge.code("77080", day).official.mues for day in (None, DAY, date(2026, 3, 31))]
        diagnosis = knowledge.code("M81.0", DAY)

    assert [[(mue.units, mue.edition.name) for mue in mues] for mues in pages] == [[(1, "2026 Q2")], [(1, "2026 Q2")], []]
    assert diagnosis.official is None


def test_a_diagnosis_of_a_day_is_that_of_the_release_in_force(knowledge):
    knowledge.editions["icd10cm"] = "2025-04-01"

    assert knowledge.diagnosis("X01.0").title == "Built in"
    assert knowledge.diagnosis("X01.0", date(2025, 9, 30)).title == "Built in"
    assert knowledge.diagnosis("X01.0", DAY).title == "Invented illness, mild"
    assert (knowledge.billable("X01.8XXA"), knowledge.billable("X01.8XXA", DAY)) == (False, True)
    assert [knowledge.icd10cm_edition(day) for day in (None, date(2025, 9, 30), DAY)] == ["2025-04-01", "2025-04-01", "2025-10-01"]


def test_a_newer_release_built_in_wins_from_its_own_day_on(knowledge):
    knowledge.editions["icd10cm"] = "2026-04-01"

    assert knowledge.diagnosis("X01.0", date(2026, 3, 31)).title == "Invented illness, mild"
    assert knowledge.diagnosis("X01.0", date(2026, 4, 1)).title == "Built in"
