"""A draft query to the provider, for facts that only the provider can add to the record.

It follows the AHIMA/ACDIS guidelines for compliant query practice (2022): clinical indicators of the record first, then an open
question with options that include "other" and "unable to determine", and never a word on payment or on codes. A query needs
indicators: without words of a note there is none. Which facts the practice knows by itself, and how others are asked, stands in
``query_rules.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from consultant.drafting.parts import Query, QueryRow
from consultant.drafting.words import one_line, quoted, sentence
from consultant.knowledge.family import Facet
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Analysis, CaseKind
from consultant.model.coding import Diagnosis, Question, Suggestion

_SUBJECT = "Subject:"
_ASKED = 2
_INDICATORS = 5
_OPTIONS = 6
_FEWEST = 2
"""A single option would lead."""
_CODE = re.compile(r"\b(?:\d{5}|\d{4}[TFU]|[A-Z]\d{2}\.\w+|[A-V]\d{4})\b")


def query(analysis: Analysis, knowledge: Knowledge | None) -> Query | None:
    """The query that goes with a letter, or None when the provider has nothing to add or no indicator supports it."""
    if analysis.reading.kind is CaseKind.QUESTION:
        return None
    rows = tuple(_rows(analysis, knowledge))[:_ASKED]
    indicators = _indicators(analysis)
    return Query(indicators, rows, str(_rules()["closing"])) if rows and indicators else None


def _rows(analysis: Analysis, knowledge: Knowledge | None) -> Iterator[QueryRow]:
    seen: set[str] = set()
    for question in analysis.reading.questions:
        facts = question.about.split(", ")
        if facts[0] in _rules()["asker_knows"]:
            continue
        asked = _wording(question, facts)
        if asked not in seen:
            seen.add(asked)
            yield QueryRow(asked, (*_options(question, facts[0], knowledge), str(_rules()["other"]), str(_rules()["unable"])))


def _wording(question: Question, facts: list[str]) -> str:
    """The question as it may be put to a provider."""
    asked: Mapping[str, str] = _rules()["asked"]
    own = one_line(question.question)
    if facts[0] in asked:
        return asked[facts[0]]
    return str(_rules()["otherwise"]).format(about=facts[0].replace("-", " ")) if _may_not_stand(own) else own


def _options(question: Question, fact: str, knowledge: Knowledge | None) -> tuple[str, ...]:
    """The ways in which the fact can turn out, in plain words; none when fewer than two can stand in a query."""
    if knowledge is None:
        return ()
    families = dict.fromkeys(family for code in question.decides for family in knowledge.families_of_code(code))
    facet = next((one for family in families for one in family.facets if one.id == fact and one.ask == question.question), None)
    found = _plain(facet) if facet else ()
    return found if len(found) >= _FEWEST else ()


def _plain(facet: Facet) -> tuple[str, ...]:
    told = (value.plain for value in facet.values if value.plain and not _is_unknown(value.plain))
    words = dict.fromkeys(sentence(plain).rstrip(".") for plain in told)
    kept = tuple(one for one in words if not _may_not_stand(one))
    # Leaving some ways out would lead to the others, so it is all of them or none.
    return kept if len(kept) == len(words) <= _OPTIONS else ()


def _is_unknown(plain: str) -> bool:
    """Whether a way of the fact only says that it is not told; "unable to determine" says that already."""
    return any(words in plain.lower() for words in _rules()["unknown"])


def _indicators(analysis: Analysis) -> tuple[str, ...]:
    """Words of the note on which our reading rests, each once."""
    reading = analysis.reading
    ours: tuple[Suggestion | Diagnosis, ...] = (*reading.procedures, *reading.diagnoses)
    places = sorted({evidence for one in ours for evidence in one.evidence}, key=lambda one: one.span)
    # The subject line is the asker's, not the record's.
    record = reading.text.find("\n") if reading.text.startswith(_SUBJECT) else 0
    told = (evidence.text for evidence in places if evidence.span.start >= record)
    words = {text.lower(): quoted(text) for text in told if not _may_not_stand(text)}
    return tuple(words.values())[:_INDICATORS]


def _may_not_stand(text: str) -> bool:
    """Whether a text names a code or speaks of money."""
    words = {word.strip(".,;:?!()/-").lower() for word in text.split()}
    return bool(_CODE.search(text)) or bool(words & set(_rules()["never_say"]))


@cache
def _rules() -> Mapping[str, Any]:
    told: Mapping[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("query_rules.yaml").read_text(encoding="utf-8"))
    return told
