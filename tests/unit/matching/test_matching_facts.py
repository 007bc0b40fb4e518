"""Quantities, facts and dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_cast import RECEIVED, staged

from consultant.matching.facts import service_date
from consultant.matching.normalise import normalise
from consultant.matching.quantities import find_quantities


def measures(text: str) -> list[tuple[float, str]]:
    return [(q.value, q.unit) for q in find_quantities(text)]


def facts(text: str) -> dict[str, str]:
    return {name: fact.value for name, fact in staged(text).facts.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lesion 1.2 cm", [(1.2, "cm")]),
        ("7 x 6 cm", [(7, "cm"), (6, "cm")]),
        ("7.24 sq cm", [(7.24, "sq cm")]),
        ("total 112 minutes", [(112, "min")]),
        ("4,900 mg", [(4900, "mg")]),
        ("two views", [(2, "view")]),
        ("8-mm polyp", [(8, "mm")]),
        ("0.05 mL", [(0.05, "mL")]),
        ("17 keratoses", [(17, "count")]),
        ("09:40 - 11:50", [(130, "min")]),
        ("start 2:15 stop 3:00", [(45, "min")]),
        ("11:40 to 1:10", [(90, "min")]),
        ("T-score -0.4", []),
        ("77080", []),
        ("room 12 maybe", []),
    ],
)
def test_quantities_have_a_value_and_a_normal_unit(text: str, expected: list[tuple[float, str]]):
    assert expected == measures(text)


@given(st.text(alphabet="0123456789.,x cm-:"))
def test_quantities_never_fail_and_stay_inside_the_text(text: str):
    assert all(q.span.end <= len(text) for q in find_quantities(text))


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("traditional Medicare", "payer", "medicare"),
        ("Medicare Advantage plan", "payer", "medicare-advantage"),
        ("Anthem commercial", "payer", "commercial"),
        ("58F, dexa", "age", "58"),
        ("58 y/o woman", "age", "58"),
        ("67-year-old", "age", "67"),
        ("66 M", "sex", "male"),
        ("74F", "sex", "female"),
        ("12 month old", "age-months", "12"),
        ("est pt", "patient", "established"),
        ("new patient visit", "patient", "new"),
        ("POS 11", "setting", "office"),
        ("ASC", "setting", "asc"),
        ("radiologist read only (hospital films)", "component", "professional"),
        ("TC only", "component", "technical"),
        ("We own the unit & our rad read it", "component", "global"),
        ("DOS 11/03/2026", "date-of-service", "2026-11-03"),
        ("came in 11/16/2026 for imaging", "date-of-service", "2026-11-16"),
        ("date of service: Nov 3, 2026", "date-of-service", "2026-11-03"),
        ("seen on 12/5", "date-of-service", "2025-12-05"),
        ("done on 2026-11-01", "date-of-service", "2026-11-01"),
    ],
)
def test_a_fact_is_found(text: str, name: str, expected: str):
    assert expected == facts(text)[name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("not Medicare", "payer"),
        ("She may have that at the hospital in the spring.", "setting"),
        ("medical decision making moderate", "payer"),
        ("CT of 11/02/2026", "date-of-service"),
        ("DOS 11/03/2031", "date-of-service"),
        ("DOS 13/45/2026", "date-of-service"),
        ("BP 120 mm", "age"),
    ],
)
def test_what_is_no_fact_is_not_found(text: str, name: str):
    assert name not in facts(text)


def test_a_fact_quotes_its_words():
    text = normalise("Payer is Medicare Part B.")
    evidence = staged(text).facts["payer"].evidence[0]
    assert (evidence.text, evidence.span.of(text)) == ("Medicare Part B", "Medicare Part B")


def test_without_a_stated_date_the_day_of_receipt_is_the_date_of_service():
    assert service_date((), RECEIVED) == RECEIVED
