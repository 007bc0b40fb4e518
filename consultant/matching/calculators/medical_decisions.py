"""Medical decision making of a visit: problems, data and risk, each of four levels, and the level that two of the three reach.

Levels are 1 straightforward, 2 low, 3 moderate, 4 high. A level that the mail states decides by itself. Otherwise the words
tell elements: the gravest problem, or two chronic illnesses that were looked after; the tests, notes and talks that were
weighed; the gravest decision. Of three elements the second highest is the level; of two that are told the lower one; one alone
decides nothing and is asked about (CPT, guidelines for evaluation and management, table of 2021 and 2023). Which concepts show
what stands in mdm_rules.json. ``total-minutes`` is the time told as that of the whole visit, ``minutes`` the longest time told
at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from consultant.matching.calculators.durations import Duration, durations
from consultant.matching.calculators.measures import Amount, written
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import CareEvent, Cue, Span

_TABLE = "mdm_rules.json"
_KEYS = ("stated", "problems", "risk", "data", "chronic", "tests", "historian", "interpretation", "discussion", "total_time")
_NAMES = ("", "straightforward", "low", "moderate", "high")
_LOW, _MODERATE, _EXTENSIVE = 2, 3, 4
_SEVERAL, _LIMITED_ITEMS, _MODERATE_ITEMS = 2, 2, 3
_NEAR = 60
_MORE = re.compile(r"(?:\b(?:over|more than|greater than|longer than|exceeding)|>)\s*$", re.IGNORECASE)
_SENTENCE = re.compile(r"[.;\n](?=\s|$)")


@dataclass(frozen=True, slots=True)
class _Element:
    """How far one element reaches, and the words for it."""

    level: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    levels: Mapping[str, Mapping[str, int]]
    """For stated, problems, risk and data: concept to level."""
    groups: Mapping[str, frozenset[str]]


def medical_decisions(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amounts ``mdm``, its three elements, ``total-minutes`` and ``minutes``, as far as the mail tells them."""
    cues = [cue for event in events for cue in event.cues]
    elements = {name: element for name in ("problems", "data", "risk") if (element := _element(name, cues, text))}
    stated = _gravest("stated", cues)
    found = {name: Amount(one.level, one.spans, f"{name}: {_NAMES[one.level]}") for name, one in elements.items()}
    if stated:
        found["mdm"] = Amount(stated.level, stated.spans, "as stated")
    elif level := level_of([one.level for one in elements.values()]):
        spans = tuple(span for one in elements.values() for span in one.spans)
        told = ", ".join(f"{name} {_NAMES[one.level]}" for name, one in elements.items())
        found["mdm"] = Amount(level, tuple(dict.fromkeys(spans)), f"{told}; two of the three reach {_NAMES[level]}")
    return {**found, **_times(events, cues, text)}


def level_of(levels: Sequence[int]) -> int:
    """The level that two of the elements reach; 0 when fewer than two are told."""
    return sorted(levels)[-_SEVERAL] if len(levels) >= _SEVERAL else 0


def looked_at() -> frozenset[str]:
    """The concepts that the rules look at."""
    rules = _rules()
    return frozenset({*(c for row in rules.levels.values() for c in row), *(c for row in rules.groups.values() for c in row)})


def _element(name: str, cues: Sequence[Cue], text: str) -> _Element | None:
    told = _gravest(name, cues)
    counted = _chronic(cues, text) if name == "problems" else _weighed(cues) if name == "data" else None
    return max((one for one in (told, counted) if one), key=lambda one: one.level, default=None)


def _gravest(name: str, cues: Iterable[Cue]) -> _Element | None:
    levels = _rules().levels[name]
    shown = [cue for cue in cues if cue.concept in levels]
    level = max((levels[cue.concept] for cue in shown), default=0)
    return _Element(level, _spans(cue for cue in shown if levels[cue.concept] == level)) if level else None


def _chronic(cues: Sequence[Cue], text: str) -> _Element | None:
    """Chronic illnesses that were looked after: told in a sentence that says how they do, or what was decided."""
    rules = _rules()
    telling = [cue for cue in cues if cue.concept in rules.levels["problems"] or cue.concept in rules.levels["risk"]]
    treated = {cue.concept: cue for cue in cues if cue.concept in rules.groups["chronic"] and _stands_with(cue, telling, text)}
    if not treated:
        return None
    return _Element(_MODERATE if len(treated) >= _SEVERAL else _LOW, _spans(treated.values()))


def _stands_with(cue: Cue, others: Iterable[Cue], text: str) -> bool:
    spans = (sorted((cue.span, other.span)) for other in others)
    return any(not _SENTENCE.search(text, first.end, second.start) for first, second in spans if first.end <= second.start)


def _weighed(cues: Sequence[Cue]) -> _Element | None:
    """Data by categories: three tests or notes, an interpretation of one's own, a talk; two of these categories are extensive."""
    groups = _rules().groups
    items = {cue.phrase.lower(): cue for cue in cues if cue.concept in groups["tests"] or cue.concept in groups["historian"]}
    others = {name: cue for name in ("interpretation", "discussion") for cue in cues if cue.concept in groups[name]}
    categories = len(others) + (len(items) >= _MODERATE_ITEMS)
    spans = _spans((*items.values(), *others.values()))
    if categories:
        return _Element(_EXTENSIVE if categories >= _SEVERAL else _MODERATE, spans)
    has_historian = any(cue.concept in groups["historian"] for cue in items.values())
    return _Element(_LOW, spans) if len(items) >= _LIMITED_ITEMS or has_historian else None


def _times(events: Sequence[CareEvent], cues: Sequence[Cue], text: str) -> Mapping[str, Amount]:
    times = durations((q for event in events for q in event.quantities), text)
    totals = [cue for cue in cues if cue.concept in _rules().groups["total_time"]]
    near = [one for one in times if any(_gap(cue.span, one.span) <= _NEAR for cue in totals)]
    found = {"minutes": times, "total-minutes": near}
    return {name: _longest(told, text) for name, told in found.items() if told}


def _longest(times: Sequence[Duration], text: str) -> Amount:
    longest = max(times, key=lambda one: one.minutes)
    # "Over 30 minutes" of a visit is more than 30; the least that it can be is a minute more.
    minutes = longest.minutes + bool(_MORE.search(text[max(0, longest.span.start - _NEAR) : longest.span.start]))
    return Amount(minutes, (longest.span,), f"{written(minutes)} minutes")


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _spans(cues: Iterable[Cue]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(cue.span for cue in cues))


@cache
def _rules() -> _Rules:
    table = read_table(_TABLE)
    refuse_unknown(table, _KEYS, _TABLE)
    graded, grouped = _KEYS[:4], _KEYS[4:]
    levels = {key: {c: int(n) for n in table[key] for c in words_of(table[key], n, f"{_TABLE}: {key}")} for key in graded}
    return _Rules(levels, {key: frozenset(words_of(table, key, _TABLE)) for key in grouped})
