"""Which codes in play are not reported together, as far as the families write it down.

NCCI modifier indicator: 0 never, 1 with a proper modifier and documentation. Only pairs written in the families are known here;
the whole table, where one is imported, is asked by `ncci_ptp`.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.book import bundle, edition, sheet
from consultant.coding.claim import our_lines, pairs, services, their_lines, together
from consultant.coding.rule import Report, Rule
from consultant.coding.separation import advice, are_separated
from consultant.coding.words import listed, sentence
from consultant.knowledge.family import Bundle, BundleKind
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "family-bundles"
NEVER = "0"
WITH_MODIFIER = "1"
_SOURCE = "Pairs written down in the code families"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every pair of procedure codes in play, whoever named them; the code that is denied stands last in the finding."""
    codes = services(reading)
    report = Report(ID, _SOURCE, edition(knowledge))
    found = [written for a, b in pairs(codes) if (written := bundle(a, b, knowledge))]
    for written in found:
        yield report.read_from(source=written.source).hit(*told(written, reading, knowledge))
    # What no family writes up has no pairs either, so nothing clean can be said of it.
    known = [code for code in codes if sheet(code, knowledge)]
    if len(known) > 1 and not found:
        yield report.clean(known, f"No family here writes down a conflict between {listed(known)}.")


def text_of(written: Bundle, *, advised: bool = False) -> str:
    """What a pair means, as sentences of a letter; ``advised`` adds which modifier would be proper where one may be."""
    if written.kind is BundleKind.MUTUALLY_EXCLUSIVE:
        what = f"{written.column_1} and {written.column_2} exclude each other"
    else:
        what = f"{written.column_2} is included in {written.column_1}"
    how = {
        NEVER: "NCCI indicator 0: no modifier separates them",
        WITH_MODIFIER: "NCCI indicator 1: together only with a modifier, when the record shows that they were separate",
    }.get(written.indicator, "no edit table was consulted for this pair")
    proper = advice(written.column_1, written.column_2) if advised and written.indicator == WITH_MODIFIER else ""
    return " ".join(part for part in (f"{what} ({how}).", sentence(written.reason), proper) if part)


def told(written: Bundle, reading: Reading, knowledge: Knowledge) -> tuple[Severity, tuple[str, str], str]:
    """What a finding says of a pair: how much it matters, its codes (the denied one last), and the sentences."""
    weight = severity(written, reading, knowledge)
    return weight, (written.column_1, written.column_2), text_of(written, advised=weight is not Severity.INFO)


def severity(written: Bundle, reading: Reading, knowledge: Knowledge) -> Severity:
    """How much a pair matters: an error only where both stand on one claim and no modifier can separate them."""
    if not together((written.column_1, written.column_2), reading):
        return Severity.WARNING
    if written.indicator == WITH_MODIFIER and _is_separated(written, reading, knowledge):
        return Severity.INFO
    return Severity.ERROR if written.indicator == NEVER else Severity.WARNING


def _is_separated(written: Bundle, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether our lines, or the asker's while we have none, are told apart by a modifier that NCCI accepts."""
    return are_separated(written.column_1, written.column_2, our_lines(reading) or their_lines(reading), knowledge)


RULE = Rule(ID, "Codes that are not reported together", _SOURCE, check)
