"""Facts of the case as a whole: payer, setting, component, new or established, sex, age, date of service.

Names and values are those of fact_rules.json, beside ``age`` (whole years, "0" for infants), ``age-months`` and
``date-of-service`` (ISO). Where a mail says two things of one fact, the stronger phrase wins, then the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from consultant.matching.context_rules import context_rules
from consultant.matching.cues import FactHit
from consultant.matching.fact_rules import date_words
from consultant.model.clinical import Assertion, Cue, Evidence, Fact, Span

_AGE = re.compile(
    r"(?<![\w./$-])(?:aged?[ :]{1,2}(?P<aged>\d{1,3})"
    r"|(?P<years>\d{1,3})[ -]?(?:y/?\.?o\.?|yrs? ?-?old|years?[- ]olds?|yrs?/o)"
    r"|(?P<months>\d{1,2})[ -]?(?:mo(?:nths?)?[- ]?old|m/o|month[- ]old|mos? old|mo(?= (?:well|old|check)))"
    r"|(?P<short>\d{1,3}) ?-?(?P<sex>[MF])|(?P<of>(?:wo)?man of) (?P<ofage>\d{2,3})|(?:wo)?man, (?P<manage>\d{2,3}))(?![\w/])",
    re.IGNORECASE,
)
FACT = "fact:"
"""How the cue of a fact phrase is named: this, and the name of the fact."""
_NEVER = frozenset({Assertion.ABSENT, Assertion.SOMEONE_ELSE, Assertion.ASKED})
# "She may have that at the hospital in the spring" tells no setting, while "will be billed to Medicare" tells the payer.
_SILENT = {
    f"{FACT}setting": _NEVER | {Assertion.PLANNED, Assertion.HISTORICAL},
    f"{FACT}postoperative": _NEVER | {Assertion.PLANNED},
}
_OLDEST, _YEAR_OF_MONTHS = 120, 12
_CENTURY = 2000
_EARLIEST = timedelta(days=1100)


def find_facts(text: str, hits: Iterable[FactHit], denied: Iterable[Cue], received: date) -> tuple[Fact, ...]:
    """The facts of the case, by name. ``denied`` are the fact phrases as cues with their assertions."""
    silent = {(cue.span, cue.concept) for cue in denied if cue.assertion in _SILENT.get(cue.concept, _NEVER)}
    told = [hit for hit in hits if (hit.span, f"{FACT}{hit.fact.name}") not in silent]
    facts: dict[str, Fact] = {}
    for name in sorted({hit.fact.name for hit in told}):
        facts[name] = _strongest(text, name, [hit for hit in told if hit.fact.name == name])
    for fact in (*_age_and_sex(text), *_service_date(text, received)):
        # An age with its letter ("58F") is said of the patient; "woman" may be anyone.
        facts[fact.name] = fact
    return tuple(facts[name] for name in sorted(facts))


def service_date(facts: Iterable[Fact], received: date) -> date:
    """The date of service that the facts give, else the day of receipt."""
    return next((date.fromisoformat(fact.value) for fact in facts if fact.name == "date-of-service"), received)


def _strongest(text: str, name: str, hits: list[FactHit]) -> Fact:
    rank = max(hit.fact.rank for hit in hits)
    first = next(hit for hit in hits if hit.fact.rank == rank)
    same = [hit.span for hit in hits if hit.fact.value == first.fact.value and hit.fact.rank == rank][:3]
    return Fact(name, first.fact.value, tuple(Evidence.quoting(text, span) for span in same))


def _age_and_sex(text: str) -> Iterator[Fact]:
    for match in _AGE.finditer(text):
        evidence = (Evidence.quoting(text, Span(*match.span())),)
        if match["months"]:
            months = int(match["months"])
            yield Fact("age-months", str(months), evidence)
            yield Fact("age", str(months // _YEAR_OF_MONTHS), evidence)
            return
        years = int(match["aged"] or match["years"] or match["short"] or match["ofage"] or match["manage"])
        if years > _OLDEST or (match["sex"] and match["sex"].islower()):
            continue
        yield Fact("age", str(years), evidence)
        letter = match["sex"] or _letter_after(text, match.end())
        if letter:
            yield Fact("sex", "male" if letter == "M" else "female", evidence)
        return


def _letter_after(text: str, place: int) -> str:
    match = re.compile(r"[ ,]{1,2}([MF])\b").match(text, place)
    return match[1] if match else ""


def _service_date(text: str, received: date) -> Iterator[Fact]:
    for match in _dates().finditer(text):
        day = _day(match, received)
        if day and received - _EARLIEST <= day <= received + timedelta(days=1):
            yield Fact("date-of-service", day.isoformat(), (Evidence.quoting(text, Span(match.start("when"), match.end())),))
            return


def _day(match: re.Match[str], received: date) -> date | None:
    if match["iso"]:
        parts = [int(part) for part in match["iso"].split("-")]
    elif match["name"]:
        month = next(n for n, name in enumerate(context_rules().months, 1) if name.startswith(match["name"][:3].lower()))
        parts = [int(match["nyear"] or 0), month, int(match["nday"])]
    else:
        year = int(match["year"] or 0)
        parts = [year + _CENTURY if 0 < year < _CENTURY else year, int(match["month"]), int(match["day"])]
    try:
        day = date(parts[0] or received.year, parts[1], parts[2])
        # A date without its year is the last such day.
        return day if parts[0] or day <= received else date(received.year - 1, parts[1], parts[2])
    except ValueError:
        return None


@cache
def _dates() -> re.Pattern[str]:
    before = "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in date_words())
    months = "|".join(f"{name[:3]}(?:{name[3:]}|t)?\\.?" if name[3:] else name for name in context_rules().months)
    return re.compile(
        rf"\b(?:{before})\b[\s:#(]*(?:(?:was|is|on|of|the|for|in|here)\s+){{0,2}}(?P<when>(?P<iso>\d{{4}}-\d\d?-\d\d?)"
        rf"|(?P<month>\d{{1,2}})[/-](?P<day>\d{{1,2}})(?:[/-](?P<year>\d{{4}}|\d\d))?"
        rf"|(?P<name>{months})\s+(?P<nday>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<nyear>\d{{4}}))?)(?![\d/])",
        re.IGNORECASE,
    )
