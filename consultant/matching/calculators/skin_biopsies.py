"""Biopsies of the skin by technique: the first of a day by the greatest technique, every further lesion by its own.

An incisional biopsy is first before a punch, a punch before a tangential one (CPT, introduction to 11102-11107). Each act is one
lesion unless it names a number. Which concept is which technique stands in biopsy_rules.json, the greatest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from consultant.matching.calculators.counted import counted
from consultant.matching.calculators.measures import Amount
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import CareEvent, Span

_TABLE = "biopsy_rules.json"
TECHNIQUES = ("incisional", "punch", "tangential")


def skin_biopsies(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The counts ``<technique>-first`` and ``<technique>-further``, each told even when it is none; nothing without a technique."""
    rules = _rules()
    lesions = dict.fromkeys(TECHNIQUES, 0)
    spans: dict[str, list[Span]] = {technique: [] for technique in TECHNIQUES}
    for event in events:
        # Of two words for one act ("punch biopsy … biopsy") the technique is the one that says more.
        shown = [technique for technique in TECHNIQUES if any(cue.concept == rules[technique] for cue in event.cues)]
        if shown:
            told = counted((event,), text).get("count")
            # A number that is that of all acts ("3 biopsies: …") counts them all, not this one.
            is_whole = told is not None and told.value == len(events) > 1
            lesions[shown[0]] += int(told.value) if told and not is_whole else 1
            spans[shown[0]].append(event.anchor.span)
    return _counts(lesions, spans) if any(lesions.values()) else {}


def first_and_further(lesions: Mapping[str, int]) -> dict[str, int]:
    """The counts of lines: one first for the greatest technique, and what is left of each."""
    first = next((technique for technique in TECHNIQUES if lesions[technique]), None)
    counts = {f"{technique}-first": int(technique == first) for technique in TECHNIQUES}
    return counts | {f"{technique}-further": lesions[technique] - (technique == first) for technique in TECHNIQUES}


def _counts(lesions: Mapping[str, int], spans: Mapping[str, Sequence[Span]]) -> Mapping[str, Amount]:
    told = ", ".join(f"{number} {technique}" for technique, number in lesions.items() if number)
    return {name: Amount(number, tuple(spans[name.partition("-")[0]]), told) for name, number in first_and_further(lesions).items()}


@cache
def _rules() -> dict[str, str]:
    table = read_table(_TABLE)
    refuse_unknown(table, TECHNIQUES, _TABLE)
    return {technique: words_of({technique: [table[technique]]}, technique, _TABLE)[0] for technique in TECHNIQUES}
