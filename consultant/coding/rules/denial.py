"""What a denial in the mail means, and what of this claim explains it.

The denials stand in ``data/denials.yaml``: reason codes of X12 with how people tell of them, and the coding rules that explain
each. The rule runs last, because it points at what the others found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from consultant.coding import tables
from consultant.coding.book import edition
from consultant.coding.claim import services
from consultant.coding.rule import Report
from consultant.coding.rules import global_period
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Outcome, Severity

ID = "denial"
_TABLE = "denials.yaml"
# "PR 140" is also a part of an electrocardiogram and "OA 50" a knee, so those groups are known by their hyphen only.
_REASON = re.compile(r"\b(?:(?:CO|CARC)[\s#:-]{0,3}|(?:PR|OA|PI)-)(?P<code>[AB]?\d{1,3})\b")
_EXPLAINED = 2
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def explain(reading: Reading, findings: tuple[Finding, ...], knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for each denial that the mail tells."""
    codes = services(reading)
    report = Report(ID, str(tables.read(_TABLE)["source"]), edition(knowledge))
    for row, name in _denials(reading.text):
        because, blank = _because(row, findings), _blank(row, findings)
        about = tuple(dict.fromkeys(code for one in because for code in one.codes)) or codes or (name,)
        text = _text(row, name, because, blank=blank)
        # A denial that could not be looked up is told, but never as if the codes had been checked.
        yield report.no_data(about, text) if blank and not because else report.hit(Severity.INFO, about, text)


def _denials(text: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    rows = tables.rows(_TABLE, "denials", "code", "phrases", "rules", "means", "do")
    lowered = " ".join(text.lower().split())
    named = {match["code"] for match in _REASON.finditer(text)}
    for row in rows:
        phrase = next((one for one in tables.words(row, "phrases") if one in lowered), "")
        if row["code"] in named and row["code"]:
            yield row, f"reason {row['code']}"
        elif phrase:
            yield row, f'"{phrase}"'


def _because(row: Mapping[str, Any], findings: tuple[Finding, ...]) -> list[Finding]:
    rules = tables.words(row, "rules")
    # What is only a note explains no denial, save how an operation follows another one.
    hits = (one for one in findings if one.outcome is Outcome.HIT and one.rule in rules)
    fitting = [one for one in hits if one.severity is not Severity.INFO or one.rule == global_period.ID]
    return sorted(fitting, key=lambda one: (rules.index(one.rule), _WEIGHT[one.severity]))[:_EXPLAINED]


def _blank(row: Mapping[str, Any], findings: tuple[Finding, ...]) -> bool:
    """Whether a rule that could explain the denial had no data."""
    return any(one.outcome is Outcome.NO_DATA and one.rule in tables.words(row, "rules") for one in findings)


def _text(row: Mapping[str, Any], name: str, because: list[Finding], *, blank: bool) -> str:
    means = f"The denial ({name}) means that {row['means']}."
    if because:
        return f"{means} Here: {_first_sentence(because[0].text)} {row['do']}"
    if blank:
        return f"{means} What could explain it is not loaded here, so look it up for these codes. {row['do']}"
    none = " Nothing that I can check on these codes explains it." if row["rules"] else ""
    return f"{means}{none} {row['do']}"


def _first_sentence(text: str) -> str:
    """The first sentence of a finding, which stands by itself; the rest is told where the finding is."""
    first, stop, _ = text.partition(". ")
    return f"{first}." if stop else text
