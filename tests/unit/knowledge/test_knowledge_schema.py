from __future__ import annotations

from datetime import date

import pytest

from consultant.knowledge import sources
from consultant.knowledge.family import Bundle, BundleKind, Concept, Condition, Example, Facet, FacetValue, ModifierUse, Per
from consultant.knowledge.modifiers import Modifier, ModifierGroup
from consultant.model.clinical import ConceptKind
from consultant.model.coding import System


@pytest.fixture(scope="module")
def read(written):
    return sources.read(written)


@pytest.fixture(scope="module")
def families(read):
    return {family.id: family for family in read.families}


def test_families_and_concepts_are_ordered_by_id(read):
    assert [family.id for family in read.families] == ["dxa", "osteoporosis", "ultrasound"]
    assert [concept.id for concept in read.concepts] == sorted(concept.id for concept in read.concepts)


def test_the_head_of_a_family_is_read(families):
    dxa = families["dxa"]

    assert (dxa.title, dxa.section, dxa.system, dxa.per) == ("Bone density by DXA", "radiology", System.CPT, Per.CASE)
    assert dxa.wakes_on == Condition(any=("dxa",))
    assert (dxa.diagnoses, dxa.related) == (("M81.0", "M85.8", "Z13.820"), ("76977",))
    assert (dxa.sources, dxa.notes) == (("RVU25D, October 2025",), ("One code a visit.",))
    assert families["ultrasound"].per is Per.EVENT


def test_facets_are_read_in_order_with_their_values(families):
    measured, vfa = families["dxa"].facets

    assert (measured.id, measured.ask, measured.several, measured.default) == (
        "measured",
        "Which part of the skeleton was measured?",
        True,
        "",
    )
    assert vfa == Facet(
        id="vfa",
        values=(
            FacetValue("done", Condition(any=("vertebral-fracture-assessment",)), "vertebral fractures were looked for"),
            FacetValue("not-done", Condition(absent=("vertebral-fracture-assessment",)), "vertebral fractures were not looked for"),
        ),
        ask="",
        default="not-done",
    )


def test_facts_of_the_case_are_read_as_pairs(families):
    other = families["osteoporosis"].facets[1].values[1]

    assert other.when == Condition(facts=(("drug", ("steroid",)),))
    assert other.characters == "8"


def test_codes_are_read_with_when_facts_and_trap(families):
    axial, peripheral, _, deleted = families["dxa"].codes

    assert axial.when == (("measured", ("axial",)), ("vfa", ("not-done",)))
    assert axial.facts.effective == date(2007, 1, 1)
    assert (axial.facts.professional_technical, axial.facts.units, axial.facts.units_adjudication) == ("1", 1, "2")
    assert peripheral.when == (("measured", ("peripheral",)),)
    assert (deleted.when, deleted.facts.ended, deleted.facts.successors) == ((), date(2015, 1, 1), ("77085",))


def test_when_always_becomes_a_facet_that_the_waking_condition_decides(families):
    family = families["ultrasound"]

    assert family.codes[0].when == (("service", ("named",)),)
    assert [(facet.id, facet.values[0].when) for facet in family.facets] == [("service", family.wakes_on)]


def test_a_template_needs_every_value_of_the_facets_that_it_takes(families):
    template = families["osteoporosis"].codes[0]

    assert template.code == "M80.{cause}8X{encounter}"
    assert template.when == (
        ("fracture", ("current",)),
        ("cause", ("age-related", "other")),
        ("encounter", ("initial", "subsequent")),
    )


def test_a_bundle_with_two_codes_in_a_column_is_two_bundles(families):
    assert families["dxa"].bundles == (
        Bundle("77085", "77080", BundleKind.BUNDLED, "1", "it holds the other", "NCCI PTP, 2024 Q3"),
        Bundle("77085", "76977", BundleKind.BUNDLED, "1", "it holds the other", "NCCI PTP, 2024 Q3"),
    )


def test_modifier_uses_and_examples_are_read(families):
    dxa = families["dxa"]

    assert dxa.modifiers == (
        ModifierUse("26", "only the reading was done"),
        ModifierUse("TC", "only the pictures were taken", Condition(any=("technical-component",))),
    )
    assert dxa.examples == (
        Example("DXA of hip and spine", codes=("77080",), diagnoses=(), ask=()),
        Example("a DXA was done", codes=(), diagnoses=(), ask=("measured",)),
    )


def test_a_concept_takes_the_kind_of_its_file(read):
    assert Concept("dxa", ConceptKind.PROCEDURE, ("bone-density",), ("dxa", "dexa")) in read.concepts


def test_modifiers_are_read_in_the_order_written(read):
    assert [modifier.code for modifier in read.modifiers] == ["26", "TC", "59", "XS"]
    assert read.modifiers[2] == Modifier(
        code="59",
        title="Distinct service",
        plain="the two services are apart",
        when="nothing else tells it",
        group=ModifierGroup.DISTINCT,
        bypasses_edits=True,
        prefer=("XS",),
    )


def test_every_scalar_is_text_as_written(refused, tmp_path):
    assert (
        refused(
            {
                "lexicon/words.yaml": "concepts: [{id: no, kind: status, phrases: [no, 00100, 2023-01-01]}]",
                "families/anesthesia/head.yaml": (
                    "family: head\ntitle: Yes\nsummary: Off\nwakes_on: {any: no}\ncodes: [{code: 00100, plain: 1e3, when: always}]"
                ),
            }
        )
        == []
    )
    found = sources.read(tmp_path)

    assert found.concepts[0].phrases == ("no", "00100", "2023-01-01")
    assert (found.families[0].title, found.families[0].codes[0].code, found.families[0].codes[0].plain) == ("Yes", "00100", "1e3")
