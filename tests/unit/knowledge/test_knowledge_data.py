"""What must hold of the written knowledge that travels with the package."""

from __future__ import annotations

from consultant.model.coding import System


def test_the_written_knowledge_is_built_without_a_refusal(knowledge):
    assert knowledge.rows["families"] > 0
    assert knowledge.rows["concepts"] > 0
    assert knowledge.rows["modifiers"] > 0


def test_every_service_code_of_a_family_has_a_page(knowledge):
    written = {code.code for family in knowledge.families for code in family.codes if code.system is not System.ICD10CM}

    assert [code for code in sorted(written) if knowledge.code(code) is None] == []


def test_every_diagnosis_that_a_family_names_exists(knowledge):
    named = {code for family in knowledge.families for code in family.diagnoses}

    assert [code for code in sorted(named) if knowledge.diagnosis(code) is None] == []


def test_every_successor_is_no_deleted_code(knowledge):
    facts = {code.code: code.facts for family in knowledge.families for code in family.codes}
    successors = {successor for found in facts.values() for successor in found.successors}

    assert [code for code in sorted(successors) if code in facts and facts[code].ended and not facts[code].successors] == []


def test_a_service_code_is_found_by_its_own_words(knowledge):
    # One code of each family stands for all: five thousand searches take minutes. Anesthesia differs by region alone.
    for family in (family for family in knowledge.families if family.section != "anesthesia"):
        code = family.codes[len(family.codes) // 2]
        if code.system is not System.ICD10CM:
            assert code.code in [hit.code for hit in knowledge.search(code.plain, system=code.system, limit=10)]
