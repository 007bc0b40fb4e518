"""The same code on two lines of one claim, told apart by nothing: a payer takes it for a duplicate.

A repeat takes 76, 77 or (laboratory) 91, another place a side or a digit, a separate service 59 or one of its forms. Two lines
of one code that differ in units only belong on one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from consultant.coding.book import edition
from consultant.coding.claim import Line, our_lines
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.coding import System
from consultant.model.finding import Finding, Severity

ID = "repeat-modifier"
_SOURCE = "NCCI Policy Manual, chapter I, on repeated services; modifiers 76, 77 and 91"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our lines, and the asker's as the mail lists them."""
    report = Report(ID, _SOURCE, edition(knowledge))
    theirs = tuple(
        Line(p.code, p.system, p.modifiers, p.units or 1, is_ours=False)
        for p in reading.proposed
        if p.system is not System.ICD10CM and p.units is not None
    )
    twice: dict[str, None] = {}
    for lines in (our_lines(reading), theirs):
        counts = Counter((line.code, line.modifiers) for line in lines)
        for (code, _), count in counts.items():
            if count > 1 and code not in twice:
                twice[code] = None
                yield report.hit(Severity.WARNING, (code,), _text(code, count))
    several = [code for code, count in Counter(line.code for line in our_lines(reading)).items() if count > 1 and code not in twice]
    if several:
        yield report.clean(several, f"The lines of {listed(several)} are told apart by their modifiers.")


def _text(code: str, count: int) -> str:
    return (
        f"{code} stands on {count} lines that nothing tells apart: join the units on one line, or say why it was done again "
        "(76 same physician, 77 another, 91 laboratory) or where (side, digit, XS)."
    )


RULE = Rule(ID, "The same code twice", _SOURCE, check)
