"""The minutes that a mail tells, against the minutes that a code needs when time decides.

The thresholds stand in ``data/time_thresholds.yaml``. A code with a level by decision making may stand below its minutes; a code
that rests on time alone may not. Known limit: of several times in one mail the longest is taken, clock ranges as they are written
out; which of them is the practitioner's own time on the date, the record must say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from consultant.coding import tables
from consultant.coding.book import edition
from consultant.coding.claim import services, their_lines, unique
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "time-threshold"
_SOURCE = "Minutes that codes need, as written down for the coding rules"
_TABLE = "time_thresholds.yaml"
_TIME = re.compile(r"(?<![\w.-])(\d{1,3}(?:\.\d)?)\s*-?\s*(min(?:ute)?s?|hours?|hrs?)\b", re.IGNORECASE)
_HOUR = 60


@dataclass(frozen=True, slots=True)
class _Threshold:
    """The least minutes of a code, whether it rests on time alone, and who says so."""

    minutes: int
    by_time_only: bool
    source: str


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every code in play, or in a question of ours, that needs minutes."""
    release = edition(knowledge)
    codes = unique((*services(reading), *(code for question in reading.questions for code in question.decides)))
    needed = {code: found for code in codes if (found := _threshold(code))}
    told = _minutes(reading.text)
    if not needed:
        return
    if told is None:
        if timed := [code for code, found in needed.items() if found.by_time_only]:
            yield Report(ID, needed[timed[0]].source, "").no_data(
                timed, f"The mail gives no minutes, and {listed(timed)} rests on time alone: {_least(timed, needed)}."
            )
        return
    short = [code for code, found in needed.items() if found.minutes > told]
    claimed = {line.code for line in their_lines(reading)}
    for code in short:
        yield Report(ID, needed[code].source, release).hit(
            *_weight(code, needed[code], code in claimed), _text(code, needed[code], told)
        )
    if good := [code for code in needed if code not in short]:
        yield Report(ID, needed[good[0]].source, release).clean(
            good, f"{told:g} minutes reach the time of {listed(good)} ({_least(good, needed)})."
        )


def _minutes(text: str) -> float | None:
    """The longest time that the text tells, in minutes, or None."""
    found = [float(match[1]) * (1 if match[2].lower().startswith("min") else _HOUR) for match in _TIME.finditer(text)]
    return max(found, default=None)


def _threshold(code: str) -> _Threshold | None:
    return _thresholds().get(code)


@cache
def _thresholds() -> Mapping[str, _Threshold]:
    """Every code of the table with its threshold."""
    sources = tables.read(_TABLE)["sources"]
    return MappingProxyType(
        {
            str(code): _Threshold(minutes, bool(row.get("by_time_only")), str(sources[row["source"]]))
            for row in tables.rows(_TABLE, "codes", "codes", "by_time_only", "source")
            for code, minutes in row["codes"].items()
        }
    )


def _weight(code: str, needed: _Threshold, claimed: bool) -> tuple[Severity, tuple[str, ...]]:
    is_wrong = needed.by_time_only and claimed
    return (Severity.ERROR if is_wrong else Severity.WARNING if needed.by_time_only else Severity.INFO), (code,)


def _text(code: str, needed: _Threshold, told: float) -> str:
    only = "" if needed.by_time_only else "; it then rests on its level of decision making, or falls"
    return f"{code} by time needs at least {needed.minutes} minutes and the mail says {told:g}{only}."


def _least(codes: list[str], needed: dict[str, _Threshold]) -> str:
    return listed([f"{code} from {needed[code].minutes}" for code in codes])


RULE = Rule(ID, "Minutes reach what the code needs", _SOURCE, check)
