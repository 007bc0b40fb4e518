"""From words of a condition to the code that says as much as they do, over the whole of ICD-10-CM."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.knowledge.condition_words import condition_words, key_of, tokens_of, words_of_line


def said(text):
    return [token.word for token in tokens_of(text)]


def answer(conditions, text, episode="A"):
    words = said(text)
    choice = conditions.most_specific(conditions.place_of(words), words, episode=episode)
    return choice.code if choice else ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("edema of the right orbit", "H05.221"),
        ("right orbit, edema", "H05.221"),
        ("juvenile osteochondrosis of the right hand", "M92.201"),
        ("left upper lobe lung cancer", "C34.12"),
        ("sacral pressure ulcer, stage 3", "L89.153"),
        ("chalazion left upper eyelid", "H00.14"),
        ("chronic tonsillitis and adenoiditis", "J35.03"),
        ("chronic tonsillitis", "J35.01"),
        ("Dupuytren's contracture", "M72.0"),
        ("severe migraine, no aura, not intractable", "G43.009"),
        ("inguinal hernia on the left", "K40.90"),
        ("asthma", "J45.909"),
        ("type 2 diabetes", "E11.9"),
        ("pneumonia", "J18.9"),
        ("pyelonephritis", "N12"),
        ("cellulitis of the left lower leg", "L03.116"),
    ],
)
def test_words_lead_to_the_code_that_says_as_much_as_they_do(knowledge, text, code):
    assert answer(knowledge.conditions, text) == code


@pytest.mark.parametrize(
    ("text", "episode", "code"),
    [
        ("closed fracture of the left femoral neck", "A", "S72.002A"),
        ("fracture of the left femoral neck", "D", "S72.002D"),
        ("fracture of the left femoral neck", "S", "S72.002S"),
        ("open fracture of the shaft of the right tibia", "A", "S82.201B"),
        ("nondisplaced fracture of the surgical neck of the left humerus", "A", "S42.215A"),
        ("foreign body in the cornea of the right eye", "A", "T15.01XA"),
        ("second degree burn of the right forearm", "A", "T22.211A"),
    ],
)
def test_an_injury_gets_its_seventh_character_and_its_placeholders(knowledge, text, episode, code):
    assert answer(knowledge.conditions, text, episode=episode) == code


def test_what_is_not_told_is_handed_back_as_open(knowledge):
    words = said("carpal tunnel syndrome")
    choice = knowledge.conditions.most_specific(knowledge.conditions.place_of(words), words)

    assert choice.code == "G56.00"
    assert {"G56.01", "G56.02"} <= {code for codes in choice.open for code in codes}


@pytest.mark.parametrize("text", ["", "right", "severe", "please advise on the claim", "left knee", "blue sky disease of tuesday"])
def test_words_that_name_no_condition_name_no_place(knowledge, text):
    assert knowledge.conditions.place_of(said(text)) == ""


def test_a_narrow_site_finds_the_wider_one_that_the_list_speaks_of(knowledge):
    assert knowledge.conditions.place_of(said("cellulitis of the forearm")) == knowledge.conditions.place_of(
        said("cellulitis of the upper limb")
    )


@given(st.permutations(["pressure", "ulcer", "of", "right", "heel"]))
def test_the_order_of_words_does_not_matter_to_a_key(words):
    assert key_of(words_of_line(" ".join(words))) == key_of(words_of_line("pressure ulcer of right heel"))


@given(st.text(max_size=120))
def test_any_text_has_words_with_places_inside_it(text):
    tokens = tokens_of(text)

    assert all(0 <= token.start < token.end <= len(text) and token.word for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


def test_what_is_denied_is_marked_until_the_clause_ends():
    assert said("migraine without aura, intractable") == ["migraine", "-aura", "intractable"]


def test_an_abbreviation_of_many_meanings_stays_what_it_is_in_prose():
    assert "erectile" in said("ED")
    assert [token.word for token in tokens_of("seen in the ED", prose=True)][-1] == "ed"


def test_canonical_words_become_themselves():
    words = [word for word in condition_words().spellings if word.isalpha()]

    assert [word for word in words if words_of_line(word) != (word,)] == []
