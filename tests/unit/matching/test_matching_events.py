"""Events of care: what binds to an act, and which mentions are one act."""

from __future__ import annotations

import pytest
from matching_cast import staged

from consultant.model.clinical import Assertion, CareEvent, ConceptKind


def bound(event: CareEvent) -> set[str]:
    return {cue.concept for cue in event.cues if cue.kind not in (ConceptKind.PROCEDURE, ConceptKind.CONDITION)}


def performed(text: str) -> list[tuple[str, set[str]]]:
    return [(event.anchor.concept, bound(event)) for event in staged(text).acts.performed]


def others(text: str) -> list[tuple[str, Assertion]]:
    return [(event.anchor.concept, event.assertion) for event in staged(text).acts.others]


def test_an_act_takes_the_site_and_side_of_its_sentence():
    assert performed("Left heel DXA today.") == [("dxa", {"left", "heel"})]


def test_each_act_takes_what_stands_nearest():
    assert performed("DXA of the hip and injection of the left knee") == [("dxa", {"hip"}), ("injection", {"left", "knee"})]


def test_an_act_without_a_site_shares_that_of_its_sentence():
    assert performed("Right knee injection, mammogram") == [("injection", {"right", "knee"}), ("mammogram", {"right", "knee"})]


def test_an_act_without_a_site_shares_that_of_its_list_item():
    assert performed("1) Injection was given. It was the left knee.\n2) Mammogram") == [
        ("injection", {"left", "knee"}),
        ("mammogram", set()),
    ]


def test_the_site_of_a_complaint_is_not_that_of_the_act():
    assert performed("DXA of the spine for shoulder weakness") == [("dxa", {"spine"})]


def test_a_quantity_binds_to_its_act():
    event = staged("Knee injection 40 mg, then DXA of the spine took 12 minutes.").acts.performed[0]
    assert [(q.value, q.unit) for q in event.quantities] == [(40, "mg")]


def test_the_title_line_and_the_description_are_one_act():
    text = "PROCEDURE: Left knee injection\nDESCRIPTION: The knee was injected under ultrasound."
    assert performed(text) == [("injection", {"left", "knee", "ultrasound-guided"})]


def test_the_subject_and_the_body_are_one_act():
    assert performed("Subject: dexa\n\nDXA of the hip was done.") == [("dxa", {"hip"})]


def test_two_sides_are_two_acts():
    assert len(performed("Left knee injection done. Right knee injection done.")) == 2


def test_two_items_of_a_list_are_two_acts():
    assert len(performed("1) knee injection\n2) knee injection")) == 2


def test_the_closer_concept_names_the_act():
    assert performed("Bone density was measured. DXA of the hip.") == [("dxa", {"hip"})]


def test_a_subject_does_not_outvote_a_text_that_says_it_was_not_done():
    assert performed("Subject: dexa hip\n\nThe hip DXA was not done.") == []


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("No DXA.", Assertion.ABSENT),
        ("DXA was done at another facility.", Assertion.HISTORICAL),
        ("DXA will be done next year.", Assertion.PLANNED),
        ("Plan to repeat DXA.", Assertion.PLANNED),
    ],
)
def test_an_act_not_performed_here_and_now_is_kept_apart(text: str, assertion: Assertion):
    scene = staged(text)
    assert assertion in {e.assertion for e in (*scene.acts.performed, *scene.acts.others)}


def test_an_act_done_elsewhere_lends_its_cues_to_nobody():
    scene = staged("Her spine DXA was done in June at another facility. VFA done today.")
    assert "spine" not in {cue.concept for cue in scene.lent}


def test_what_an_act_elsewhere_was_done_for_is_not_lent():
    scene = staged("Mammogram was obtained at another hospital for knee pain. VFA done today.")
    assert "knee-pain" not in {cue.concept for cue in scene.lent}


def test_an_unbound_cue_is_lent():
    assert "hip" in {cue.concept for cue in staged("DXA was done. T-scores: hip -2.0.").lent}


def test_an_order_joins_the_act_that_it_announces():
    scene = staged("Dr. Pell ordered a DXA. DXA of the heel was done.")
    assert (len(scene.acts.performed), scene.acts.others) == (1, ())


def test_a_mere_order_is_taken_as_done_when_nothing_else_is_told():
    scene = staged("DXA of the heel was ordered. Which code?")
    assert ([e.anchor.concept for e in scene.acts.performed], scene.acts.promoted) == (["dxa"], True)


def test_a_plan_is_never_taken_as_done():
    assert performed("Plan to repeat DXA.") == []


def test_an_act_in_the_indication_is_none_of_ours():
    assert performed("INDICATION: abnormal DXA of the heel\nPROCEDURE: mammogram") == [("mammogram", set())]


def test_a_condition_takes_its_side():
    scene = staged("Meniscus tear of the left knee.")
    assert [(e.anchor.concept, bound(e)) for e in scene.conditions] == [("meniscus-tear", {"left", "knee"})]


def test_events_are_of_the_kind_asked_for():
    scene = staged("DXA of the hip for osteoporosis")
    assert {e.anchor.kind for e in scene.acts.performed} == {ConceptKind.PROCEDURE}
    assert {e.anchor.kind for e in scene.conditions} == {ConceptKind.CONDITION}
