"""Own words stay own words: no text of a family follows a licensed descriptor closely.

Compared where a licensee has loaded the official files. What is reported is the length of the run of words in common, never the
descriptor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "descriptors"
_LONGEST_RUN = 7
"""So many words in a row may be the same by chance; terms of art are long."""
_WORD = re.compile(r"[^\W_]+")


def check(authored: Authored) -> Iterator[Verdict]:
    """The plain words of every CPT code."""
    report, loaded = Writer(ID), authored.tables.named(Kind.CPT)
    for statement in authored.procedures:
        if statement.code.system is not System.CPT:
            continue
        code, said = statement.code.code, Side(f"{statement.code.code} in own words", statement.place)
        descriptor = authored.tables.descriptor(code)
        if not descriptor:
            why = f"{loaded} has no descriptor of it" if loaded else "no licensed descriptors are loaded"
            yield report.unchecked(code, said, why)
            continue
        run = _run(_WORD.findall(statement.code.plain.casefold()), _WORD.findall(descriptor.casefold()))
        known = Side(f"{run} words in a row are the same as in the descriptor", loaded)
        yield report.agreeing(code, said, known, agree=run <= _LONGEST_RUN)


def _run(one: list[str], other: list[str]) -> int:
    """The length of the longest run of words in common."""
    longest, row = 0, [0] * (len(other) + 1)
    for word in one:
        row = [0, *(row[index] + 1 if word == known else 0 for index, known in enumerate(other))]
        longest = max(longest, *row)
    return longest
