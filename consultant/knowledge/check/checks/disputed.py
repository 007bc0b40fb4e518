"""Facts on which the sources are known to disagree: listed, never counted as contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.verdict import Side, Verdict

ID = "disputed"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every disputed sentence of every code, each sentence of a family once."""
    report, told = Writer(ID), set[tuple[str, str]]()
    for statement in authored.procedures:
        for sentence in statement.code.facts.disputed:
            if (statement.family.id, sentence) not in told:
                told.add((statement.family.id, sentence))
                yield report.disputed(statement.code.code, Side(sentence, statement.place), Side("", ""))
