"""Every add-on code stands beside one of its primaries.

Primaries are those of CMS's add-on code edits for the day, and those that the families write down where the table has none. An
add-on code whose primaries the contractor decides is told so; one without primaries anywhere is no add-on as far as is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consultant.coding.book import edition, sheet
from consultant.coding.claim import Line, our_lines, their_lines, unique
from consultant.coding.figures import Indicator, indicator
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed, verb
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "add-on-needs-primary"
_SOURCE = "Add-on codes and their primaries as written down in the code families"
_TABLE = "CMS add-on code edits"
_ADD_ON_GLOBAL = "ZZZ"
_NAMED = 6


@dataclass(frozen=True, slots=True)
class _AddOn:
    """An add-on code with its primaries; ``contractor_decides`` when the table names none."""

    primaries: tuple[str, ...]
    contractor_decides: bool
    source: str
    edition: str


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our claim and the asker's, each by itself."""
    report = Report(ID, _SOURCE, edition(knowledge))
    both = (our_lines(reading), their_lines(reading))
    codes = unique(line.code for lines in both for line in lines)
    known = {code: found for code in codes if (found := _add_on(code, reading, knowledge))}
    alone = {code for lines in both for code in _alone(lines, known)}
    for code in (code for code in known if code in alone):
        told = report.read_from(source=known[code].source, edition=known[code].edition)
        yield told.hit(Severity.ERROR, (code,), _text(code, known[code].primaries))
    good = [code for code in known if code not in alone and not known[code].contractor_decides]
    if good:
        told = report.read_from(source=known[good[0]].source, edition=known[good[0]].edition)
        yield told.clean(good, f"{listed(good)} {verb(good, 'stands', 'stand')} beside a primary code.")
    yield from _undecided(codes, known, reading, knowledge, report)


def _undecided(
    codes: tuple[str, ...], known: dict[str, _AddOn], reading: Reading, knowledge: Knowledge, report: Report
) -> Iterator[Finding]:
    """What could not be checked: primaries left to the contractor, and add-on codes by their global days without primaries."""
    left = [code for code, found in known.items() if found.contractor_decides]
    if left:
        yield report.no_data(left, f"Which primary codes {listed(left)} may stand beside, each Medicare contractor decides.")
    bare = [code for code in codes if code not in known and _is_add_on(code, reading, knowledge)]
    if bare:
        yield report.no_data(
            bare, f"{listed(bare)} {verb(bare, 'is an add-on code', 'are add-on codes')}; the primaries are not known here."
        )


def _is_add_on(code: str, reading: Reading, knowledge: Knowledge) -> bool:
    found = indicator(code, Indicator.GLOBAL_DAYS, reading.date_of_service, knowledge)
    return found is not None and found.value == _ADD_ON_GLOBAL


def _add_on(code: str, reading: Reading, knowledge: Knowledge) -> _AddOn | None:
    rows = knowledge.official.add_on(code, reading.date_of_service)
    found = sheet(code, knowledge)
    written = found.facts.add_on_to if found else ()
    if not rows:
        return _AddOn(written, False, _SOURCE, edition(knowledge)) if written else None
    listed_ = tuple(row.primary for row in rows if not row.contractor_decides)
    # Families are newer than a table that has been overtaken, so their primaries count beside those of the table.
    primaries = unique((*listed_, *written))
    return _AddOn(primaries, not primaries, _TABLE, rows[0].edition.name)


def _alone(lines: tuple[Line, ...], known: dict[str, _AddOn]) -> Iterator[str]:
    here = {line.code for line in lines}
    for code in here:
        if code in known and not known[code].contractor_decides and not here & {*known[code].primaries}:
            yield code


def _text(code: str, primaries: tuple[str, ...]) -> str:
    shown = primaries[:_NAMED]
    more = f" (and {len(primaries) - len(shown)} more)" if len(primaries) > len(shown) else ""
    return f"{code} is an add-on code and never stands alone: it goes with {listed(shown, last='or')}{more}."


RULE = Rule(ID, "Add-on codes have a primary", _SOURCE, check)
