"""Every add-on code stands beside one of its primaries.

Primaries are those that the families write down; an add-on code without written primaries is not checked, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import edition, sheet
from consultant.coding.claim import Line, our_lines, their_lines
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed, verb
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "add-on-needs-primary"
_SOURCE = "Add-on codes and their primaries as written down in the code families"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our claim and the asker's, each by itself."""
    report = Report(ID, _SOURCE, edition(knowledge))
    seen: dict[str, bool] = {}
    for lines in (our_lines(reading), their_lines(reading)):
        for code, primaries in _add_ons(lines, knowledge).items():
            alone = not any(line.code in primaries for line in lines)
            if alone and not seen.get(code, False):
                yield report.hit(Severity.ERROR, (code,), _text(code, primaries))
            seen[code] = seen.get(code, False) or alone
    if good := [code for code, alone in seen.items() if not alone]:
        yield report.clean(good, f"{listed(good)} {verb(good, 'stands', 'stand')} beside a primary code.")


def _add_ons(lines: tuple[Line, ...], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    sheets = ((line.code, sheet(line.code, knowledge)) for line in lines)
    return {code: found.facts.add_on_to for code, found in sheets if found and found.facts.add_on_to}


def _text(code: str, primaries: tuple[str, ...]) -> str:
    return f"{code} is an add-on code and never stands alone: it goes with {listed(primaries, last='or')}."


RULE = Rule(ID, "Add-on codes have a primary", _SOURCE, check)
