"""Add-on codes: what a family says a code is added to, against the add-on code edits."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Statement, Writer
from consultant.knowledge.known import FeeFact
from consultant.knowledge.official_facts import AddOn
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict

ID = "add-on"
_ONLY_LISTED = 1
_ADD_ON_DAYS = "ZZZ"
_MOST_NAMED = 6


def check(authored: Authored) -> Iterator[Verdict]:
    """Every code that is written as an add-on code, or that the edits have as one."""
    report = Writer(ID)
    for statement in authored.live:
        code, primaries = statement.code.code, statement.code.facts.add_on_to
        edits = authored.tables.add_on(code)
        said = Side(f"{code} is added to {', '.join(primaries)}", statement.place)
        if not edits and primaries:
            yield _unknown(statement, said, authored, report)
        elif edits and not primaries:
            yield report.unsaid(code, statement.place, Side(_listed(edits), str(edits[0].edition)))
        elif edits:
            yield _compare(statement, edits, said, report)


def _unknown(statement: Statement, said: Side, authored: Authored, report: Writer) -> Verdict:
    """A code that is written as an add-on code and is none in the table: a contradiction, unless the code is younger than it."""
    code, edition, effective = statement.code.code, authored.tables.edition(Kind.ADD_ON), statement.code.facts.effective
    if edition is None:
        return report.unchecked(code, said, "no add-on edits are loaded")
    if effective is not None and edition.effective < effective:
        return report.unchecked(code, said, f"it is younger than {edition}")
    fee = authored.tables.fee(code, FeeFact.GLOBAL_DAYS.value)
    if fee is not None and fee.text == _ADD_ON_DAYS:
        return report.unchecked(code, said, f"{edition} does not list it, though {fee.source} has it as an add-on code")
    return report.contradicted(code, said, Side(f"{code} is no add-on code", str(edition)))


def _compare(statement: Statement, edits: tuple[AddOn, ...], said: Side, report: Writer) -> Verdict:
    code, known = statement.code.code, Side(_listed(edits), str(edits[0].edition))
    if any(edit.contractor_decides or edit.type != _ONLY_LISTED for edit in edits):
        return report.unchecked(code, said, f"the contractor decides on its primary codes ({known.source})")
    listed = {edit.primary for edit in edits}
    return report.agreeing(code, said, known, agree={*statement.code.facts.add_on_to} <= listed)


def _listed(edits: tuple[AddOn, ...]) -> str:
    named = [edit.primary for edit in edits if not edit.contractor_decides]
    if not named:
        return f"{edits[0].add_on} is an add-on code; the contractor decides on its primary codes"
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return f"{edits[0].add_on} is added to {', '.join(named[:_MOST_NAMED])}{more}"
