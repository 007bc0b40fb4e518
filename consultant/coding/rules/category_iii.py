"""Which codes in play are Category III: temporary, archived at their sunset unless renewed, and paid by carrier policy.

CPT asks that a Category III code be taken before an unlisted one when it describes the service. The codes that a question of
ours decides between count too: an asker should know early what kind of code may come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.coding.book import edition, sheet
from consultant.coding.claim import billed, their_lines, unique
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed, month, verb
from consultant.knowledge.family import CodeFacts
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "category-iii"
_SOURCE = "CPT Category III: temporary codes for emerging technology"
_CATEGORY = "III"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The codes that a payer would see, else those still to be decided between."""
    report = Report(ID, _SOURCE, edition(knowledge))
    codes = _in_question(reading)
    facts = {code: found.facts for code in codes if (found := sheet(code, knowledge)) and not _is_over(found.facts, reading)}
    temporary = {code: one for code, one in facts.items() if one.category == _CATEGORY}
    for sunset in unique(one.sunset for one in temporary.values()):
        group = tuple(code for code, one in temporary.items() if one.sunset == sunset)
        yield report.hit(*_hit(group, sunset, reading), _text(group, sunset, reading, knowledge))
    if permanent := [code for code in facts if code not in temporary]:
        yield report.clean(permanent, f"{listed(permanent)} {verb(permanent, 'is', 'are')} not Category III.")


def _in_question(reading: Reading) -> tuple[str, ...]:
    if reading.procedures:
        return billed(reading)
    decided = (code for question in reading.questions for code in question.decides)
    return unique((*decided, *billed(reading)))


def _is_over(facts: CodeFacts, reading: Reading) -> bool:
    return facts.ended is not None and facts.ended <= reading.date_of_service


def _is_past(sunset: str, on: date) -> bool:
    return bool(sunset) and f"{on:%Y-%m}" >= sunset


def _hit(group: tuple[str, ...], sunset: str, reading: Reading) -> tuple[Severity, tuple[str, ...]]:
    return (Severity.WARNING if _is_past(sunset, reading.date_of_service) else Severity.INFO), group


def _text(group: tuple[str, ...], sunset: str, reading: Reading, knowledge: Knowledge) -> str:
    unlisted = [line.code for line in their_lines(reading) if _is_unlisted(line.code, knowledge)]
    rather = listed(unlisted, last="or") if unlisted else "an unlisted code"
    is_, it = ("are Category III codes", "one of them") if len(group) > 1 else ("is a Category III code", "it")
    ends = _ends(sunset, reading.date_of_service)
    return (
        f"{listed(group)} {is_} (temporary; {ends}). Take {it} before {rather}. Payment is by carrier policy: ask the payer first."
    )


def _ends(sunset: str, on: date) -> str:
    if not sunset:
        return "its sunset month is not written down here"
    if _is_past(sunset, on):
        return f"due to be archived in {month(sunset)} unless renewed, so check that it still stands"
    return f"archived in {month(sunset)} unless renewed"


def _is_unlisted(code: str, knowledge: Knowledge) -> bool:
    found = sheet(code, knowledge)
    return found is not None and "unlisted" in found.entry.plain.lower()


RULE = Rule(ID, "Category III codes and their sunset", _SOURCE, check)
