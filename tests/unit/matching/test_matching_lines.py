"""From facets to codes, modifiers, order and rank, step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_cast import DXA, FAMILIES, INJECTION, OSTEOPOROSIS, code, family, knowledge, staged, value

from consultant.knowledge.family import Bundle, BundleKind, CodeFacts, Condition, Facet, ModifierUse
from consultant.matching.candidates import Ranking
from consultant.matching.facets import Ground
from consultant.matching.families import Awake, Wakers, wake
from consultant.matching.lines import Outcome, outcome_of
from consultant.matching.modifiers import modifiers_of, side_modifier
from consultant.matching.sequencing import sequenced, without_symptoms
from consultant.matching.wording import quoted
from consultant.model.clinical import Fact, Span
from consultant.model.coding import Confidence, Diagnosis, System

BASE = knowledge()


def awake(text: str, *families: object) -> list[Awake]:
    return list(wake(staged(text), Wakers(families or FAMILIES)))


def outcome(text: str, one: object) -> Outcome:
    return outcome_of(awake(text, one)[0], BASE)


def grounds(text: str, one: object) -> list[Ground]:
    return [decision.ground for decision in awake(text, one)[0].decisions]


def diagnosis(number: str, start: int = 0) -> Diagnosis:
    return Diagnosis(number, number, Confidence.HIGH, 0.9, (), ())


def test_only_families_that_the_case_speaks_of_wake():
    assert [one.family.id for one in awake("Hip DXA for osteoporosis.")] == ["dxa", "osteoporosis"]


def test_a_family_with_what_it_excludes_stays_asleep():
    shy = replace(DXA, wakes_on=Condition(any=("dxa",), none=("heel",)))
    assert awake("Heel DXA.", shy) == []


def test_an_act_that_was_not_performed_wakes_nothing():
    assert awake("No hip DXA.") == []


def test_a_family_per_event_wakes_once_for_each_act():
    assert len(awake("Left knee injection. Right knee injection.", INJECTION)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hip DXA, no VFA.", [Ground.EVENT, Ground.EVENT]),
        ("DXA done. T-score of the hip -1.", [Ground.CASE, Ground.DEFAULT]),
        ("DXA done.", [Ground.OPEN, Ground.DEFAULT]),
    ],
)
def test_a_facet_is_decided_by_the_act_then_the_case_then_by_default(text: str, expected: list[Ground]):
    assert expected == grounds(text, DXA)


def test_a_value_that_only_excludes_holds_on_silence():
    quiet = replace(
        DXA,
        facets=(
            Facet("measured", (value("central", "central", any=("axial",)), value("other", "other", none=("axial",))), ask="?"),
        ),
        codes=(code("77080", measured="central"), code("77081", measured="other")),
    )
    assert [line.code for line in outcome("DXA done.", quiet).lines] == ["77081"]


def test_several_values_give_a_line_each():
    assert [line.code for line in outcome("DXA of the hip and of the heel.", DXA).lines] == ["77080", "77081"]


def test_a_facet_that_separates_nothing_is_not_asked():
    one = replace(DXA, codes=(code("77080", measured="central"),), facets=(DXA.facets[0],))
    found = outcome("DXA done.", one)
    assert ([line.code for line in found.lines], found.open) == (["77080"], ())


def test_a_code_brings_what_it_adds():
    with_added = family(
        "scan",
        wakes_on=Condition(any=("dxa",)),
        facets=(Facet("service", (value("done", "done", any=("dxa",)),), ask="?"),),
        codes=(replace(code("77080", service="done"), adds=("77089",)), code("77089", service="never")),
    )
    assert [(line.code, line.is_added) for line in outcome("DXA", with_added).lines] == [("77080", False), ("77089", True)]


def test_a_filled_code_that_cannot_be_billed_is_not_proposed():
    odd = replace(OSTEOPOROSIS, codes=(code("M99.0", system=System.ICD10CM, cause="age"),))
    assert outcome_of(awake("Osteoporosis.", odd)[0], BASE).lines == ()


def with_component(value_of: str, facts: CodeFacts, *uses: ModifierUse) -> tuple[str, ...]:
    one = replace(DXA, codes=(replace(DXA.codes[0], facts=facts),), modifiers=uses)
    return modifiers_of(outcome("Hip DXA, no VFA.", one).lines[0], Fact("component", value_of, ()))


def test_the_component_is_put_on_services_that_have_both_components_only():
    assert with_component("professional", CodeFacts(professional_technical="1")) == ("26",)
    assert with_component("technical", CodeFacts(professional_technical="1")) == ("TC",)
    assert with_component("global", CodeFacts(professional_technical="1")) == ()
    assert with_component("professional", CodeFacts(professional_technical="0")) == ()


def test_a_component_is_put_on_once():
    use = ModifierUse("26", "reading only", Condition(any=("dxa",)))
    assert with_component("professional", CodeFacts(professional_technical="1"), use) == ("26",)


def test_a_modifier_with_a_condition_follows_it():
    shown, hidden = (ModifierUse("59", "apart", Condition(any=(c,))) for c in ("hip", "heel"))
    assert with_component("global", CodeFacts(), shown) == ("59",)
    assert with_component("global", CodeFacts(), hidden) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("left knee", "LT"), ("right knee", "RT"), ("bilateral", "50"), ("left and right knee", "50"), ("knee", None)],
)
def test_a_side_becomes_its_modifier(text: str, expected: str | None):
    scene = staged(text)
    assert expected == side_modifier(scene.pool(scene.lent))


def test_claim_order_is_reason_then_what_the_service_was_for_then_the_rest_then_status():
    found = [diagnosis(c) for c in ("W19.XXXA", "Z79.83", "K90.0", "T38.0X5A", "M81.0", "R29.6", "Z13.820")]
    assert [d.code for d in sequenced(found, (DXA,))] == ["Z13.820", "M81.0", "K90.0", "R29.6", "T38.0X5A", "Z79.83", "W19.XXXA"]


def test_a_symptom_gives_way_to_what_a_bundle_says_it_belongs_to():
    bundle = Bundle("M81", "R29.890", BundleKind.BUNDLED, "", "part of it", "own")
    found = [diagnosis("R29.890"), diagnosis("M81.0")]
    assert [d.code for d in without_symptoms(found, (replace(OSTEOPOROSIS, bundles=(bundle,)),), BASE)] == ["M81.0"]


def test_a_symptom_alone_stays():
    assert [d.code for d in without_symptoms([diagnosis("R29.890")], (OSTEOPOROSIS,), BASE)] == ["R29.890"]


def test_a_code_keeps_its_best_rank_and_templates_are_not_ranked():
    ranking = Ranking()
    for number, score in (("77080", 0.2), ("77080", 0.9), ("M81.0", 1.0), ("S83.20{side}A", 1.0)):
        ranking.add(number, score)
    assert [(c.code, c.score) for c in ranking.best()] == [("77080", 0.9), ("M81.0", 1.0)]


def test_quotations_side_by_side_are_one():
    assert quoted("No VFA was done", (Span(3, 6), Span(0, 2))) == "“No VFA”"


def test_a_word_is_quoted_once_and_a_long_one_is_cut():
    assert quoted("DXA dxa", (Span(0, 3), Span(4, 7))) == "“DXA dxa”"
    assert quoted("x" * 200, (Span(0, 200),)).endswith("…”")
