"""The tables that reading looks things up in, made when the knowledge file is built."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.family import Concept, Family
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.nouns import Nouns, lines_of
from consultant.knowledge.phrasebook import Phrasebook, beginnings, parts_of
from consultant.knowledge.reading_index import ReadingIndex
from consultant.model.clinical import ConceptKind

_LETTERS = st.text("abcdefg", min_size=8, max_size=12)


def _concept(name: str, *phrases: str) -> Concept:
    return Concept(name, ConceptKind.PROCEDURE, (), phrases)


def test_a_book_has_every_form_of_a_phrase_and_every_beginning_of_it():
    book = Phrasebook.of((_concept("scan", "bone scan"), _concept("film", "x-ray film", "bone scan")))
    assert dict(book.phrases) == {
        "bone": "",
        "bone scan": "0 1",
        "bone scans": "0 1",
        "x": "",
        "x ray": "",
        "x ray film": "1",
        "x ray films": "1",
        "xray": "",
        "xray film": "1",
        "xray films": "1",
    }


def test_the_plural_of_an_acronym_gives_way_to_another_acronym():
    book = Phrasebook.of((_concept("urogram", "ivu"), _concept("vascular-ultrasound", "ivus")))
    assert book.phrases["ivus"] == "1"


def test_signs_are_words_of_their_own():
    assert list(beginnings("<3 cm (r)")) == ["<", "<3", "<3 cm", "<3 cm (", "<3 cm (r"]


def test_what_is_written_down_is_read_back():
    book = Phrasebook.of((_concept("scope", "colonoscopy", "look-through"),))
    assert Phrasebook.loads(book.dumps()) == book
    assert Phrasebook.loads(Phrasebook.of(()).dumps()) == Phrasebook.of(())


@given(word=_LETTERS, place=st.integers(1, 7), letter=st.sampled_from("xyz"))
def test_a_word_with_one_slip_shares_a_part_with_the_word_that_is_meant(word: str, place: int, letter: str):
    slips = Phrasebook.of((_concept("meant", word),)).slips
    left_out, added = word[:place] + word[place + 1 :], word[:place] + letter + word[place:]
    for written in (left_out, added, word[:place] + letter + word[place + 1 :]):
        assert any(word in slips.get(part, "").split() for part in parts_of(written))


def test_nouns_are_decoded_when_asked_for_and_only_once(knowledge: Knowledge):
    families = knowledge.families[:3]
    nouns = Nouns(Family, lines_of(families))
    assert nouns[1] is nouns[1]
    assert nouns[-1] == families[2]
    assert (len(nouns), nouns[1:], nouns == families) == (3, families[1:], True)


def test_the_index_points_at_families_and_concepts_by_their_number(knowledge: Knowledge):
    index = knowledge.index
    assert [family.id for family in knowledge.families] == list(index.families)
    assert [concept.id for concept in knowledge.concepts] == list(index.concepts)
    family = knowledge.families[index.codes["77080"][0]]
    assert "77080" in {entry.code for entry in family.codes}
    assert index.waking[family.wakes_on.any[0]].count(list(index.families).index(family.id)) == 1
    assert ReadingIndex.loads(index.dumps()) == index
