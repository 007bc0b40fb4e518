from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from io import StringIO

import pytest
from pages_cast import FEES, RVU, open_book, write_official, write_rows, write_sources
from rich.console import Console

from consultant.commands import code_page_text
from consultant.knowledge.code_page import row as code_page
from consultant.knowledge.lookup import Knowledge

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("code-page")
    files = folder / "files"
    files.mkdir()
    write_rows(files / "add_on_pairs_2024-06.csv", ["primary_code", "add_on_code", "aoc_edit_type"], [("99213", "76977", 1)])
    pairs = (("77080", "77081", "9999-12-31", 1), ("76977", "77080", "9999-12-31", 0))
    book = open_book(write_sources(folder / "root"), write_official(files, pairs=pairs))
    with closing(book.knowledge) as knowledge:
        yield knowledge


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    with closing(open_book(write_sources(tmp_path_factory.mktemp("bare"))).knowledge) as knowledge:
        yield knowledge


def shown(row: dict, width: int) -> str:
    """The page as a terminal of this width shows it."""
    out = StringIO()
    console = Console(file=out, width=width, highlight=False)
    code_page_text.show(row, console)
    return out.getvalue()


def row(knowledge: Knowledge, code: str, on: date = DAY) -> dict:
    found = code_page.row_of(knowledge, code, on)
    assert found is not None
    return found


class TestProcedure:
    def test_it_tells_what_families_write(self, loaded):
        page = row(loaded, "77080")

        assert page["plain"] == "DXA bone density of hip, spine or pelvis"
        assert (page["service_type"], page["context"]) == ("Diagnostic imaging", "A person at risk of weak bones is measured.")
        assert page["sites_of_service"][0] == {"place": "11", "name": "Office", "facility": False}
        assert page["taxonomies"] == [{"code": "2085R0202X", "name": "Diagnostic Radiology"}]
        assert page["modifiers"] == [{"modifier": "26", "title": "Reading", "when": "only the reading was done"}]
        assert page["needs"] == ["hip or spine was measured"]

    def test_related_codes_have_their_plain_words_whoever_writes_them(self, loaded):
        assert row(loaded, "77080")["related"] == [
            {"code": "76977", "plain": "Ultrasound bone density of the heel"},
            {"code": "99213", "plain": "Office visit of an established patient"},
        ]

    def test_it_tells_medicare_in_words_with_the_edition(self, loaded):
        medicare = row(loaded, "77080")["medicare"]

        assert medicare["indicators"][0] == {
            "name": "status",
            "value": "A",
            "means": "paid separately under the physician fee schedule when covered",
            "source": RVU,
        }
        assert (medicare["units"]["units"], medicare["units"]["adjudication"]) == (1, "2")

    def test_without_tables_it_tells_what_families_wrote_and_from_where(self, bare):
        medicare = row(bare, "77080")["medicare"]

        assert medicare["indicators"][0]["source"] == "RVU25D, October 2025, in the family dxa"
        assert medicare["units"]["source"] == "family dxa"

    def test_prices_are_national_amounts_and_none_where_the_schedule_has_none(self, loaded):
        whole = row(loaded, "77080")["official"]["fees"][0]

        assert (whole["amount_non_facility"], whole["amount_facility"]) == ("39.14", None)

    def test_edits_that_no_family_writes_are_shown_beside_those_that_one_writes(self, loaded):
        page = row(loaded, "77080")

        assert [(one["other"], one["indicator"]) for one in page["not_with"]] == [("77081", "1")]
        assert [(one["other"], one["column_1"], one["indicator"]) for one in page["edits"]] == [("76977", "76977", "0")]

    def test_a_deleted_code_names_its_successors_and_is_in_force_on_an_older_date(self, loaded):
        today, then = row(loaded, "77082"), row(loaded, "77082", date(2014, 6, 1))

        assert (today["live"], then["live"]) == (False, True)
        assert today["dates"]["ended"] == "2015-01-01"
        assert [one["code"] for one in today["dates"]["successors"]] == ["77080"]

    def test_an_add_on_code_tells_its_primaries(self, loaded):
        assert row(loaded, "76977")["medicare"]["add_on_to"]["codes"] == ["99213"]

    def test_a_code_that_only_tables_know_has_a_page_of_tables(self, loaded):
        page = row(loaded, "99213")

        assert (page["family"], page["live"], page["medicare"]["indicators"][0]["value"]) == ("", True, "A")

    def test_a_code_that_nobody_knows_has_no_page(self, loaded, bare):
        assert code_page.row_of(loaded, "12345", DAY) is None
        assert code_page.row_of(loaded, "M99.99", DAY) is None
        assert code_page.row_of(bare, "29881", DAY) is None


