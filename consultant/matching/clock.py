"""Times of day that open and close a service: "09:40 - 11:50", "0940 to 1150", "start 9:40 am ... stop 11:50".

The minutes between two times are counted on a clock of twelve or twenty-four hours; of "11:30 - 1:10" and "23:30 - 00:40" the
second time is the later one. Four digits without a colon are times only where both are, and no years ("2024-2025").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache

from consultant.matching.tables import read_table, refuse_unknown, words_of
from consultant.model.clinical import Quantity, Span

_TABLE = "clock_rules.json"
_HOUR, _NOON, _HALF_DAY, _DAY = 60, 12, 720, 1440
_YEARS = range(1900, 2100)
_FURTHEST = 160
"""An end told further off than this is the end of something else."""
_TIME = r"(?P<h{0}>[01]?\d|2[0-3])(?::(?P<m{0}>[0-5]\d))\s*(?P<ap{0}>[ap]\.?m\b\.?)?(?:\s*(?:hours|hrs))?"
_BARE = r"(?P<h{0}>[01]\d|2[0-3])(?P<m{0}>[0-5]\d)(?:\s*(?:hours|hrs|h\b))?"
_WHOLE = r"(?P<h{0}>1[0-2]|[1-9])(?P<m{0}>)\s*(?P<ap{0}>[ap]\.?m\b\.?)"


def clock_minutes(text: str) -> Iterator[Quantity]:
    """The minutes between each two times of day that open and close something; the places are those of both times."""
    taken: list[Span] = []
    # Few texts tell a time of day at all, which is soon seen.
    told = [patterns for time, *patterns in _patterns() if time.search(text)]
    for pattern in itertools.chain(*told):
        for match in pattern.finditer(text):
            span = Span(*match.span("times"))
            minutes = 0 if any(span.overlaps(other) for other in taken) else _between(match)
            if minutes > 0:
                taken.append(span)
                yield Quantity(span, float(minutes), "min")


def is_by_clock(quantity: Quantity, text: str) -> bool:
    """Whether the minutes were counted from two times of day."""
    return any(pattern.fullmatch(text, quantity.span.start, quantity.span.end) for pattern in _told_by_clock())


def _between(match: re.Match[str]) -> int:
    told = match.groupdict()
    if not told.get("ap1") and not told.get("ap2") and _are_years(match["times"]):
        return 0
    first, second = (_minute_of_day(told, n) for n in (1, 2))
    minutes = second - first
    if told.get("ap1") and told.get("ap2"):
        return minutes % _DAY
    # "11:40 - 1:10" runs over noon on a twelve-hour clock; what is still too early is told on the next day.
    return next((later for later in (minutes, minutes + _HALF_DAY) if later >= 0), minutes + _DAY)


def _minute_of_day(told: dict[str, str | None], number: int) -> int:
    hour, minute, half = int(told[f"h{number}"] or 0), int(told[f"m{number}"] or 0), told.get(f"ap{number}") or ""
    both_halves = bool(told.get("ap1") and told.get("ap2"))
    if both_halves and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half[0] in "pP" else 0)
    return hour * _HOUR + minute


def _are_years(words: str) -> bool:
    numbers = re.findall(r"\b\d{4}\b", words)
    return bool(numbers) and all(int(number) in _YEARS for number in numbers)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """For each way to write a time of day: the time itself, two times joined, and two times that open and close something."""
    table = read_table(_TABLE)
    refuse_unknown(table, ("joining", "opening", "closing"), _TABLE)
    joining, opening, closing = (_any(words_of(table, key, _TABLE)) for key in ("joining", "opening", "closing"))
    found = []
    for form in (_TIME, _BARE, _WHOLE):
        first, second = form.format(1), form.format(2)
        joined = rf"(?<![\d:.,/-])(?P<times>{first}\s*(?:{joining})\s*(?:at\s+)?{second})(?![\d:/-])"
        opened = (
            rf"\b(?:{opening})\b[\s:,@-]*(?:(?:at|time|was|of)\b[\s:]*)*(?P<times>{first}(?![\d:])"
            rf"(?:(?!\d:\d|\b(?:{opening})\b)[\s\S]){{0,{_FURTHEST}}}?\b(?:{closing})\b[\s:,@-]*(?:(?:at|time|was|of)\b[\s:]*)*{second})"
            r"(?![\d:])"
        )
        found.append(tuple(re.compile(pattern, re.IGNORECASE) for pattern in (first, joined, opened)))
    return tuple(found)


@cache
def _told_by_clock() -> tuple[re.Pattern[str], ...]:
    forms = (_TIME, _BARE, _WHOLE)
    return tuple(re.compile(rf"{form.format(1)}[\s\S]*?{form.format(2)}", re.IGNORECASE) for form in forms)


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
