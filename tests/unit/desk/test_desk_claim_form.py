"""What a person types into the claim becomes the claim they meant, or a complaint that says what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from consultant.desk.claim_form import LETTERS, Edited, Row, likely_reason
from consultant.errors import WorkError
from consultant.model.analysis import Disposition
from consultant.model.review import Claim, ClaimLine, Override

DX = ("M81.0", "Z79.83", "S83.231A")


def typed(*rows: tuple[str, ...], dx=DX, **more: str):
    names = ("code", "modifiers", "units", "pointers")
    fields = [(name, value) for row in rows for name, value in zip(names, row, strict=True)]
    return Edited.read(FormData([*fields, *(("dx", code) for code in dx), *more.items()]))


def test_a_row_is_read_as_people_write_it():
    edited = typed((" 29881 ", "rt, 59-xs", " 2", "ca"), ("", "", "", ""))

    assert edited.claim().lines == (ClaimLine("29881", ("RT", "59", "XS"), 2, ("S83.231A", "M81.0")),)


def test_units_that_are_left_out_are_one():
    assert typed(("j0897", "", "", "")).claim().lines == (ClaimLine("J0897"),)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (("2988", "", "1", ""), "2988 is no CPT or HCPCS code"),
        (("M81.0", "", "1", ""), "M81.0 is no CPT or HCPCS code"),
        (("29881", "RTX", "1", ""), "29881: RTX is no modifier"),
        (("29881", "", "0", ""), "units are a number from 1"),
        (("29881", "", "many", ""), "units are a number from 1"),
        (("29881", "", "²", ""), "units are a number from 1"),
        (("29881", "", "1", "AD"), "there is no diagnosis D"),
    ],
)
def test_what_cannot_be_meant_is_complained_of_and_kept_as_it_was_typed(row, complaint):
    edited = typed(row)

    assert complaint in " ".join(edited.complaints)
    assert edited.rows[0].code == row[0]
    with pytest.raises(WorkError):
        edited.claim()


def test_a_diagnosis_must_look_like_one():
    assert "29881 is no ICD-10-CM code" in typed(dx=("29881",)).complaints[0]


def test_moving_a_diagnosis_moves_what_points_to_it():
    edited = typed(("77080", "", "1", "A"), do="down:0")

    assert edited.diagnoses == ("Z79.83", "M81.0", "S83.231A")
    assert edited.rows[0].pointers(edited.diagnoses) == "B"


def test_a_dropped_diagnosis_is_pointed_at_no_more():
    edited = typed(("77080", "", "1", "AB"), do="drop-diagnosis:0")

    assert (edited.diagnoses, edited.rows[0].diagnoses) == (DX[1:], ("Z79.83",))


@pytest.mark.parametrize("what", ["up:0", "down:2", "up:77", "drop-line:9", "burn:1", "up:-1", "up:x", ""])
def test_a_move_beyond_the_edge_or_unknown_loses_nothing(what):
    edited = typed(("77080", "", "1", "A"), do=what)

    assert sorted(edited.diagnoses) == sorted(DX)
    assert len(edited.rows) == 1


@given(st.permutations(DX), st.integers(0, 2), st.lists(st.sampled_from(DX), unique=True))
def test_up_undoes_down_and_pointers_follow_their_codes(listed, place, pointed):
    edited = Edited((Row("77080", diagnoses=tuple(pointed)),), tuple(listed), (), Disposition.ANSWER)
    moved = edited.done(f"down:{place}").done(f"up:{min(place + 1, 2)}")

    assert moved == edited if place < 2 else set(moved.diagnoses) == set(DX)
    letters = edited.rows[0].pointers(tuple(listed))
    assert [listed[LETTERS.index(letter)] for letter in letters] == pointed


def test_the_likely_reason_follows_from_what_changed():
    before = Claim((ClaimLine("77080"),), ("M81.0",))
    after = {
        Override.DETAIL: Claim((ClaimLine("77080", ("26",)),), ("M81.0",)),
        Override.MISSED: Claim((ClaimLine("77080"), ClaimLine("77086")), ("M81.0",)),
        Override.UNDOCUMENTED: Claim((), ("M81.0",)),
        Override.MISREAD: Claim((ClaimLine("77081"),), ("M81.0",)),
    }

    assert {reason: likely_reason(before, claim) for reason, claim in after.items()} == {reason: reason for reason in after}
