"""Most units of a day and how they are counted, against the medically unlikely edits for practitioners."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Statement, Writer
from consultant.knowledge.indicators import ADJUDICATION, UNKNOWN
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict

ID = "units"


def check(authored: Authored) -> Iterator[Verdict]:
    """MUE value and adjudication indicator of every code that may be reported."""
    report = Writer(ID)
    for statement in authored.live:
        facts, known = statement.code.facts, authored.tables.mue(statement.code.code)
        yield from _compare(statement, ("MUE", facts.units, known.units if known else None), authored, report)
        adjudication = int(facts.units_adjudication) if facts.units_adjudication else None
        yield from _compare(statement, ("MAI", adjudication, known.adjudication if known else None), authored, report)


def _compare(
    statement: Statement, given: tuple[str, int | None, int | None], authored: Authored, report: Writer
) -> Iterator[Verdict]:
    code, (name, ours, theirs), loaded = statement.code.code, given, authored.tables.named(Kind.MUE)
    if ours is None:
        if theirs is not None and not _written(authored, code):
            yield report.unsaid(code, statement.place, Side(_told(name, theirs), loaded))
        return
    said = Side(_told(name, ours), statement.place)
    if theirs is None:
        yield report.unchecked(code, said, f"{loaded} does not list {code}" if loaded else "no units edits are loaded")
    else:
        yield report.agreeing(code, said, Side(_told(name, theirs), loaded), agree=ours == theirs)


def _told(name: str, value: int) -> str:
    return f"{name} {value}" if name == "MUE" else f"{name} {value} ({ADJUDICATION.get(str(value), UNKNOWN)})"


def _written(authored: Authored, code: str) -> bool:
    return any(other.code.facts.units is not None for other in authored.procedures if other.code.code == code)
