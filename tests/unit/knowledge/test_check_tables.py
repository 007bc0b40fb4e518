"""Each check of authored knowledge: confirmed, contradicted, and not checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pages_cast import FAMILIES, FEES, MUE, PAIRS, PTP, RVU, TAXONOMIES, UNITS, open_book, write_official, write_rows, write_sources

from consultant.knowledge.check.authored import Authored
from consultant.knowledge.check.check import CHECKS, check
from consultant.knowledge.verdict import Outcome, counted, only


@pytest.fixture
def checked(tmp_path):
    """The verdicts of one check; ``family`` changes the text of the DXA family, the rest goes to `write_official`."""

    def run(name: str, *, family: tuple[str, str] = ("", ""), on: date = date(2026, 11, 20), loaded: bool = True, **tables: Any):  # noqa: ANN401  (whatever write_official takes)
        text = FAMILIES["dxa"].replace(*family)
        neighbours = {"neighbours": tables.pop("neighbours")} if "neighbours" in tables else {}
        written = write_sources(tmp_path / "root", dxa=text, **neighbours)
        folder = write_official(tmp_path / "files", **tables) if loaded else None
        verdicts = check(Authored(written, open_book(written, folder, on=on)))
        return [verdict for verdict in verdicts if verdict.check == name]

    return run


def outcomes(verdicts) -> dict[str, Outcome]:
    return {verdict.about: verdict.outcome for verdict in verdicts}


def sides(verdicts) -> tuple[str, str, str, str]:
    (found,) = only(verdicts, Outcome.CONTRADICTION)
    return found.said.text, found.said.source, found.known.text, found.known.source


def test_every_check_has_a_name_of_its_own_and_the_table_tells_what_it_compares():
    assert len({row.id for row in CHECKS}) == len(CHECKS)
    assert all(row.compares for row in CHECKS)


def test_without_official_tables_nothing_is_contradicted_and_nothing_of_theirs_is_confirmed(tmp_path):
    written = write_sources(tmp_path)
    counts = counted(check(Authored(written, open_book(written))))

    for name in (
        "exists",
        "status",
        "global-days",
        "component",
        "bilateral",
        "units",
        "bundles",
        "taxonomies",
        "places",
        "descriptors",
    ):
        assert {*counts[name]} == {Outcome.UNCHECKED}, name
    assert Outcome.CONTRADICTION not in {outcome for each in counts.values() for outcome in each}


class TestCodes:
    def test_codes_that_a_table_lists_exist(self, checked):
        assert outcomes(checked("exists")) == {"77080": "confirmed", "77081": "confirmed", "76977": "confirmed"}

    def test_a_live_code_that_fee_schedule_and_units_both_leave_out_is_a_contradiction(self, checked):
        found = checked("exists", fees=FEES[:2], units=UNITS[:1])

        assert outcomes(found)["77081"] == Outcome.CONTRADICTION
        assert found[1].known.source == f"{RVU}, {MUE}"

    def test_a_code_that_is_younger_than_the_tables_is_not_checked(self, checked):
        found = checked("exists", family=("facts: {effective: 2007-01-01}}\n          - code: 77082", "facts: {effective: 2026-10-01}}\n          - code: 77082"), fees=FEES[:2], units=UNITS[:1])  # fmt: skip  # noqa: E501  (one place of the text)

        assert outcomes(found)["77081"] == Outcome.UNCHECKED

    def test_with_one_of_two_tables_a_code_that_it_leaves_out_is_not_checked(self, checked):
        assert outcomes(checked("exists", fees=FEES[:2], units=()))["77081"] == Outcome.UNCHECKED

    def test_a_deleted_code_that_no_later_table_lists_is_confirmed(self, checked):
        assert outcomes(checked("dates")) == {"77082": Outcome.CONFIRMED}

    def test_a_deleted_code_that_a_later_table_prices_is_a_contradiction(self, checked):
        said, source, known, table = sides(checked("dates", fees=(*FEES, ("77082", "", "A", "1", "XXX", "0"))))

        assert said == "77082 ended; the first day without it is 2015-01-01"
        assert source.startswith("families/radiology/dxa.yaml:")
        assert known.startswith("it is listed with status A")
        assert table == RVU

    def test_neighbours_are_looked_up_too(self, checked):
        neighbours = (
            'procedures:\n  - {code: 99213, plain: "Office visit"}\n  - {code: 99201, plain: "Office visit, new patient"}\n'
        )

        assert outcomes(checked("neighbours", neighbours=neighbours)) == {"99213": "confirmed", "99201": "unchecked"}


class TestFeeSchedule:
    @pytest.mark.parametrize(
        ("check", "family", "said", "known"),
        [
            ("status", ("status: A", "status: N"), "status N (not covered by Medicare)", "status A (paid"),
            ("global-days", ("global_days: XXX", "global_days: 010"), "global days 010", "global days XXX"),
            ("component", ("professional_technical: 1", "professional_technical: 9"), "component 9", "component 1"),
            ("bilateral", ("bilateral: 0", "bilateral: 1"), "bilateral 1", "bilateral 0"),
        ],
    )
    def test_a_wrong_indicator_is_shown_with_both_sides_and_sources(self, checked, check, family, said, known):
        found = only(checked(check, family=family), Outcome.CONTRADICTION)

        assert [verdict.about for verdict in found] == ["77080", "77081"]
        assert found[0].said.text.startswith(said)
        assert found[0].said.source.endswith(", from RVU25D, October 2025")
        assert found[0].known.text.startswith(known)
        assert found[0].known.source == RVU

    def test_indicators_that_agree_are_confirmed_and_what_nobody_writes_is_told_as_not_written(self, checked):
        assert outcomes(checked("status")) == {"77080": "confirmed", "77081": "confirmed", "76977": "unsaid"}

    def test_a_code_that_the_schedule_does_not_list_is_not_checked(self, checked):
        assert outcomes(checked("status", fees=FEES[:2]))["77081"] == Outcome.UNCHECKED


class TestUnits:
    def test_a_wrong_number_of_units_is_a_contradiction(self, checked):
        said, _, known, table = sides(checked("units", family=("units: 1,", "units: 3,"), units=UNITS[:1]))

        assert (said, known, table) == ("MUE 3", "MUE 1", MUE)

    def test_a_wrong_way_of_counting_is_a_contradiction_of_its_own(self, checked):
        said, _, known, _ = sides(checked("units", family=("units_adjudication: 2", "units_adjudication: 3"), units=UNITS[:1]))

        assert said.startswith("MAI 3 (counted over the day, clinical")
        assert known.startswith("MAI 2 (counted over the day, absolute")


class TestBundles:
    def test_a_pair_with_the_same_indicator_is_confirmed(self, checked):
        assert outcomes(checked("bundles")) == {"77080 77081": Outcome.CONFIRMED}

    @pytest.mark.parametrize(
        ("pair", "known"),
        [
            (("77080", "77081", "9999-12-31", 0), "column 1 77080, column 2 77081, indicator 0 (no modifier makes both payable)"),
            (("77081", "77080", "9999-12-31", 1), "column 1 77081, column 2 77080, indicator 1"),
            (("77080", "76977", "9999-12-31", 1), "no edit between the two is in force"),
            (("77080", "77081", "2020-12-31", 1), "no edit between the two is in force"),
        ],
    )
    def test_another_indicator_direction_or_no_edit_is_a_contradiction(self, checked, pair, known):
        found = sides(
            [v for v in checked("bundles", pairs=(pair, ("77080", "99213", "9999-12-31", 1))) if v.about == "77080 77081"]
        )

        assert found[0] == "column 1 77080, column 2 77081, indicator 1 (both can be paid with a proper modifier and documentation)"
        assert found[2].startswith(known)
        assert found[3] == PAIRS

    def test_a_pair_for_which_no_table_was_consulted_contradicts_nothing(self, checked):
        found = checked("bundles", family=("indicator: 1, ", ""), pairs=(("77080", "99213", "9999-12-31", 1),))

        assert outcomes(found) == {"77080 77081": Outcome.UNCHECKED}

    def test_an_edit_between_siblings_that_nobody_writes_is_told(self, checked):
        removed = FAMILIES["dxa"][FAMILIES["dxa"].index("        bundles:") : FAMILIES["dxa"].index("        related:")]

        assert outcomes(checked("bundles", family=(removed, ""), pairs=PTP)) == {"77080 77081": Outcome.UNSAID}


class TestTheRest:
    def test_26_on_a_family_of_which_no_code_splits_is_a_contradiction(self, checked):
        fees = [(code, modifier, status, "9", days, both) for code, modifier, status, _, days, both in FEES]
        said, _, known, _ = sides(checked("modifier-uses", fees=fees))

        assert (said, known) == ("26 comes up with dxa", "of its codes none can take 26")

    def test_taxonomies_are_compared_by_number_and_name(self, checked):
        assert outcomes(checked("taxonomies")) == {"2085R0202X": Outcome.CONFIRMED}
        said, _, known, _ = sides(checked("taxonomies", taxonomies=(("2085R0202X", "Dentistry", "Oral Surgery"),)))
        assert (said, known) == ("2085R0202X is 'Diagnostic Radiology'", "2085R0202X is 'Oral Surgery Physician'")

    def test_a_taxonomy_number_that_does_not_exist_is_a_contradiction(self, checked):
        assert sides(checked("taxonomies", taxonomies=TAXONOMIES[1:]))[2] == "there is no taxonomy 2085R0202X"

    def test_places_are_compared_by_rate_and_an_assigned_one_that_is_missing_is_told(self, checked):
        places = (("11", "Facility", "Office"), ("22", "Facility", "Hospital"), ("23", "Facility", "Emergency Room"))
        found = checked("places", places=places)

        assert outcomes(found) == {"11": "contradiction", "22": "confirmed", "23": "unsaid"}

    def test_add_on_claims_are_compared_with_the_edits(self, checked, tmp_path):
        (tmp_path / "files").mkdir()
        rows = [("77080", "77081", 1)]
        write_rows(tmp_path / "files" / "add_on_pairs_2024-06.csv", ["primary_code", "add_on_code", "aoc_edit_type"], rows)
        added = ("when: {measured: peripheral}, facts: {", "when: {measured: peripheral}, facts: {add_on_to: [76977], ")

        assert outcomes(checked("add-on")) == {"77081": Outcome.UNSAID}
        assert sides(checked("add-on", family=added))[2] == "77081 is added to 77080"

    def test_an_add_on_code_of_the_fee_schedule_that_the_edits_leave_out_is_not_checked(self, checked, tmp_path):
        (tmp_path / "files").mkdir()
        rows = [("77080", "99999", 1)]
        write_rows(tmp_path / "files" / "add_on_pairs_2024-06.csv", ["primary_code", "add_on_code", "aoc_edit_type"], rows)
        added = ("when: {measured: peripheral}, facts: {", "when: {measured: peripheral}, facts: {add_on_to: [76977], ")
        fees = [(*row[:4], "ZZZ", row[5]) if row[0] == "77081" else row for row in FEES]

        assert outcomes(checked("add-on", family=added)) == {"77081": Outcome.CONTRADICTION}
        assert outcomes(checked("add-on", family=added, fees=fees)) == {"77081": Outcome.UNCHECKED}

    def test_disputed_facts_are_listed_and_are_no_contradictions(self, checked):
        (found,) = checked("disputed")

        assert (found.about, found.outcome, found.said.text) == (
            "76977",
            "disputed",
            "One page says two units, another one says one.",
        )

    def test_own_words_that_follow_a_licensed_descriptor_are_refused_without_showing_it(self, checked, tmp_path):
        (tmp_path / "files").mkdir()
        words = "Dual thing, DXA bone density of hip, spine or pelvis"
        (tmp_path / "files" / "LONGULT.txt").write_text(f"77080\t{words}\n77081\tSomething else entirely\n")
        found = checked("descriptors")

        assert outcomes(found)["77081"] == Outcome.CONFIRMED
        said, _, known, _ = sides(found)
        assert (said, known) == ("77080 in own words", "8 words in a row are the same as in the descriptor")

    def test_diagnoses_are_those_of_icd10cm(self, checked):
        assert outcomes(checked("diagnoses")) == {"M81.0": Outcome.CONFIRMED, "M81.8": Outcome.CONFIRMED}
