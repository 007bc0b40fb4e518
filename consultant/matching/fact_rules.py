"""The phrases that tell a fact of the case (payer, setting, component, new or established, sex), as data in fact_rules.json."""

from __future__ import annotations

from functools import cache
from typing import Any

from consultant.matching.phrases import FactPhrase, Meaning
from consultant.matching.tables import read_table, refuse_unknown, words_of

_TABLE = "fact_rules.json"


@cache
def _table() -> dict[str, Any]:
    table = read_table(_TABLE)
    refuse_unknown(table, ("facts", "sex", "date_of_service"), _TABLE)
    return table


@cache
def fact_phrases() -> tuple[tuple[str, Meaning], ...]:
    """Every phrase of the table with the fact it tells."""
    entries: list[tuple[str, Meaning]] = []
    for number, row in enumerate(_table()["facts"], 1):
        place = f"{_TABLE}: fact {number}"
        refuse_unknown(row, ("name", "value", "rank", "phrases", "concepts"), place)
        meaning = FactPhrase(row["name"], row["value"], int(row["rank"]))
        entries += [(phrase, meaning) for phrase in words_of(row, "phrases", place)]
    for row in _table()["sex"]:
        meaning = FactPhrase("sex", row["value"], 1)
        entries += [(phrase, meaning) for phrase in words_of(row, "phrases", f"{_TABLE}: sex")]
    return tuple(entries)


@cache
def fact_concepts() -> dict[str, FactPhrase]:
    """The concepts of the lexicon whose phrases tell a fact of the case too."""
    return {
        concept: FactPhrase(row["name"], row["value"], int(row["rank"]))
        for row in _table()["facts"]
        for concept in words_of(row, "concepts", _TABLE)
    }


@cache
def date_words() -> tuple[str, ...]:
    """The words after which the date of service stands, longest first."""
    return tuple(sorted(words_of(_table(), "date_of_service", _TABLE), key=len, reverse=True))
