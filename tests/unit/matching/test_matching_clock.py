"""Times of day and numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.matching.clock import clock_minutes, is_by_clock
from consultant.matching.quantities import find_quantities

DAY = 1440


def minutes(text: str) -> list[float]:
    return [quantity.value for quantity in clock_minutes(text)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("09:40-11:50", 130),
        ("0940 to 1150", 130),
        ("from 9:40 am until 11:50", 130),
        ("in room 13:05, draped, end 14:20", 75),
        ("Anesthesia start 0712. Anesthesia stop 0840.", 88),
        ("9 am to 11 am", 120),
        ("start 9:30 pm, stop 11:00 pm", 90),
        ("11:30 - 1:10", 100),
        ("23:30 - 00:40", 70),
        ("11:50 pm - 12:30 am", 40),
        ("12:15 pm to 1:00 pm", 45),
    ],
)
def test_two_times_of_day_are_minutes(text: str, told: float):
    assert minutes(text) == [told]


@pytest.mark.parametrize("text", ["2024-2025", "call 555-1234", "C5-6", "10:00", "from 2019 to 2021", "ratio 3:1"])
def test_other_numbers_are_no_times_of_day(text: str):
    assert minutes(text) == []


@given(st.integers(0, DAY - 1), st.integers(1, 700))
def test_the_minutes_between_two_times_of_a_day_are_their_difference(start: int, length: int):
    end = (start + length) % DAY
    text = f"{start // 60:02}:{start % 60:02} - {end // 60:02}:{end % 60:02}"
    # A time before noon that seems to end earlier may have run over noon on a clock of twelve hours.
    assert minutes(text)[0] in (length, length - DAY // 2, length + DAY // 2)


@given(st.integers(0, 700), st.integers(1, 700))
def test_within_one_day_the_minutes_are_exact(start: int, length: int):
    text = f"{start // 60:02}:{start % 60:02} - {(start + length) // 60:02}:{(start + length) % 60:02}"
    assert minutes(text) == [length]


def test_minutes_by_the_clock_are_told_from_minutes_written():
    text = "10:00-10:45 (45 min)"
    assert [is_by_clock(quantity, text) for quantity in find_quantities(text)] == [True, False]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,200 mg", 1200, "mg"),
        ("1/2 cm", 0.5, "cm"),
        ("2½ cm", 2.5, "cm"),
        ("1 1/2 inches", 1.5, "inch"),
        ("half an hour", 0.5, "hour"),
        ("15-20 minutes", 15, "min"),
        ("two dozen skin tags", 24, "count"),
        ("8 thick mycotic toenails", 8, "count"),
        ("17 actinic keratoses", 17, "count"),
        ("1.2 million units", 1_200_000, "count"),
        ("paring x 2.", 2, "count"),
        ("times three, that is times 3", 3, "count"),
        ("12 sq cm", 12, "sq cm"),
    ],
)
def test_a_number_is_read_as_written(text: str, value: float, unit: str):
    assert [(quantity.value, quantity.unit) for quantity in find_quantities(text)] == [(value, unit)]


@pytest.mark.parametrize("text", ["58 year old with lesions", "$200 units", "grade 3 of the lesion", "3 of her lesions"])
def test_a_number_of_something_else_counts_nothing(text: str):
    assert not any(quantity.unit == "count" for quantity in find_quantities(text) if quantity.value in (58, 3, 200))
