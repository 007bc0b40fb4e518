"""Pairs that families say are not reported together, against the pair edits, in both directions.

A pair with an indicator claims an edit; one without says that no table was consulted, and is then only looked up. Edits between
live siblings that nobody has written are told as not written.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.family import Bundle, Family
from consultant.knowledge.indicators import PAIR_INDICATOR, UNKNOWN
from consultant.knowledge.official_facts import PtpEdit
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "bundles"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every authored pair, then the edits between siblings that no family writes."""
    report = Writer(ID)
    for family in authored.sources.families:
        judge = _diagnoses if family.system is System.ICD10CM else _verdict
        for bundle in family.bundles:
            yield judge(bundle, f"{authored.place_of(family)}, from {bundle.source}", authored, report)
    yield from _unwritten(authored, report)


def _verdict(bundle: Bundle, place: str, authored: Authored, report: Writer) -> Verdict:
    one, two = bundle.column_1, bundle.column_2
    about, said = f"{one} {two}", Side(_told(one, two, bundle.indicator), place)
    edit, turned = authored.tables.ptp(one, two), authored.tables.ptp(two, one)
    found = edit or turned
    if not authored.tables.named(Kind.NCCI_PTP):
        return report.unchecked(about, said, "no pairs are loaded")
    if found is None and bundle.indicator:
        known = Side("no edit between the two is in force", authored.tables.named(Kind.NCCI_PTP))
        return report.contradicted(about, said, known)
    if found is None:
        return report.unchecked(about, said, "it names no table, and the pairs loaded have no edit between the two")
    known = _side(found)
    if not bundle.indicator:
        return report.unsaid(about, place, known)
    return report.agreeing(about, said, known, agree=edit is not None and str(edit.indicator) == bundle.indicator)


def _diagnoses(bundle: Bundle, place: str, authored: Authored, report: Writer) -> Verdict:
    """Two diagnosis codes: an Excludes1 note keeps them apart, or it is the writer's reading of the index and the guidelines."""
    one, two = bundle.column_1, bundle.column_2
    about, said = f"{one} {two}", Side(f"{one} and {two} are not coded together", place)
    note = authored.book.knowledge.excludes1_note(one, two)
    if note is None:
        return report.unchecked(about, said, "no Excludes1 note keeps the two apart; it rests on what its writer read")
    return report.confirmed(about, said, Side(f"Excludes1 at {note.code}", authored.book.icd_edition))


def _unwritten(authored: Authored, report: Writer) -> Iterator[Verdict]:
    written = {frozenset((bundle.column_1, bundle.column_2)) for family in authored.sources.families for bundle in family.bundles}
    procedures = (family for family in authored.sources.families if family.system is not System.ICD10CM)
    for family in procedures:
        for one, two in itertools.combinations(_live_codes(family, authored), 2):
            found = authored.tables.ptp(one, two) or authored.tables.ptp(two, one)
            if found is not None and frozenset((one, two)) not in written:
                written.add(frozenset((one, two)))
                yield report.unsaid(f"{found.column_1} {found.column_2}", authored.place_of(family), _side(found))


def _live_codes(family: Family, authored: Authored) -> list[str]:
    return [statement.code.code for statement in authored.live if statement.family is family]


def _side(edit: PtpEdit) -> Side:
    return Side(_told(edit.column_1, edit.column_2, str(edit.indicator)), str(edit.edition))


def _told(one: str, two: str, indicator: str) -> str:
    pair = f"column 1 {one}, column 2 {two}"
    return f"{pair}, indicator {indicator} ({PAIR_INDICATOR.get(indicator, UNKNOWN)})" if indicator else pair
