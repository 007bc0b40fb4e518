"""The search behind the families: cheap, over authored words first, and one call for diagnoses at most."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from matching_cast import CONCEPTS, FAMILIES, RECEIVED, code, family, knowledge

from consultant.knowledge.family import Condition
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.reading_index import wording
from consultant.matching.authored import AuthoredWords
from consultant.matching.match import Matcher

STONES = family(
    "stones",
    facets=(),
    wakes_on=Condition(any=("unknown",)),
    codes=(
        code("50590", "shattering of a kidney stone by shock waves", service="always"),
        code("50080", "removal of a kidney stone through the skin", service="always"),
        code("52353", "laser of a stone in the ureter", service="always"),
    ),
)


def test_the_code_that_shares_the_rarest_words_is_nearest():
    found = AuthoredWords(wording((STONES,))).nearest(["shock", "waves", "kidney", "stones"], 2)
    assert [code for code, _ in found] == ["50590", "50080"]
    assert found[0][1] == pytest.approx(1.0)


def test_words_that_no_code_has_find_nothing():
    assert AuthoredWords(wording((STONES,))).nearest(["unheard"], 2) == []


def test_the_rarest_words_are_those_that_no_code_has():
    assert AuthoredWords(wording((STONES,))).rarest(["kidney", "stone", "hydronephrosis", "laser"], 2) == [
        "hydronephrosis",
        "laser",
    ]


@dataclass
class Counting:
    """A knowledge base that counts its searches."""

    base: Knowledge
    searches: list[str] = field(default_factory=list)

    def __hash__(self) -> int:
        return id(self)

    def __getattr__(self, name: str) -> object:
        return getattr(self.base, name)

    def search(self, words: str, **_: object) -> tuple[()]:
        self.searches.append(words)
        return ()


@pytest.mark.parametrize(
    ("text", "searches"),
    [
        ("DXA of the hip done today.", 0),
        ("Shock waves for a stone in the kidney of a man with hydronephrosis, nothing else was done today at our place.", 1),
        ("Mammogram done for osteoporosis.", 0),
    ],
)
def test_a_mail_costs_one_search_at_most(text: str, searches: int):
    counting = Counting(knowledge())
    Matcher(counting).read(text, RECEIVED)
    assert searches == len(counting.searches)
    assert all(len(words.split()) <= 3 for words in counting.searches)


def test_a_phrase_nobody_foresaw_finds_its_code_among_the_candidates():
    base = Knowledge.of((*FAMILIES, STONES), CONCEPTS)
    reading = Matcher(base).read("The man had shock waves for a stone of the kidney.", RECEIVED)
    assert reading.candidates[0].code == "50590"
