"""What the checks find on made-up pages, and that each line shows both sides with their sources."""

from __future__ import annotations

from contextlib import closing

import pytest
from pages_cast import FEES, PAGES, RVU, open_book, write_official, write_sources

from consultant.knowledge.pages_read.compare import CHECKS, compare
from consultant.knowledge.pages_read.read import read, read_file
from consultant.knowledge.verdict import Outcome, only


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    fees = (*FEES, ("77082", "", "D", "9", "XXX", "0"))
    made = open_book(write_sources(folder / "root"), write_official(folder / "files", fees=fees))
    with closing(made.knowledge):
        yield made


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The same knowledge without any official table."""
    made = open_book(write_sources(tmp_path_factory.mktemp("bare")))
    with closing(made.knowledge):
        yield made


@pytest.fixture(scope="module")
def overview(book):
    return compare(read_file(PAGES / "overview-77081.txt"), book)


def found(comparison, check: str) -> dict[str, str]:
    return {verdict.about: verdict.outcome.value for verdict in comparison.verdicts if verdict.check == check}


def known(comparison, about: str, check: str) -> str:
    return next(verdict.known.text for verdict in comparison.contradictions if (verdict.about, verdict.check) == (about, check))


def test_every_check_has_a_name_of_its_own():
    assert len({row.id for row in CHECKS}) == len(CHECKS)


def test_a_deleted_code_shown_as_live_is_a_contradiction(book):
    comparison = compare(read_file(PAGES / "description-77082.txt"), book)
    (verdict,) = [one for one in comparison.verdicts if one.check == "in-force"]

    assert verdict.outcome == Outcome.CONTRADICTION
    assert (verdict.said.text, verdict.said.source) == (
        "77082 is explained as a code in use (copyright 2026)",
        "description-77082.txt:19",
    )
    assert (verdict.known.text, verdict.known.source) == ("deleted on 2015-01-01; replaced by 77080", "family dxa")


def test_a_page_that_says_that_its_code_is_deleted_is_right(book):
    comparison = compare(read_file(PAGES / "admits-77082.txt"), book)

    assert found(comparison, "in-force") == {"77082": "confirmed"}
    assert comparison.contradictions == ()


def test_related_codes_are_live_dead_or_unknown(overview):
    assert found(overview, "in-force") == {
        "77081": "confirmed",
        "77082": "contradiction",
        "76977": "confirmed",
        "77080": "confirmed",
        "99999": "unchecked",
        "12345": "unchecked",
    }


def test_a_code_under_the_words_of_another_site_is_a_contradiction(overview):
    assert found(overview, "wording")["76977"] in {"contradiction", "confirmed"}
    sites = [verdict for verdict in overview.contradictions if verdict.check == "wording"]
    assert [(verdict.about, verdict.said.text) for verdict in sites] == [("76977", "76977 is given the site 'hip'")]
    assert (sites[0].known.text, sites[0].known.source) == ("76977: Ultrasound bone density of the heel", "family ultrasound")


def test_words_for_a_code_that_nobody_describes_can_be_neither_right_nor_wrong(overview):
    (verdict,) = [one for one in overview.verdicts if (one.check, one.about) == ("wording", "99999")]

    assert verdict.outcome == Outcome.UNCHECKED
    assert "fee schedule and edit tables tell no sites" in verdict.known.text


def test_modifiers_are_compared_with_the_indicators_of_the_code(overview):
    assert found(overview, "component") == {"26": "confirmed", "TC": "confirmed"}
    assert found(overview, "both-sides") == {"50": "contradiction"}
    assert found(overview, "global-days") == {"54": "contradiction"}
    assert known(overview, "54", "global-days") == "global days XXX: no global period"


def test_26_and_tc_on_a_code_that_does_not_split_are_contradictions(book, tmp_path):
    page = read((PAGES / "overview-77081.txt").read_text().replace("77081", "99213"), name="visit")
    verdicts = [one for one in compare(page, book).verdicts if one.check == "component"]

    assert [(one.about, one.outcome.value, one.known.source) for one in verdicts] == [
        ("26", "contradiction", RVU),
        ("TC", "contradiction", RVU),
    ]


def test_a_visit_modifier_on_a_picture_is_a_contradiction_and_on_a_visit_it_is_not(overview, book):
    assert found(overview, "modifier") == {"27": "contradiction", "Q2": "unchecked"}
    assert known(overview, "27", "modifier") == "27 (Several visits) stands only on 99202-99215, G0463; never: On an imaging code."
    page = read((PAGES / "overview-77081.txt").read_text().replace("77081", "99213"), name="visit")
    assert found(compare(page, book), "modifier")["27"] == "confirmed"


def test_taxonomy_numbers_stand_under_their_own_names(overview):
    assert found(overview, "taxonomy") == {
        "2085R0202X": "confirmed",
        "207RR0500X": "contradiction",
        "2085X9999X": "contradiction",
        "20-85": "contradiction",
    }
    assert known(overview, "207RR0500X", "taxonomy") == "207RR0500X is 'Rheumatology Physician'"


def test_diagnosis_codes_exist_and_are_complete(overview):
    assert found(overview, "diagnosis-code") == {
        "M81.0": "confirmed",
        "M80.0": "contradiction",
        "M81.9X": "contradiction",
        "M81.8": "confirmed",
    }
    assert known(overview, "M80.0", "diagnosis-code").endswith("not a complete code; complete codes below it are M80.08XA …")
    assert known(overview, "M81.9X", "diagnosis-code").startswith("there is no code M81.9X; M81 is 'Osteoporosis without")


def test_titles_of_diagnoses_agree_by_their_words(overview):
    assert found(overview, "diagnosis-title") == {"M81.0": "confirmed", "M80.0": "confirmed", "M81.8": "contradiction"}


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Senile osteoporosis", "confirmed"),
        ("Osteoporosis, age-related, without current pathological fracture", "confirmed"),
        ("Age-related osteoporosis with current pathological fracture", "contradiction"),
        ("Age-related osteoporosis", "contradiction"),
    ],
)
def test_a_word_more_or_less_in_a_title_is_told(book, words, outcome):
    text = f"Billing Code Overview\nCPT code 77080 is DXA.\n| ICD-10 Code | Description |\n|---|---|\nM81.0 | {words} |\n"

    assert found(compare(read(text, name="page"), book), "diagnosis-title") == {"M81.0": outcome}


def test_filler_and_broken_tables_are_told_as_such(overview):
    lines = [verdict.said.text for verdict in only(overview.verdicts, Outcome.FILLER)]

    assert lines == ["'Coming soon' (once)", "'Data not available in the input' (once)", "a table breaks off here"]


def test_a_status_that_the_page_does_not_tell_is_told(tmp_path):
    fees = [row if row[0] != "77081" else ("77081", "", "N", "9", "XXX", "9") for row in FEES]
    book = open_book(write_sources(tmp_path / "root"), write_official(tmp_path / "files", fees=fees))
    (verdict,) = only(compare(read_file(PAGES / "overview-77081.txt"), book).verdicts, Outcome.UNSAID)

    assert (verdict.said.text, verdict.known.text) == ("the Medicare status is not told", "status N: not covered by Medicare")


def test_without_tables_the_families_are_asked_and_the_rest_is_not_checked(bare):
    comparison = compare(read_file(PAGES / "overview-77081.txt"), bare)

    assert found(comparison, "component") == {"26": "confirmed", "TC": "confirmed"}
    assert found(comparison, "taxonomy")["207RR0500X"] == "unchecked"
    assert found(comparison, "in-force")["77082"] == "contradiction"