class TestWhatIsNotKnown:
    def test_each_table_that_is_missing_is_named(self, bare):
        told = " ".join(row(bare, "76977")["not_known"])

        for words in (
            "Medicare status: no fee schedule is loaded",
            "no table of units is loaded",
            "no table of NCCI pairs is loaded",
        ):
            assert words in told
        assert "Which diagnoses usually support it." in told

    def test_what_is_known_is_not_said_to_be_unknown(self, loaded):
        told = " ".join(row(loaded, "77080")["not_known"])

        assert "status" not in told
        assert "diagnoses" not in told
        assert "no articles of the Medicare contractors are loaded" in told

    def test_a_table_that_does_not_list_the_code_is_named(self, tmp_path):
        book = open_book(write_sources(tmp_path / "root"), write_official(tmp_path / "files", fees=FEES[:2]))

        assert f"Its Medicare status: {RVU} does not list it." in row(book.knowledge, "76977")["not_known"]

    def test_a_date_outside_the_icd10cm_edition_is_told(self, bare):
        assert row(bare, "M81.0", date(2026, 5, 1))["not_known"] == []
        assert row(bare, "M81.0", date(2026, 11, 1))["not_known"] == [
            "Whether it is the same on 2026-11-01: the edition loaded is followed by another on 2026-10-01."
        ]
        assert row(bare, "M81.0", date(2026, 1, 1))["not_known"][0].startswith("Whether it was the same before 2026-04-01")


class TestDiagnosis:
    def test_a_heading_shows_what_is_below_it(self, bare):
        page = row(bare, "M80")

        assert page["billable"] is False
        assert [(one["code"], one["billable"], one["depth"]) for one in page["icd10cm"]["below"]] == [("M80.0", False, 0)]

    def test_a_chapter_has_a_page_too(self, bare):
        page = row(bare, "13")

        assert (page["title"], page["icd10cm"]["level"], page["billable"]) == ("Bones", "chapter", False)
        assert [one["code"] for one in page["icd10cm"]["below"]] == ["M80", "M81"]

    def test_a_complete_code_tells_its_place_notes_and_what_it_supports(self, bare):
        icd = row(bare, "M81.0")["icd10cm"]

        assert [one["code"] for one in icd["path"]] == ["13", "M81"]
        assert icd["excludes1"] == [{"text": "fractures (M80.-)", "at": "M81.0"}]
        assert icd["supports"] == [{"family": "dxa", "title": "Bone density by DXA"}]

    def test_the_dot_may_be_left_out(self, bare):
        assert row(bare, "M810")["code"] == "M81.0"

    def test_the_needs_of_a_code_from_a_template_are_those_of_that_code(self, small):
        assert row(small, "M80.08XD")["needs"] == ["there is a fracture now", "by age", "routine healing"]


class TestShown:
    @pytest.mark.parametrize("width", [60, 80, 120])
    @pytest.mark.parametrize("code", ["77080", "77082", "76977", "99213", "M80", "M81.0"])
    def test_no_line_is_wider_than_the_terminal(self, loaded, code, width):
        lines = shown(row(loaded, code), width).splitlines()

        assert max(len(line) for line in lines) <= width
        assert code in lines[1]

    def test_a_deleted_code_is_marked_and_shows_what_to_use_instead_first(self, loaded):
        text = shown(row(loaded, "77082"), 100)

        assert "not in force on 2026-11-20" in text
        assert text.index("Instead") < text.index("Mind" if "Mind" in text else "Dates")
        assert "Modifiers" not in text

    def test_a_code_that_is_not_yet_in_force_says_from_when(self, loaded):
        assert "in force only from 2007-01-01" in shown(row(loaded, "77080", date(2006, 6, 1)), 100)

    def test_everything_shown_is_in_the_json(self, loaded):
        page = json.loads(json.dumps(row(loaded, "77080")))

        assert {
            "modifiers",
            "diagnoses",
            "related",
            "not_with",
            "edits",
            "dates",
            "medicare",
            "official",
            "not_known",
            "editions",
        } <= {*page}
