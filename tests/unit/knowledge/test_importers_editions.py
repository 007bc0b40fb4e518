from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.importers import editions, values
from consultant.knowledge.importers.sheet import RowError
from consultant.knowledge.official_kinds import NEVER, Edition, Kind, Setting, as_day, as_number, in_force, months_after

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
BASE = Edition(0, Kind.MUE, Setting.PRACTITIONER, "", date(2026, 1, 1), None, (), "", 1, 0, datetime(2026, 1, 1, tzinfo=UTC))


@st.composite
def several_editions(draw):
    days = draw(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6))
    return tuple(
        dataclasses.replace(BASE, id=number, effective=day, since=min(since, day) if since else None)
        for number, (day, since) in enumerate(days)
    )


@given(several_editions(), DAYS)
def test_the_newest_edition_that_has_begun_answers_unless_it_is_overdue(known, on):
    begun = [edition for edition in known if edition.effective <= on]
    newest = max(begun, key=lambda edition: (edition.effective, edition.id), default=None)
    answering = in_force(known, on)

    if newest and not newest.is_overdue(on):
        assert answering == newest
    elif newest and answering != newest:
        assert answering.since <= on < answering.effective


@given(several_editions(), DAYS)
def test_an_edition_that_begins_later_answers_only_by_looking_back(known, on):
    answering = in_force(known, on)

    if answering is None:
        assert all(edition.effective > on and (edition.since is None or edition.since > on) for edition in known)
    elif answering.effective > on:
        assert answering.since <= on
        assert all(edition.is_overdue(on) for edition in known if edition.effective <= on)


@given(several_editions(), several_editions(), DAYS)
def test_editions_that_begin_later_change_no_answer_of_a_day_that_had_one(known, others, on):
    later = tuple(
        dataclasses.replace(edition, id=edition.id + len(known))
        for edition in others
        if edition.effective > on and edition.since is None
    )

    assert in_force((*known, *later), on) == in_force(known, on)


@given(several_editions(), DAYS, st.randoms())
def test_the_order_of_editions_does_not_matter(known, on, random):
    shuffled = list(known)
    random.shuffle(shuffled)

    assert in_force(shuffled, on) == in_force(known, on)


@given(several_editions(), DAYS, DAYS)
def test_a_later_day_is_never_answered_by_an_edition_that_began_earlier(known, one, other):
    earlier, later = (in_force(known, day) for day in sorted((one, other)))

    if earlier is not None and earlier.effective <= min(one, other):
        assert later.effective >= earlier.effective


@given(DAYS)
def test_days_survive_as_numbers(day):
    assert as_day(as_number(day)) == day


@given(DAYS, DAYS)
def test_numbers_of_days_are_ordered_as_the_days(one, other):
    assert (as_number(one) < as_number(other)) == (one < other)


@pytest.mark.parametrize("number", [0, None, NEVER])
def test_no_day_is_none(number):
    assert as_day(number) is None


@given(DAYS)
def test_a_day_is_read_in_every_form_that_official_files_have(day):
    forms = (f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d} 00:00:00", f"{day:%m/%d/%Y}", f"{day:%Y%j}")

    assert {values.day(form, "day") for form in forms} == {as_number(day)}


@given(DAYS)
def test_what_ends_on_a_day_no_longer_holds_on_the_next(day):
    assert values.ended(f"{day:%Y%m%d}", "day") == as_number(day + timedelta(days=1))


@pytest.mark.parametrize("text", ["", "*", "99991231", "9999-12-31"])
def test_what_has_no_end_never_ends(text):
    assert values.ended(text, "day") == NEVER


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_refused_without_repeating_it(text):
    try:
        read = str(as_day(values.day(text, "day")))
    except RowError as error:
        read = str(error)

    assert read in {"None", "the day is not a date"} or as_number(date.fromisoformat(read)) == values.day(text, "day")


@pytest.mark.parametrize("text", ["20250229", "2025366", "2025000", "20251301", "00000101", "2025-1-1", "13/01/2025", "٢٠٢٥٠١٠١"])
def test_days_that_do_not_exist_are_refused(text):
    with pytest.raises(RowError):
        values.day(text, "day")


@given(DAYS, st.integers(0, 24))
def test_months_after_a_day_are_never_before_it(day, months):
    after = months_after(day.replace(day=1), months)

    assert (after.year - day.year) * 12 + after.month - day.month == months
    assert after.day == 1


def test_an_edition_is_overdue_when_the_next_should_be_out():
    edition = dataclasses.replace(BASE, effective=date(2026, 4, 1))

    assert not edition.is_overdue(date(2026, 6, 30))
    assert edition.is_overdue(date(2026, 7, 1))
    assert not dataclasses.replace(edition, kind=Kind.PLACES).is_overdue(date(2040, 1, 1))


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ptp_practitioner_2024Q3_pairs.csv.gz", date(2024, 7, 1)),
        ("AOC_V2026Q2-MCR.xlsx", date(2026, 4, 1)),
        ("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", date(2026, 4, 1)),
        ("hcpcs2_2025-10_code_longdesc.csv", date(2025, 10, 1)),
        ("pos_2024-06-15.csv", date(2024, 6, 15)),
        ("HCPC2026_OCT_ANWEB.csv", date(2026, 10, 1)),
        ("table-2026-13.csv", None),
        ("table.csv", None),
        ("2026.csv", None),
    ],
)
def test_a_file_name_tells_the_day(name, day):
    assert editions.day_in([name]) == day


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("icd10cm-order-2026.txt", date(2025, 10, 1)),
        ("icd10cm_order_2027.txt", date(2026, 10, 1)),
        ("icd10c-tabular-April-1-2026.xml", date(2026, 4, 1)),
        ("order.txt", None),
    ],
)
def test_a_release_of_icd_10_cm_is_of_a_fiscal_year_or_of_its_april(name, day):
    assert editions.icd10cm_day([name]) == day


@given(st.text(max_size=40))
def test_any_file_name_tells_a_day_or_none(name):
    assert editions.day_in([name]) is None or editions.day_in([name]).year >= 2000
    assert editions.icd10cm_day([name]) is None or editions.icd10cm_day([name]).year >= 1999
