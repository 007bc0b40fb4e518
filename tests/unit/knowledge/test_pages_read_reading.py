from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages_cast import PAGES

from consultant.errors import KnowledgeError
from consultant.knowledge.pages_read.facts import facts_of
from consultant.knowledge.pages_read.page import PageKind
from consultant.knowledge.pages_read.read import read, read_file
from consultant.model.coding import System


@pytest.fixture(scope="module")
def overview():
    return read_file(PAGES / "overview-77081.txt")


def test_an_overview_page_gives_its_code_labels_and_kind(overview):
    assert (overview.kind, overview.code, overview.system) == (PageKind.OVERVIEW, "77081", System.CPT)
    assert overview.service_type == "Picture of a bone"
    assert overview.sites == "Office, or the back room of a shop"


def test_the_tables_of_an_overview_page_are_read_with_their_lines(overview):
    assert [row.code for row in overview.modifiers] == ["26", "TC", "50", "54", "27", "Q2"]
    assert overview.modifiers[0].remark == "When only the reading was done."
    assert [row.code for row in overview.taxonomies] == ["2085R0202X", "207RR0500X", "2085X9999X", "20-85"]
    assert [row.code for row in overview.diagnoses] == ["M81.0", "M80.0", "M81.9X", "M81.8"]
    assert [row.code for row in overview.procedures] == ["77082", "76977", "77080", "99999", "12345"]
    lines = (PAGES / "overview-77081.txt").read_text().splitlines()
    assert lines[overview.diagnoses[2].line - 1].startswith("M81.9X")


def test_a_table_that_breaks_off_is_told(overview):
    assert overview.cut_short == overview.procedures[-1].line


def test_filler_is_told_with_its_lines(overview):
    assert [(filler.text, len(filler.lines)) for filler in overview.filler] == [
        ("Coming soon", 1),
        ("Data not available in the input", 1),
    ]


def test_a_description_page_gives_its_code_year_and_explanation():
    page = read_file(PAGES / "description-77082.txt")

    assert (page.kind, page.code, page.year) == (PageKind.DESCRIPTION, "77082", 2026)
    assert page.explanation.startswith("The CPT® Code 77082 refers to a DXA picture of the spine")
    assert page.descriptor == "Made-up words for a look at the backbone with two beams of X-rays"
    assert "99213" not in page.prose


def test_the_facts_as_data_never_hold_the_official_description():
    facts = facts_of(read_file(PAGES / "description-77082.txt"))

    assert facts["official_description"] is True
    assert "backbone" not in str(facts)


def test_line_ends_labels_on_lines_of_their_own_and_leading_bars_do_not_matter():
    page = read_file(PAGES / "crlf-g0130.txt")

    assert (page.code, page.system) == ("G0130", System.HCPCS)
    assert (page.service_type, page.sites) == ("Measurement", "Office")
    assert [(row.code, row.words, row.remark) for row in page.modifiers] == [("26", "Reading", "Reading only")]
    assert page.cut_short is None


@pytest.mark.parametrize("name", ["no-page.txt", "nowhere.txt"])
def test_what_is_no_page_is_refused_in_one_line(name):
    with pytest.raises(KnowledgeError, match=r"^[^\n]+; [^\n]+$"):
        read_file(PAGES / name)


def test_a_page_about_a_diagnosis_code_is_read():
    page = read("Billing Code Overview\nICD-10-CM code M81.0 describes brittle bones.\n", name="m810")

    assert (page.code, page.system) == ("M81.0", System.ICD10CM)


def test_a_file_that_is_far_too_large_is_refused(tmp_path):
    (tmp_path / "book.txt").write_bytes(b"x" * 2_000_001)

    with pytest.raises(KnowledgeError, match="too large"):
        read_file(tmp_path / "book.txt")


@given(st.text(alphabet=st.sampled_from("|CPT code7082:-\n© Related Diagnoses.M81"), max_size=300))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(KnowledgeError):
        assert read(f"Billing Code Overview\n{text}", name="any").code
