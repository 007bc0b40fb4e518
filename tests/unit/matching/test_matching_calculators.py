"""Calculators: each works its amount out of the words of an act."""

from __future__ import annotations

import pytest

from consultant.knowledge.amounts import CALCULATORS as KNOWN
from consultant.matching.calculators.calculators import CALCULATORS
from consultant.matching.calculators.measures import Role, measures_of
from consultant.matching.quantities import find_quantities
from consultant.model.clinical import Assertion, CareEvent, ConceptKind, Cue, Span


def act(text: str) -> CareEvent:
    anchor = Cue(Span(0, 1), "act", ConceptKind.PROCEDURE, "act")
    return CareEvent(anchor, Assertion.PRESENT, (anchor,), find_quantities(text), (Span(0, len(text)),))


def amount(calculator: str, name: str, text: str) -> float | None:
    found = CALCULATORS[calculator].calculate((act(text),), text)
    return found[name].value if name in found else None


def test_every_calculator_that_a_family_may_name_exists():
    assert set(KNOWN) == set(CALCULATORS)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("a 1.2 cm lesion with 2 mm margins", [Role.LESION, Role.MARGIN]),
        ("lesion 1.2 cm, margins of 0.3 cm on each side", [Role.LESION, Role.MARGIN]),
        ("1.2 cm with margins of 0.3 cm", [Role.SIZE, Role.MARGIN]),
        ("4 mm clear surgical margins", [Role.MARGIN]),
        ("2.0 cm including margins", [Role.EXCISED]),
        ("excised diameter was 1.6 cm", [Role.EXCISED]),
        ("0.4 cm deep", [Role.DEPTH]),
        ("closed with a 3.2 cm layered closure", [Role.CLOSURE]),
        ("laceration of 4 cm", [Role.CLOSURE]),
        ("1.2 x 0.8 cm", [Role.SIZE]),
    ],
)
def test_the_words_beside_a_number_tell_what_it_measures(text: str, roles: list[Role]):
    assert roles == [measure.role for measure in measures_of((act(text),), text)]


@pytest.mark.parametrize(
    ("text", "diameter"),
    [
        ("lesion 1.2 cm with 2 mm margins", 1.6),
        ("1.2 x 0.8 cm nevus, margins 0.3 cm", 1.8),
        ("lesion 12 mm, margins of 2 mm and 5 mm", 1.6),
        ("lesion 1.2 cm, excised diameter 1.9 cm", 1.9),
        ("1.5 cm including margins", 1.5),
        ("lesion 0.9 cm", 0.9),
        ("closed with a 3.2 cm layered closure", None),
        ("half an inch", 1.27),
    ],
)
def test_the_excised_diameter_is_the_growth_and_its_margins(text: str, diameter: float | None):
    assert diameter == amount("excised-diameter", "diameter", text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2.5 cm", 2.5),
        ("2.0 cm and 1.5 cm lacerations", 3.5),
        ("3 x 1 cm wound", 3.0),
        ("1 inch laceration", 2.54),
        ("1.2 cm lesion with 2 mm margins, 3 cm closure", 3.0),
        ("laceration", None),
    ],
)
def test_lengths_of_repairs_are_added(text: str, length: float | None):
    assert length == amount("summed-lengths", "length", text)


@pytest.mark.parametrize(
    ("text", "area"), [("7 x 6 cm", 42), ("20 sq cm", 20), ("20 sq cm and 15 sq cm", 35), ("7 x 6 sq cm", 42), ("7 cm", None)]
)
def test_areas_are_added(text: str, area: float | None):
    assert area == amount("summed-areas", "area", text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("three lesions", 3), ("skin tags x15", 15), ("x 3", 3), ("6 lesions, 2 lesions of them large", 6), ("a lesion", None)],
)
def test_things_are_counted(text: str, count: float | None):
    assert count == amount("counted", "count", text)


def test_several_acts_without_a_number_are_counted_themselves():
    found = CALCULATORS["counted"].calculate((act("lesion"), act("two lesions")), "two lesions")
    assert found["count"].value == 3


@pytest.mark.parametrize("text", ["2 x 3 cm", "x-ray", "5 x daily", "x 3 weeks"])
def test_a_product_or_a_time_is_no_count(text: str):
    assert amount("counted", "count", text) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("35 minutes", 35),
        ("1.5 hours", 90),
        ("10:00 - 10:45", 45),
        ("10:00 - 10:45 and 11:00 - 11:30", 75),
        ("10:00-10:45 (45 min)", 45),
        ("no time", None),
    ],
)
def test_minutes_are_told_or_counted_by_the_clock(text: str, minutes: float | None):
    assert minutes == amount("minutes-bands", "minutes", text)


@pytest.mark.parametrize(
    ("name", "text", "dose"),
    [
        ("mg", "Kenalog 40 mg", 40),
        ("mg", "1 g ceftriaxone", 1000),
        ("mcg", "0.3 mg", 300),
        ("mg", "40 mg to the left, 20 mg to the right", 60),
        ("mg", "40 mg of Kenalog (40 mg)", 40),
        ("ml", "6 mL", 6),
        ("units", "155 units", 155),
        ("units", "3 lesions", None),
    ],
)
def test_doses_are_told_by_their_unit(name: str, text: str, dose: float | None):
    found = amount("per-amount", name, text)
    assert found == (pytest.approx(dose) if dose else None)


@pytest.mark.parametrize(
    ("name", "text", "dose"),
    [
        ("mg", "two vials of 50 mg", 100),
        ("mg", "Five 100mg vials", 500),
        ("mg", "500 mg given, five 100 mg vials", 500),
        ("mg", "40 mg each knee", 80),
        ("mg", "4 mg x 2", 8),
        ("mg", "5 mg per level, total 10 mg", 10),
        ("mg", "40 mg/mL, 2 mL injected", 80),
        ("mg", "5 mg/kg", None),
        ("mg", "800 mg po tid", None),
        ("discarded-mg", "60 mg given, 40 mg discarded", 40),
        ("discarded-units", "155 units, wasted 45 units", 45),
        ("units", "1.2 million units", 1_200_000),
    ],
)
def test_a_dose_is_what_was_given_of_a_drug(name: str, text: str, dose: float | None):
    found = amount("per-amount", name, text)
    assert found == (pytest.approx(dose) if dose else None)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("defect 2.24 sq cm and flap 5 sq cm. Total 7.24 sq cm.", 7.24),
        ("42 sq cm. Wound 7 x 6 cm (42 sq cm).", 42),
        ("10 sq cm and 10 sq cm", 20),
    ],
)
def test_an_area_told_twice_is_one_area(text: str, area: float):
    assert area == amount("summed-areas", "area", text)


@pytest.mark.parametrize(
    ("text", "stages", "extra"),
    [
        ("3 stages", 3, 0),
        ("Stage I: 3 blocks. Stage II: 7 blocks.", 2, 2),
        ("cleared in two layers", 2, 0),
        ("first stage 6 blocks, second stage 4 blocks", 2, 1),
        ("one stage, 8 blocks", 1, 3),
    ],
)
def test_stages_and_blocks_beyond_five_are_counted(text: str, stages: int, extra: int):
    assert (stages, extra) == (amount("staged-removal", "stages", text), amount("staged-removal", "extra-blocks", text))


def test_numbers_of_different_things_are_added_once():
    assert amount("added", "count", "4 motor studies and 4 sensory studies") == 8
    assert amount("added", "count", "8 studies, 3 motor studies and 5 sensory studies") == 8
