"""HCPCS modifiers of modifiers.yaml stand in HCPCS Level II. CPT's own modifiers are in no federal table and are not counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict

ID = "modifiers"
_OF_CPT = re.compile(r"\d\d|[1-3]P|8P")
_FILE = "modifiers.yaml"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every modifier that is not CPT's own."""
    report, loaded = Writer(ID), authored.tables.named(Kind.HCPCS)
    for modifier in authored.sources.modifiers:
        if _OF_CPT.fullmatch(modifier.code):
            continue
        said, found = Side(f"{modifier.code} is a modifier ({modifier.title})", _FILE), authored.tables.hcpcs(modifier.code)
        if not loaded:
            yield report.unchecked(modifier.code, said, "HCPCS Level II is not loaded")
        elif found is None or not found.is_modifier:
            yield report.contradicted(modifier.code, said, Side(f"there is no modifier {modifier.code}", loaded))
        else:
            live = found.live_on(authored.book.on)
            known = Side(f"{modifier.code} is {'in force' if live else 'no longer in force'}", loaded)
            yield report.agreeing(modifier.code, said, known, agree=live)
