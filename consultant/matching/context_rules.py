"""The rules of context (ConText, Harkema et al. 2009; medspaCy's design) as data: what a phrase says of the cues in its reach.

``context_rules.json`` lists them; a literal may name a list of words in braces (``{relative} had``), and stands for each of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from consultant.errors import KnowledgeError
from consultant.matching.tables import Row, read_table, refuse_unknown, words_of
from consultant.model.clinical import Assertion, ConceptKind

_TABLE = "context_rules.json"
_KEYS = ("literal", "category", "direction", "reach", "words", "kinds", "weak", "question", "last", "trailing", "time")
_SLOT = re.compile(r"\{(\w+)\}")


class Category(StrEnum):
    """What a context phrase does: set an assertion, say that a thing was done, stop a reach, or nothing (a look-alike)."""

    ABSENT = "absent"
    POSSIBLE = "possible"
    PLANNED = "planned"
    HISTORICAL = "historical"
    SOMEONE_ELSE = "someone-else"
    ASKED = "asked"
    PERFORMED = "performed"
    TERMINATOR = "terminator"
    PSEUDO = "pseudo"

    @property
    def assertion(self) -> Assertion | None:
        """The assertion that the category sets; None for those that set none."""
        return _ASSERTIONS.get(self.value)


_ASSERTIONS = {assertion.value: assertion for assertion in Assertion}


class Direction(StrEnum):
    """Where a context phrase reaches."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


class Reach(StrEnum):
    """How far a context phrase reaches."""

    NEAR = "near"
    """So many words within the clause."""
    CLAUSE = "clause"
    """To the next comma, colon or bracket."""
    SERIES = "series"
    """The clause, and on through a list that ends in "or" ("no lumps, pain or fever")."""
    LIST = "list"
    """The clause, and on through any list of conditions ("denies fever, chills, cough")."""
    SENTENCE = "sentence"
    """Past commas, up to a terminator or a new clause with a verb of its own."""


@dataclass(frozen=True, slots=True)
class ContextRule:
    """One rule; ``literal`` is the human reading of all phrases it has."""

    literal: tuple[str, ...]
    category: Category
    direction: Direction
    reach: Reach
    words: int
    kinds: frozenset[ConceptKind]
    """The kinds of cue it can change; empty means all."""
    weak: bool
    """Whether other words of the case may outvote it ("ordered")."""
    question: bool
    """Whether it only holds in a question."""
    last: bool
    """Whether it only holds at the end of its clause ("fracture healed", not "a healed fracture")."""
    trailing: bool
    """Whether it speaks of the clause before when it opens its own ("CT of the abdomen, obtained at Mercy")."""
    time: bool
    """Whether it tells a time, which dates the image that an act works on, and not the act ("analysis of a CT done last week")."""


@dataclass(frozen=True, slots=True)
class ContextRules:
    """All rules of context, and the small word lists that clauses are told apart by."""

    rules: tuple[ContextRule, ...]
    conjunctions: frozenset[str]
    verbs: frozenset[str]
    polar: frozenset[str]
    lead_ins: frozenset[str]
    """Words before a colon after which stands what is asked for ("can we bill: …")."""
    judgements: frozenset[str]
    """Words before a colon that close a question ("is it correct: …")."""
    works_on: tuple[str, ...]
    """Words between an analysis and the image that it works on."""
    images: tuple[str, ...]
    complaints: frozenset[str]
    """Words that make the site before them the place of a complaint ("leg pain"), not of an act."""
    quoted_others: frozenset[str]
    """Words that name a speaker who did not treat the patient: a payer, a policy, a program."""
    months: tuple[str, ...]
    since: frozenset[str]


@cache
def context_rules() -> ContextRules:
    """The rules of the table. Raises KnowledgeError when a row cannot be used."""
    table = read_table(_TABLE)
    refuse_unknown(
        table,
        (
            "lists",
            "rules",
            "conjunctions",
            "verbs",
            "polar",
            "lead_ins",
            "judgements",
            "works_on",
            "images",
            "complaints",
            "quoted_others",
            "months",
            "since",
        ),
        _TABLE,
    )
    lists = {name: words_of(table["lists"], name, f"{_TABLE}: lists") for name in table["lists"]}
    return ContextRules(
        rules=tuple(_rule(row, lists, f"{_TABLE}: rule {number}") for number, row in enumerate(table["rules"], 1)),
        conjunctions=frozenset(words_of(table, "conjunctions", _TABLE)),
        verbs=frozenset(words_of(table, "verbs", _TABLE)),
        polar=frozenset(words_of(table, "polar", _TABLE)),
        lead_ins=frozenset(words_of(table, "lead_ins", _TABLE)),
        judgements=frozenset(words_of(table, "judgements", _TABLE)),
        works_on=words_of(table, "works_on", _TABLE),
        images=words_of(table, "images", _TABLE),
        complaints=frozenset(words_of(table, "complaints", _TABLE)),
        quoted_others=frozenset(words_of(table, "quoted_others", _TABLE)),
        months=words_of(table, "months", _TABLE),
        since=frozenset(words_of(table, "since", _TABLE)),
    )


def _rule(row: Row, lists: dict[str, tuple[str, ...]], place: str) -> ContextRule:
    refuse_unknown(row, _KEYS, place)
    literals = words_of(row, "literal", place)
    if not literals:
        msg = f"{place}: it has no phrases; list them under 'literal'"
        raise KnowledgeError(msg)
    try:
        return ContextRule(
            literal=tuple(dict.fromkeys(phrase for literal in literals for phrase in _expanded(literal, lists))),
            category=Category(row["category"]),
            direction=Direction(row.get("direction", "forward")),
            reach=Reach(row.get("reach", "clause")),
            words=int(row.get("words", 0)),
            kinds=frozenset(ConceptKind(kind) for kind in words_of(row, "kinds", place)),
            weak=bool(row.get("weak", False)),
            question=bool(row.get("question", False)),
            last=bool(row.get("last", False)),
            trailing=bool(row.get("trailing", False)),
            time=bool(row.get("time", False)),
        )
    except (KeyError, ValueError) as error:
        msg = f"{place}: {error} is not known; see context_rules.py for the words a rule may use"
        raise KnowledgeError(msg) from error


def _expanded(literal: str, lists: dict[str, tuple[str, ...]]) -> Iterator[str]:
    slots = _SLOT.findall(literal)
    for words in itertools.product(*(lists[slot] for slot in slots)):
        filled = iter(words)
        yield _SLOT.sub(lambda _: next(filled), literal)  # noqa: B023 - the lambda is used up before the next turn of the loop
