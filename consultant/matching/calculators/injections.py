"""Injections into muscle or under the skin: one for each drug so given, more where the mail counts them ("x 2", "two injections").

Ordinary drugs, complex ones (chemotherapy and complex biologics) and hormonal cancer drugs are counted apart; which concepts are
what stands in injection_rules.json. Without a drug that is known by name there is one injection of an ordinary drug.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from consultant.matching.calculators.counted import counted
from consultant.matching.calculators.measures import Amount
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import CareEvent, Span

_TABLE = "injection_rules.json"
_KEYS = ("drug", "complex", "hormonal", "injected", "other_ways")
_COUNTS = {"complex": "complex-injections", "hormonal": "hormonal-injections", "drug": "injections"}


def injections(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The counts of the three kinds of drug, each told even when it is none."""
    rules = read_rules()
    counts = dict.fromkeys(_COUNTS.values(), 0.0)
    spans: list[Span] = []
    for event in events:
        concepts = {cue.concept for cue in event.cues}
        if rules["injected"] in concepts:
            kind = next((name for key, name in _COUNTS.items() if rules[key] in concepts), _COUNTS["drug"])
            told = counted((event,), text).get("count")
            counts[kind] += told.value if told and "unit" not in told.spans[0].of(text).lower() else 1
            spans.append(event.anchor.span)
    return {name: Amount(number, tuple(spans), f"{number:.12g} injections") for name, number in counts.items()}


def looked_at() -> frozenset[str]:
    """The concepts that the rules look at."""
    return frozenset({*read_rules().values(), *words_of(read_table(_TABLE), "other_ways", _TABLE)})


def names() -> frozenset[str]:
    """The concept of a drug."""
    return frozenset({read_rules()["drug"]})


@cache
def read_rules() -> dict[str, str]:
    """The concept of each role."""
    table = read_table(_TABLE)
    refuse_unknown(table, _KEYS, _TABLE)
    return {key: words_of({key: [table[key]]}, key, _TABLE)[0] for key in _KEYS[:-1]}
