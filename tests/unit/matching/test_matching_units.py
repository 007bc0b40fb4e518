"""Units, hierarchies and levels that are worked out of the words of a whole case."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.lookup import Knowledge
from consultant.matching.calculators.fifteens import by_eight_minutes, by_midpoint
from consultant.matching.calculators.half_hours import further_half_hours
from consultant.matching.calculators.infusions import Given, Kind, counted_by_rank, further_hours
from consultant.matching.calculators.medical_decisions import level_of
from consultant.matching.calculators.skin_biopsies import TECHNIQUES, first_and_further
from consultant.matching.match import Matcher

RECEIVED = date(2026, 11, 20)
MINUTES = st.lists(st.integers(0, 120), min_size=1, max_size=6)
GIVEN = st.lists(
    st.builds(Given, st.sampled_from(Kind), st.one_of(st.none(), st.integers(1, 400).map(float)), concurrent=st.booleans()),
    max_size=6,
)


@pytest.fixture(scope="session")
def read(knowledge: Knowledge):
    matcher = Matcher(knowledge)
    return lambda text: {(p.code, *p.modifiers): p.units for p in matcher.read(text, RECEIVED).procedures}


@given(MINUTES)
def test_the_units_of_a_day_are_those_of_all_its_minutes(minutes: list[int]):
    assert sum(by_eight_minutes(minutes)) == max((sum(minutes) + 7) // 15, sum(one // 15 for one in minutes))


@given(MINUTES)
def test_no_service_loses_a_whole_quarter_of_an_hour(minutes: list[int]):
    assert all(units >= one // 15 for units, one in zip(by_eight_minutes(minutes), minutes, strict=True))


@given(MINUTES)
def test_by_the_midpoint_each_service_stands_for_itself(minutes: list[int]):
    assert by_midpoint(minutes) == [units for one in minutes for units in by_midpoint([one])]


@pytest.mark.parametrize(("minutes", "units"), [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3)])
def test_eight_minutes_begin_a_unit(minutes: int, units: int):
    assert by_eight_minutes([minutes]) == by_midpoint([minutes]) == [units]


@given(GIVEN)
def test_an_encounter_has_one_first_service_at_most(given_: list[Given]):
    counts = counted_by_rank(given_)
    assert sum(number for name, number in counts.items() if name.endswith("-first")) <= 1
    assert min(counts.values()) >= 0


@given(GIVEN)
def test_something_running_at_the_same_time_counts_once(given_: list[Given]):
    assert counted_by_rank(given_)["infusion-concurrent"] <= 1


@pytest.mark.parametrize(("minutes", "hours"), [(30, 0), (60, 0), (90, 0), (91, 1), (150, 1), (151, 2)])
def test_a_further_hour_needs_more_than_thirty_minutes(minutes: float, hours: int):
    assert further_hours(minutes) == hours


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        ([Kind.HYDRATION, Kind.PUSH], "push-first"),
        ([Kind.PUSH, Kind.INFUSION], "infusion-first"),
        ([Kind.INFUSION, Kind.CHEMO_PUSH], "chemo-push-first"),
        ([Kind.CHEMO_PUSH, Kind.CHEMO_INFUSION], "chemo-infusion-first"),
    ],
)
def test_the_first_service_follows_the_order_of_kinds(kinds: list[Kind], first: str):
    assert counted_by_rank([Given(kind, 45.0) for kind in kinds])[first] == 1


@pytest.mark.parametrize(
    ("minutes", "begun", "full"), [(74, 0, 0), (75, 1, 0), (103, 1, 0), (104, 1, 1), (105, 2, 1), (133, 2, 1), (134, 2, 2)]
)
def test_payers_count_half_hours_of_critical_care_each_in_their_way(minutes: int, begun: int, full: int):
    assert (further_half_hours(minutes, "commercial"), further_half_hours(minutes, "medicare")) == (begun, full)


def test_hydration_of_half_an_hour_is_not_reported():
    assert not any(counted_by_rank([Given(Kind.HYDRATION, 30.0)]).values())


@given(st.lists(st.integers(1, 4), max_size=3))
def test_two_of_three_elements_reach_the_level(levels: list[int]):
    level = level_of(levels)
    assert level == 0 if len(levels) < 2 else sum(one >= level for one in levels) >= 2


@given(st.dictionaries(st.sampled_from(TECHNIQUES), st.integers(0, 5)))
def test_every_biopsy_is_one_line_unit(lesions: dict[str, int]):
    whole = {technique: lesions.get(technique, 0) for technique in TECHNIQUES}
    counts = first_and_further(whole)
    assert sum(counts.values()) == sum(whole.values())
    assert sum(counts[f"{technique}-first"] for technique in TECHNIQUES) == (sum(whole.values()) > 0)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Remicade 500 mg IV over 130 minutes. Five 100 mg vials.", {("J1745",): 50, ("96415",): 1}),
        ("Toradol 60 mg IM and Decadron 10 mg IM given.", {("J1885",): 4, ("J1100",): 10, ("96372",): 2}),
        ("Keytruda 200 mg IV over 30 minutes, Zofran 8 mg IVP.", {("J9271",): 200, ("J2405",): 8}),
        ("Both knees injected with Kenalog, 40 mg each knee.", {("J3301",): 8}),
        ("Two vials of 50 mg Benadryl given IM.", {("J1200",): 2}),
        ("Bicillin LA 1.2 million units given IM.", {("J0561",): 12}),
        ("Ther ex 24 min, manual therapy 12 min. Medicare.", {("97110", "GP"): 1, ("97140", "GP"): 1}),
        ("Ther ex 33 min. Commercial payer.", {("97110", "GP"): 2}),
        ("Excisional debridement of subcutaneous tissue of a sacral ulcer, 7 x 6 cm (42 sq cm).", {("11042",): 1, ("11045",): 2}),
        ("LN2 to 9 AKs on the face.", {("17000",): 1, ("17003",): 8}),
        ("Mohs surgery of the nose, 4 stages.", {("17311",): 1, ("17312",): 3}),
        ("12 month old, MMR, varicella and Hep A, counseled by the doctor.", {("90460",): 3, ("90461",): 2}),
        ("Adult 40 y/o: Tdap, MMR and Hep A by the nurse.", {("90471",): 1, ("90472",): 2}),
    ],
)
def test_units_follow_from_the_words(text: str, units: dict[tuple[str, ...], int], read):
    found = read(text)
    assert {line: found.get(line) for line in units} == units


def test_medicare_gets_the_discarded_part_on_its_own_line(read):
    found = read("Medicare. Botox 155 units IM given, 45 units discarded, single dose vial.")
    assert found[("J0585",)] == 155
    assert found[("J0585", "JW")] == 45


def test_other_payers_get_no_line_for_what_was_discarded(read):
    assert ("J0585", "JW") not in read("Aetna. Botox 155 units IM given, 45 units discarded, single dose vial.")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Established patient office visit. COPD exacerbation, prednisone prescribed.", "99214"),
        ("Established patient office visit. HTN and type 2 diabetes stable, meds continued.", "99214"),
        ("Established patient office visit, total time 25 minutes.", "99213"),
        ("New patient office visit, total time 46 minutes.", "99204"),
        ("ED visit, NSTEMI, heparin started.", "99285"),
    ],
)
def test_the_level_of_a_visit_follows_from_elements_or_time(text: str, code: str, read):
    assert (code,) in read(text)
