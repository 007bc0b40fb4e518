"""Infusions, pushes and hydration of one encounter and vein, each as the first of its kind, a further one, or further hours.

One service is the first: an infusion of chemotherapy before a push of it, before another infusion, another push, hydration. All
others are further ones: in sequence, or once at the same time. A further hour needs more than 30 minutes beyond the last; what
runs 15 minutes or less is a push; hydration needs 31 minutes (CPT, introduction to 96360-96549). The amounts are counts, each
told even when it is none, so that a code whose count is none gives no line; ``untimed`` counts infusions whose minutes are not
told. Which concepts are what stands in infusion_rules.json. Known limit: a second vein, and the order in which a physician
chooses the main reason of the visit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from consultant.matching.calculators.measures import Amount
from consultant.matching.calculators.minutes_bands import minutes_bands
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import CareEvent, Span

_TABLE = "infusion_rules.json"
_WORDS = ("drug", "complex", "infused", "pushed", "by_vein", "hydration", "concurrent", "repeated")
_HOUR, _MOST_OF_HOUR, _LONGEST_PUSH, _LEAST_HYDRATION = 60, 31, 15, 31
COUNTS = (
    "chemo-infusion-first",
    "chemo-infusion-hours",
    "chemo-infusion-further",
    "chemo-push-first",
    "chemo-push-further",
    "infusion-first",
    "infusion-hours",
    "infusion-further",
    "infusion-concurrent",
    "push-first",
    "push-further",
    "push-repeated",
    "hydration-first",
    "hydration-hours",
    "untimed",
)
"""The amounts, all of them counts."""


class Kind(StrEnum):
    """How something was given, the first service of an encounter first."""

    CHEMO_INFUSION = "chemo-infusion"
    CHEMO_PUSH = "chemo-push"
    INFUSION = "infusion"
    PUSH = "push"
    HYDRATION = "hydration"


@dataclass(frozen=True, slots=True)
class Given:
    """One drug or fluid given into a vein; ``minutes`` is None where no time is told."""

    kind: Kind
    minutes: float | None
    spans: tuple[Span, ...] = ()
    concurrent: bool = False
    repeated: bool = False


def infusions(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The counts of one encounter, of one event for each drug and for the fluids."""
    given = [one for event in events if (one := _given(event, text))]
    counts = counted_by_rank(given)
    spans = tuple(dict.fromkeys(span for one in given for span in one.spans))
    told = ", ".join(_told(one) for one in given)
    return {name: Amount(number, spans, told) for name, number in counts.items()}


def counted_by_rank(given: Sequence[Given]) -> dict[str, int]:
    """The counts that what was given makes; see the module docstring for the rules."""
    counts = dict.fromkeys(COUNTS, 0)
    present = [kind for kind in Kind if any(one.kind is kind and _counts(one) for one in given)]
    first = present[0] if present else None
    for kind in present:
        same = [one for one in given if one.kind is kind and _counts(one)]
        if kind is Kind.HYDRATION:
            _add_hydration(counts, sum(one.minutes or 0 for one in same), is_first=kind is first)
        elif kind in (Kind.PUSH, Kind.CHEMO_PUSH):
            _add_pushes(counts, kind, same, is_first=kind is first)
        else:
            _add_infusions(counts, kind, same, is_first=kind is first)
    counts["untimed"] = sum(1 for one in given if one.minutes is None and one.kind not in (Kind.PUSH, Kind.CHEMO_PUSH))
    return counts


def further_hours(minutes: float) -> int:
    """The further hours of an infusion: each needs more than 30 minutes beyond the hour before it."""
    return max(0, int(minutes - _MOST_OF_HOUR) // _HOUR)


def _counts(one: Given) -> bool:
    """Whether it is reported at all: hydration of half an hour or less is not."""
    return one.kind is not Kind.HYDRATION or (one.minutes or 0) >= _LEAST_HYDRATION


def _add_hydration(counts: dict[str, int], minutes: float, *, is_first: bool) -> None:
    counts["hydration-first"] += is_first
    # Beside another first service the hydration's own first hour is a further one.
    counts["hydration-hours"] += further_hours(minutes) + (not is_first)


def _add_pushes(counts: dict[str, int], kind: Kind, same: Sequence[Given], *, is_first: bool) -> None:
    counts[f"{kind}-first"] += is_first
    counts[f"{kind}-further"] += len(same) - is_first
    if kind is Kind.PUSH:
        counts["push-repeated"] += sum(one.repeated for one in same)


def _add_infusions(counts: dict[str, int], kind: Kind, same: Sequence[Given], *, is_first: bool) -> None:
    at_once = [one for one in same if one.concurrent and kind is Kind.INFUSION]
    in_sequence = [one for one in same if not (one.concurrent and kind is Kind.INFUSION)]
    if is_first and not in_sequence:
        # When all are told as running at the same time, one of them is what the others run beside.
        in_sequence, at_once = at_once[:1], at_once[1:]
    counts[f"{kind}-first"] += is_first
    counts[f"{kind}-further"] += len(in_sequence) - is_first
    counts[f"{kind}-hours"] += sum(further_hours(one.minutes or 0) for one in in_sequence)
    counts["infusion-concurrent"] = max(counts["infusion-concurrent"], int(bool(at_once)))


def _given(event: CareEvent, text: str) -> Given | None:
    amount = minutes_bands((event,), text).get("minutes")
    minutes = amount.value if amount else None
    words = _words()
    found = {cue.concept for cue in event.cues}
    kind = _kind(found, minutes, words)
    if kind is None:
        return None
    spans = (event.anchor.span, *(amount.spans if amount else ()))
    return Given(kind, minutes, spans, words["concurrent"] in found, words["repeated"] in found)


def _kind(found: frozenset[str] | set[str], minutes: float | None, words: Mapping[str, str]) -> Kind | None:
    is_complex, is_by_vein = words["complex"] in found, words["by_vein"] in found
    if words["drug"] not in found and words["hydration"] in found:
        return Kind.HYDRATION
    is_short = minutes is not None and minutes <= _LONGEST_PUSH
    is_infused = words["infused"] in found or (is_by_vein and (is_complex or minutes is not None))
    if words["pushed"] in found or (is_short and is_infused):
        return Kind.CHEMO_PUSH if is_complex else Kind.PUSH
    if is_infused:
        return Kind.CHEMO_INFUSION if is_complex else Kind.INFUSION
    # A drug given by vein without a word of an infusion or its time is a push.
    return Kind.PUSH if is_by_vein else None


def looked_at() -> frozenset[str]:
    """The concepts that the rules look at."""
    return frozenset(_words().values())


def names() -> frozenset[str]:
    """The concepts that each stand for something given: drugs, and hydration."""
    return frozenset({_words()["drug"], _words()["hydration"]})


def _told(one: Given) -> str:
    return one.kind.value.replace("-", " ") + (f" {one.minutes:.12g} min" if one.minutes is not None else "")


@cache
def _words() -> dict[str, str]:
    table = read_table(_TABLE)
    refuse_unknown(table, _WORDS, _TABLE)
    return {key: words_of({key: [table[key]]}, key, _TABLE)[0] for key in _WORDS}
