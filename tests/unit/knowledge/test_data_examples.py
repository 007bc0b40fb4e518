"""The worked examples that coders wrote into the family files, each answered by the engine as written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from consultant.knowledge import sources
from consultant.knowledge.family import Example, Family
from consultant.knowledge.lookup import Knowledge
from consultant.matching.match import Matcher
from consultant.model.coding import System

RECEIVED = date(2026, 11, 20)


def worked() -> Iterator[tuple[Family, Example]]:
    """Every example with its family, in the order written."""
    for family in sources.read().families:
        yield from ((family, example) for example in family.examples)


@pytest.fixture(scope="session")
def matcher(knowledge: Knowledge):
    return Matcher(knowledge)


@pytest.mark.parametrize(("family", "example"), [pytest.param(f, e, id=f"{f.id}: {e.text[:60]}") for f, e in worked()])
def test_the_engine_answers_an_example_as_written(family: Family, example: Example, matcher: Matcher):
    reading = matcher.read(example.text, RECEIVED)
    diagnoses = {diagnosis.code for diagnosis in reading.diagnoses}
    asked = {question.about for question in reading.questions}
    if family.system is System.ICD10CM:
        assert set(example.diagnoses) == diagnoses
    else:
        assert set(example.codes) == {suggestion.code for suggestion in reading.procedures}
        assert set(example.diagnoses) <= diagnoses
    assert set(example.ask) <= asked


@pytest.mark.parametrize("family", [pytest.param(f, id=f.id) for f in sources.read().families if f.section != "diagnoses"])
def test_a_procedure_family_has_eight_examples_at_least(family: Family):
    assert len(family.examples) >= 8
