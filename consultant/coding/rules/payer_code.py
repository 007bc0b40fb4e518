"""Codes that the payer of the mail does not take, with what it takes instead.

The differences stand in ``data/payer_differences.yaml``. Without a payer in the mail nothing is wrong, but the codes that would
fall for Medicare are named as not checked.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding import tables
from consultant.coding.book import edition
from consultant.coding.claim import payer, services
from consultant.coding.rule import Report, Rule
from consultant.coding.words import listed, verb
from consultant.knowledge.lookup import Knowledge
from consultant.model.analysis import Reading
from consultant.model.finding import Finding, Severity

ID = "payer-code"
_SOURCE = "Differences between payers, as written down for the coding rules"
_KEYS = ("payers", "codes", "but_not", "instead", "source")


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every procedure code in play."""
    release, who, codes = edition(knowledge), payer(reading), services(reading)
    wrong: dict[str, None] = {}
    open_: dict[str, None] = {}
    for row in tables.rows("payer_differences.yaml", "differences", *_KEYS):
        here = [
            code
            for code in codes
            if tables.is_in(code, tables.words(row, "codes")) and not tables.is_in(code, tables.words(row, "but_not"))
        ]
        if here and who in tables.words(row, "payers"):
            wrong.update(dict.fromkeys(here))
            for code in here:
                yield Report(ID, str(row["source"]), release).hit(Severity.ERROR, (code,), _text(code, str(row["instead"])))
        elif here and not who:
            open_.update(dict.fromkeys(here))
    if open_:
        told = list(open_)
        yield Report(ID, _SOURCE, release).no_data(
            told, f"The mail names no payer, and not every payer takes {listed(told)}, Medicare among them."
        )
    if good := [code for code in codes if code not in wrong and code not in open_] if who else []:
        yield Report(ID, _SOURCE, release).clean(
            good, f"Nothing here says that this payer refuses {listed(good)} for {verb(good, 'its', 'their')} number."
        )


def _text(code: str, instead: str) -> str:
    """What the payer takes instead; the code is named before it where the sentence does not name it."""
    return instead if code in instead else f"{code}: {instead}"


RULE = Rule(ID, "The payer takes the code", _SOURCE, check)
