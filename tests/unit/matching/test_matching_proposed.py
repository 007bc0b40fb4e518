"""The codes that the asker names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_cast import staged

Line = tuple[str, tuple[str, ...], int | None]


def named(text: str) -> list[Line]:
    return [(p.code, p.modifiers, p.units) for p in staged(text).proposed]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is it 77082?", [("77082", (), None)]),
        ("99213-25", [("99213", ("25",), None)]),
        ("17000 x1, 17003 x16", [("17000", (), 1), ("17003", (), 16)]),
        ("J3301 x 2.", [("J3301", (), 2)]),
        ("0749T + 0750T + 73120-52", [("0749T", (), None), ("0750T", (), None), ("73120", ("52",), None)]),
        ("52356-RT 52332-59-RT", [("52356", ("RT",), None), ("52332", ("59", "RT"), None)]),
        ("64635-RT x3", [("64635", ("RT",), 3)]),
        ("99213/99214", [("99213", (), None), ("99214", (), None)]),
        ("29881 RT", [("29881", ("RT",), None)]),
        ("77080 with modifier 26", [("77080", ("26",), None)]),
        ("J0897 60 units", [("J0897", (), 60)]),
        ("M80.08XA", [("M80.08XA", (), None)]),
        ("dx m17.11", [("M17.11", (), None)]),
        ("J1010 x40 and j3301", [("J1010", (), 40), ("J3301", (), None)]),
        ("77080 and again 77080-26", [("77080", ("26",), None)]),
        ("92928-LD, 92928-RC", [("92928", ("LD",), None), ("92928", ("RC",), None)]),
        ("CPT# 77080", [("77080", (), None)]),
    ],
)
def test_a_code_is_found_with_modifiers_and_units(text: str, expected: list[Line]):
    assert expected == named(text)


@pytest.mark.parametrize(
    "text",
    [
        "call 555-123-4567",
        "phone (555) 12345",
        "Springfield, IL 60601",
        "zip 10001",
        "$12345",
        "acct 77080",
        "MRN: 99213",
        "claim # 45385",
        "12345 Main Street? 12345 street",
        "12,345 patients",
        "in 2026",
        "T12 and L4-L5",
        "vitamin B12",
        "4,900 N",
        "mail me at x77080@lab.example",
        "77080.5",
        "00012",
    ],
)
def test_other_numbers_are_no_codes(text: str):
    assert named(text) == []


def test_the_evidence_covers_modifiers_and_units():
    proposed = staged("We sent 17003-59 x16 today.").proposed[0]
    assert proposed.evidence.text == "17003-59 x16"


@given(st.text(alphabet="0123456789ABJM.-x /TR,"))
def test_looking_for_codes_never_fails(text: str):
    assert all(p.evidence.text for p in staged(text).proposed)
