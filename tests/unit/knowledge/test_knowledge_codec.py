from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge import codec, sources
from consultant.knowledge.family import CodeFacts, Concept, Family
from consultant.knowledge.modifiers import Modifier

facts = st.builds(
    CodeFacts,
    effective=st.none() | st.dates(),
    ended=st.none() | st.dates(),
    status=st.text(),
    units=st.none() | st.integers(0, 99),
    disputed=st.lists(st.text()).map(tuple),
)


@given(st.lists(facts).map(tuple))
def test_facts_come_back_as_they_were(given_facts):
    assert codec.loads(CodeFacts, codec.dumps(given_facts)) == given_facts


def test_all_nouns_of_the_small_knowledge_come_back_as_they_were(written):
    found = sources.read(written)

    assert codec.loads(Family, codec.dumps(found.families)) == found.families
    assert codec.loads(Concept, codec.dumps(found.concepts)) == found.concepts
    assert codec.loads(Modifier, codec.dumps(found.modifiers)) == found.modifiers


def test_a_row_with_a_value_too_few_is_an_error():
    row = codec.dumps((CodeFacts(),)).replace(",[]]]", "]]")

    with pytest.raises(ValueError, match="shorter"):
        codec.loads(CodeFacts, row)
