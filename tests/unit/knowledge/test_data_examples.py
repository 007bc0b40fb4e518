"""The worked examples that coders wrote into the family files, each answered by the engine as written."""

from __future__ import annotations

from datetime import date

import pytest

from consultant.knowledge import sources
from consultant.knowledge.family import Example, Family
from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher
from consultant.model.coding import System

RECEIVED = date(2026, 11, 20)


FAMILIES = sources.read().families


@pytest.fixture(scope="session")
def matcher(knowledge: Knowledge):
    return Matcher(knowledge)


def slip(family: Family, example: Example, matcher: Matcher) -> str:
    """What the engine answers otherwise than written; empty when it answers as written."""
    reading = matcher.read(example.text, RECEIVED)
    services = {suggestion.code for suggestion in reading.procedures}
    diagnoses = {diagnosis.code for diagnosis in reading.diagnoses}
    asked = {question.about for question in reading.questions}
    if family.system is System.ICD10CM:
        is_right = set(example.diagnoses) == diagnoses
    else:
        is_right = set(example.codes) == services and set(example.diagnoses) <= diagnoses
    if is_right and set(example.ask) <= asked:
        return ""
    return f"{example.text!r} gives {sorted(services | diagnoses)} and asks {sorted(asked)}"


@pytest.mark.parametrize("family", [pytest.param(family, id=family.id) for family in FAMILIES])
def test_the_engine_answers_every_example_of_a_family_as_written(family: Family, matcher: Matcher):
    assert [found for example in family.examples if (found := slip(family, example, matcher))] == []


@pytest.mark.parametrize("family", [pytest.param(f, id=f.id) for f in FAMILIES if f.section != "diagnoses"])
def test_a_procedure_family_has_eight_examples_at_least(family: Family):
    assert len(family.examples) >= 8
