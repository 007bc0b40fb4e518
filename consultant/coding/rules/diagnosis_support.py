"""Every service line that we suggest stands on a diagnosis, and on one that usually supports it.

The usual indications are those of the code's family. They are no coverage policy: a diagnosis outside them is a reason to look
the policy up, never a denial. Where billing articles of the Medicare coverage database were imported, those in force on the date of
service are asked too, and named; what no article names stays unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.coding.book import edition, sheet
from consultant.coding.rule import Report, Rule
from consultant.coding.words import day, listed
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_facts import Article
from consultant.model.analysis import Reading
from consultant.model.coding import Suggestion
from consultant.model.finding import Finding, Severity

ID = "diagnosis-support"
_MOST_ARTICLES = 3
_SOURCE = "Usual indications as written down in the code families"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Our service lines; without lines there is nothing to support."""
    report = Report(ID, _SOURCE, edition(knowledge))
    bare = [line.code for line in reading.procedures if not line.diagnoses]
    if bare:
        yield report.hit(Severity.WARNING, bare, f"The mail gives no diagnosis that supports {listed(bare)}; the claim needs one.")
    linked = [line for line in reading.procedures if line.diagnoses]
    usual = {line.code: _usual(line, knowledge) for line in linked}
    if good := [line.code for line in linked if _is_supported(line, usual[line.code])]:
        yield report.clean(good, f"{listed(good)} stands on a usual indication.")
    for line in linked:
        if usual[line.code] and not _is_supported(line, usual[line.code]):
            yield report.hit(Severity.INFO, (line.code, *line.diagnoses), _text(line))
    if unknown := [line.code for line in linked if not usual[line.code]]:
        yield report.no_data(unknown, f"The usual indications of {listed(unknown)} are not written down here.")
    for line in linked:
        yield from _covered(line, reading.date_of_service, knowledge)


def _covered(line: Suggestion, on: date, knowledge: Knowledge) -> Iterator[Finding]:
    """What the imported billing articles say of a line and the diagnoses it points to, one finding for each article."""
    named: dict[int, list[tuple[Article, str, bool]]] = {}
    for code in line.diagnoses:
        for article, supports in knowledge.official.covers(line.code, code, on):
            named.setdefault(article.id, []).append((article, code, supports))
    for pairs in list(named.values())[:_MOST_ARTICLES]:
        article = pairs[0][0]
        report = Report(ID, f"Medicare billing article A{article.id}, {article.title}", article.edition.name)
        good = [code for _, code, supports in pairs if supports]
        if good:
            yield report.clean((line.code, *good), f"Article A{article.id} lists {listed(good)} as supporting {line.code}.")
        else:
            codes = [code for _, code, _ in pairs]
            text = f"Article A{article.id} lists {listed(codes)} as not supporting {line.code} on {day(on)}."
            yield report.hit(Severity.WARNING, (line.code, *codes), text)


def _usual(line: Suggestion, knowledge: Knowledge) -> tuple[str, ...]:
    found = sheet(line.code, knowledge)
    return found.family.diagnoses if found else ()


def _is_supported(line: Suggestion, usual: tuple[str, ...]) -> bool:
    return any(code.startswith(known) for code in line.diagnoses for known in usual)


def _text(line: Suggestion) -> str:
    return f"{listed(line.diagnoses)} is not among the usual indications of {line.code} here: look up the payer's policy."


RULE = Rule(ID, "Services stand on a diagnosis", _SOURCE, check)
