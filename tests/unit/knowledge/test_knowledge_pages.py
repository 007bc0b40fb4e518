from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.family import CodeFacts
from consultant.knowledge.pages import is_live

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
maybe = st.none() | days
DAY = timedelta(days=1)


@given(maybe, maybe, days)
def test_a_code_is_live_from_its_first_day_until_the_day_before_it_ended(effective, ended, day):
    is_begun = effective is None or day >= effective
    is_over = ended is not None and day >= ended

    assert is_live(CodeFacts(effective=effective, ended=ended), day) == (is_begun and not is_over)


@given(days)
def test_the_first_day_is_in_and_the_end_is_out(day):
    assert is_live(CodeFacts(effective=day), day)
    assert not is_live(CodeFacts(effective=day), day - DAY)
    assert not is_live(CodeFacts(ended=day), day)
    assert is_live(CodeFacts(ended=day), day - DAY)


@given(days, days)
def test_of_a_code_and_its_successor_exactly_one_is_live(change, day):
    old, new = CodeFacts(ended=change), CodeFacts(effective=change)

    assert is_live(old, day) is not is_live(new, day)


@given(days)
def test_a_code_without_dates_is_live(day):
    assert is_live(CodeFacts(), day)


def test_a_page_tells_what_is_known_of_a_code(small):
    page = small.code("77080")

    assert (page.code, page.system, page.family, page.families) == ("77080", "CPT", "dxa", ("dxa",))
    assert (page.title, page.plain) == ("Bone density by DXA", "DXA of hip, spine or pelvis")
    assert page.trap == "With a vertebral fracture assessment the code is 77085 alone."
    assert page.needs == ("the axial skeleton was measured", "vertebral fractures were not looked for")
    assert [use.modifier for use in page.modifiers] == ["26", "TC"]
    assert page.diagnoses == ("M81.0", "M85.8", "Z13.820")
    assert page.related == ("76977",)
    assert [(bundle.column_1, bundle.column_2, bundle.indicator) for bundle in page.bundles] == [("77085", "77080", "1")]
    assert page.icd is None


def test_a_code_has_the_facts_of_its_family_under_its_own(small):
    facts = small.code("77080").facts

    assert (facts.category, facts.status, facts.status_edition) == ("I", "A", "RVU25D, October 2025")
    assert (facts.effective, facts.global_days, facts.units) == (date(2007, 1, 1), "XXX", 1)


@pytest.mark.parametrize(
    ("on", "siblings"),
    [
        (None, ["77081", "77085", "77082"]),
        (date(2014, 12, 31), ["77081", "77082"]),
        (date(2015, 1, 1), ["77081", "77085"]),
    ],
)
def test_siblings_are_those_that_may_be_reported_on_the_day(small, on, siblings):
    assert [sibling.code for sibling in small.code("77080", on).siblings] == siblings


def test_a_deleted_code_has_a_page_with_its_last_day_and_successors(small):
    page = small.code("77082", date(2026, 11, 20))

    assert page.live_on(date(2014, 12, 31))
    assert not page.live_on(date(2015, 1, 1))
    assert page.facts.successors == ("77085",)


def test_a_bundle_is_told_of_a_code_of_another_family_too(small):
    assert [bundle.column_1 for bundle in small.code("76977").bundles] == ["77085"]


def test_an_icd_10_cm_code_has_a_page_with_its_row(small):
    page = small.code("R29.890")

    assert (page.title, page.plain, page.family) == ("Loss of height", "Loss of height", "")
    assert page.icd.billable
    assert page.live_on(date(2026, 11, 20))


def test_an_icd_10_cm_code_that_a_template_fills_has_the_page_of_its_family(small):
    page = small.code("M80.08XA")

    assert page.family == "osteoporosis"
    assert page.plain == "Osteoporosis with a vertebral fracture now"
    assert page.title.startswith("Age-related osteoporosis with current pathological fracture, vertebra(e), initial encounter")
    assert page.needs == ("there is a fracture now", "by age", "active treatment")


@pytest.mark.parametrize("code", ["99999", "X9999", "Z99.999", "", "M81.0'; DROP TABLE code"])
def test_an_unknown_code_has_no_page(small, code):
    assert small.code(code) is None
