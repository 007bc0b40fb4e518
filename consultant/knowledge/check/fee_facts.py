"""What the checks of fee schedule indicators have in common: a fact of a code against the same field of the schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.indicators import UNKNOWN
from consultant.knowledge.known import FeeFact
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict


def compare(authored: Authored, check: str, fact: FeeFact, words: Mapping[str, str]) -> Iterator[Verdict]:
    """Every code that may be reported; ``words`` tells what the values mean. What no family writes of a code is told once."""
    report, loaded, told = Writer(check), authored.tables.named(Kind.MPFS), set[str]()
    for statement in authored.live:
        code, written = statement.code.code, str(getattr(statement.code.facts, fact.value))
        known = authored.tables.fee(code, fact.value)
        if written:
            said = Side(_told(fact, written, words), _where(statement.place, statement.code.facts.status_edition))
            if known is None:
                why = f"{loaded} does not list {code}" if loaded else "no fee schedule is loaded"
                yield report.unchecked(code, said, why)
            else:
                official = Side(_told(fact, known.text, words), known.source)
                yield report.agreeing(code, said, official, agree=written == known.text)
        elif known is not None and code not in told and not _written_elsewhere(authored, code, fact):
            told.add(code)
            yield report.unsaid(code, statement.place, Side(_told(fact, known.text, words), known.source))


def _told(fact: FeeFact, value: str, words: Mapping[str, str]) -> str:
    return f"{fact.name.lower().replace('_', ' ')} {value} ({words.get(value, UNKNOWN)})"


def _where(place: str, edition: str) -> str:
    return f"{place}, from {edition}" if edition else place


def _written_elsewhere(authored: Authored, code: str, fact: FeeFact) -> bool:
    return any(getattr(other.code.facts, fact.value) for other in authored.procedures if other.code.code == code)
