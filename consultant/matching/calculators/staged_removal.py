"""Stages and tissue blocks of a removal under the microscope: how many stages, and how many blocks beyond five in any of them.

Stages are told by number ("3 stages", "cleared in two layers") or by name ("Stage III", "second stage"); the highest counts. Blocks
belong to the stage named before them. The words stand in stage_rules.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from consultant.matching.calculators.measures import Amount, written
from consultant.matching.calculators.word_patterns import any_of, number_of, number_pattern
from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import CareEvent, Span

_TABLE = "stage_rules.json"
_BLOCKS_HELD = 5
"""So many blocks the code of a stage holds."""


@dataclass(frozen=True, slots=True)
class _Patterns:
    named: re.Pattern[str]
    counted: re.Pattern[str]
    blocks: re.Pattern[str]
    ordinals: Mapping[str, int]


def staged_removal(events: Sequence[CareEvent], text: str) -> Mapping[str, Amount]:
    """The amounts ``stages`` and ``extra-blocks``; none when no stage is told."""
    del events
    patterns = _patterns()
    named = [(Span(*match.span()), _ordinal(match, patterns)) for match in patterns.named.finditer(text)]
    counted = [(Span(*match.span()), int(number_of(match["number"]))) for match in patterns.counted.finditer(text)]
    if not named and not counted:
        return {}
    stages = max(number for _, number in (*named, *counted))
    spans = tuple(span for span, number in (*named, *counted) if number)
    extra = sum(max(0, blocks - _BLOCKS_HELD) for blocks in _blocks(text, [span for span, _ in named], stages, patterns))
    told = f"{stages} stages"
    return {
        "stages": Amount(stages, spans, told),
        "extra-blocks": Amount(extra, spans, f"{written(extra)} blocks beyond {_BLOCKS_HELD} a stage"),
    }


def _ordinal(match: re.Match[str], patterns: _Patterns) -> int:
    return patterns.ordinals[(match["after"] or match["before"]).lower()]


def _blocks(text: str, named: Sequence[Span], stages: int, patterns: _Patterns) -> Iterator[int]:
    """The blocks of each stage; those told without a named stage belong to the only one."""
    found = [(match.start(), int(number_of(match["number"]))) for match in patterns.blocks.finditer(text)]
    if not named:
        yield from (number for _, number in found if stages == 1)
        return
    for stage, following in zip(named, [*(span.start for span in named[1:]), len(text)], strict=True):
        yield max((number for place, number in found if stage.end <= place < following), default=0)


@cache
def _patterns() -> _Patterns:
    table = read_table(_TABLE)
    refuse_unknown(table, ("stage", "stages", "ordinals", "blocks"), _TABLE)
    stage, stages, blocks = (any_of(words_of(table, key, _TABLE)) for key in ("stage", "stages", "blocks"))
    ordinals = {word: int(number) for word, number in table["ordinals"].items()}
    words = any_of(word for word in ordinals if not word.isdigit() and int(ordinals[word]) and len(word) > len("viii"))
    return _Patterns(
        re.compile(rf"\b(?:(?:{stage})\s+#?(?P<after>{any_of(ordinals)})|(?P<before>{words})\s+(?:{stage}))\b", re.IGNORECASE),
        re.compile(rf"\b(?P<number>{number_pattern()})\s+(?:mohs\s+)?(?:{stages})\b", re.IGNORECASE),
        re.compile(rf"\b(?P<number>{number_pattern()})\s+(?:tissue\s+)?(?:{blocks})\b", re.IGNORECASE),
        ordinals,
    )
