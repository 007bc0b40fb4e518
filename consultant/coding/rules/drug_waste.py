"""JW and JZ on drugs from single-dose containers, as Medicare asks for them.

CMS policy on discarded drugs: since July 2023 every Medicare line of a drug from a single-dose container carries JZ (nothing was
thrown away) or stands beside a JW line with what was. Multi-dose vials carry neither. Which drugs come in such containers the
families know by naming JZ; whether something was thrown away only the record knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.coding.book import edition, sheet
from consultant.coding.claim import MEDICARE, Line, our_lines, payer, their_lines, unique
from consultant.coding.rule import Report, Rule
from consultant.coding.tables import is_one_of
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "jz-modifier"
_SOURCE = "CMS, Discarded drugs and biologicals: JW and JZ modifier policy"
_WASTE = frozenset({"JW", "JZ"})
_DRUG = "drug"
_SINCE = date(2023, 7, 1)


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """The drug lines of our claim and the asker's, each by itself."""
    report = Report(ID, _SOURCE, edition(knowledge))
    told: dict[str, None] = {}
    drugs = _drugs(our_lines(reading) + their_lines(reading))
    for lines in (our_lines(reading), their_lines(reading)):
        for code in _drugs(lines):
            text = _text(code, lines, reading, knowledge)
            if text and code not in told:
                told[code] = None
                yield report.hit(Severity.WARNING, (code,), text)
    if not drugs or reading.date_of_service < _SINCE:
        return
    good = [code for code in drugs if code not in told and _names_waste(code, knowledge)]
    if good:
        yield report.clean(good, f"JW and JZ stand on {listed(good)} as the payer of the mail asks for them.")
    unknown = [code for code in drugs if code not in told and code not in good]
    if unknown and payer(reading) == MEDICARE:
        yield report.no_data(
            unknown,
            f"Whether {listed(unknown)} comes in single-dose containers, for which Medicare wants JZ or JW, is not known here.",
        )


def _drugs(lines: tuple[Line, ...]) -> tuple[str, ...]:
    return unique(line.code for line in lines if is_one_of(line.code, _DRUG))


def _names_waste(code: str, knowledge: Knowledge) -> bool:
    found = sheet(code, knowledge)
    return found is not None and any(use.modifier in _WASTE for use in found.family.modifiers)


def _text(code: str, lines: tuple[Line, ...], reading: Reading, knowledge: Knowledge) -> str:
    carried = {modifier for line in lines if line.code == code for modifier in line.modifiers} & _WASTE
    who = payer(reading)
    if who == MEDICARE and not carried and reading.date_of_service >= _SINCE and _names_waste(code, knowledge):
        return (
            f"Medicare wants JZ on {code} when it came from a single-dose container and nothing was thrown away, or a second line "
            "with JW for what was; a multi-dose vial takes neither."
        )
    if who not in {"", MEDICARE, "medicare-advantage"} and carried:
        return f"{listed(sorted(carried))} on {code} is Medicare's rule: use it for this payer only when its policy asks for it."
    return ""


RULE = Rule(ID, "Drugs thrown away and used up", _SOURCE, check)
