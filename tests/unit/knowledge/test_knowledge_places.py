"""Places of service, neighbours, the codes a modifier can stand on, and the optional parts of a family for its page."""

from __future__ import annotations

import pytest
from pages_cast import FAMILIES, write_sources

from consultant.errors import KnowledgeError
from consultant.knowledge.concepts import ConceptFinder
from consultant.knowledge.family import Concept
from consultant.knowledge.modifiers import Modifier, ModifierGroup
from consultant.knowledge.official_facts import Taxonomy
from consultant.knowledge.official_kinds import Edition
from consultant.knowledge.specialties import same_specialty
from consultant.model.clinical import ConceptKind


def limited(*only_on: str) -> Modifier:
    return Modifier("27", "t", "p", "w", ModifierGroup.EVALUATION, only_on=only_on)


@pytest.mark.parametrize(
    ("spans", "code", "fits"),
    [
        ((), "77080", True),
        (("99202-99215",), "99213", True),
        (("99202-99215",), "99215", True),
        (("99202-99215",), "99221", False),
        (("G0463",), "G0463", True),
        (("G0380-G0384",), "99282", False),
        (("0001U-9999U",), "0123U", True),
        (("0001U-9999U",), "0123T", False),
        (("00100-01999",), "0750T", False),
    ],
)
def test_a_modifier_stands_on_the_codes_of_its_ranges_only(spans, code, fits):
    assert limited(*spans).fits(code) is fits


def test_the_knowledge_file_carries_places_neighbours_and_limits(knowledge):
    assert (knowledge.places["11"].facility, knowledge.places["22"].facility) == (False, True)
    assert not knowledge.modifiers["27"].fits("0750T")
    assert knowledge.plain("99999") == ""
    assert knowledge.plain("M81.0").startswith("Age-related osteoporosis")
    assert knowledge.plain("77080")


def test_every_assigned_place_of_service_is_written(knowledge):
    assert len(knowledge.places) == 52
    assert all(place.plain and place.name for place in knowledge.places.values())


def test_the_plain_words_of_a_family_win_over_those_of_a_neighbour(tmp_path):
    neighbours = 'procedures:\n  - {code: 77080, plain: "dead words"}\n  - {code: 99213, plain: "Office visit"}\n'
    written = write_sources(tmp_path, neighbours=neighbours)
    from pages_cast import open_book  # noqa: PLC0415  (used here alone)

    knowledge = open_book(written).knowledge
    assert knowledge.plain("77080") == "DXA bone density of hip, spine or pelvis"
    assert knowledge.plain("99213") == "Office visit"


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("sites_of_service: [11, 22]", "sites_of_service: [11, 98]", "the place of service '98' is not known"),
        ("taxonomy: 2085R0202X", "taxonomy: 2085", "'2085' is no provider taxonomy"),
        ("name: Diagnostic Radiology", "nam: Diagnostic Radiology", "did you mean 'name'?"),
    ],
)
def test_slips_in_the_page_parts_of_a_family_are_refused(tmp_path, old, new, refusal):
    with pytest.raises(KnowledgeError, match=refusal.replace("?", r"\?")):
        write_sources(tmp_path, dxa=FAMILIES["dxa"].replace(old, new))


@pytest.mark.parametrize(
    ("neighbours", "refusal"),
    [
        ("procedures:\n  - {code: M81.0, plain: x}\n", "'M81.0' is no procedure code"),
        ("procedures:\n  - {code: 99213, plain: x}\n  - {code: 99213, plain: y}\n", "stands here twice"),
        ("procedures:\n  - {code: 99213}\n", "'plain' is missing"),
    ],
)
def test_slips_among_neighbours_are_refused(tmp_path, neighbours, refusal):
    with pytest.raises(KnowledgeError, match=refusal):
        write_sources(tmp_path, neighbours=neighbours)


def test_the_longest_phrase_is_found_with_its_words_as_written():
    concepts = [
        Concept("hip", ConceptKind.SITE, (), ("hip",)),
        Concept("hip-joint", ConceptKind.SITE, (), ("hip joint",)),
        Concept("x-ray", ConceptKind.PROCEDURE, (), ("x-ray",)),
    ]
    finder = ConceptFinder(concepts, {ConceptKind.SITE})

    assert finder.find("X-ray of both Hip-Joints, and of a hip") == {"hip-joint": "Hip-Joints", "hip": "hip"}
    assert finder.find("") == {}


def taxonomy(classification: str, specialization: str, name: str) -> Taxonomy:
    edition: Edition = None  # type: ignore[assignment]  (no comparison of names looks at it)
    return Taxonomy(
        "2085R0202X", "Allopathic & Osteopathic Physicians", classification, specialization, name, "Individual", (), edition
    )


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        ("Diagnostic Radiology", taxonomy("Radiology", "Diagnostic Radiology", "Diagnostic Radiology Physician"), True),
        ("Diagnostic Radiologist", taxonomy("Radiology", "Diagnostic Radiology", "Diagnostic Radiology Physician"), True),
        ("Radiology - Diagnostic Radiology", taxonomy("Radiology", "Diagnostic Radiology", "Diagnostic Radiology Physician"), True),
        ("Orthopedic Surgery", taxonomy("Orthopaedic Surgery", "", "Orthopaedic Surgery Physician"), True),
        ("Rheumatology", taxonomy("Internal Medicine", "Rheumatology", "Rheumatology Physician"), True),
        ("Internal Medicine", taxonomy("Internal Medicine", "Hematology", "Hematology (Internal Medicine) Physician"), False),
        ("Internal Medicine", taxonomy("Internal Medicine", "", "Internal Medicine Physician"), True),
        ("Musculoskeletal Radiology", taxonomy("Radiology", "Diagnostic Radiology", "Diagnostic Radiology Physician"), False),
        ("Orthopedic Surgery", taxonomy("Psychiatry & Neurology", "Psychiatry", "Psychiatry Physician"), False),
        ("", taxonomy("Radiology", "", "Radiology"), False),
    ],
)
def test_specialties_are_compared_by_the_words_that_count(said, known, same):
    assert same_specialty(said, known) is same
