"""Each code is valid on the date of service, and complete.

Procedure codes are known by the families and by the official tables of the day; one that neither has is said to be unknown, never
invalid, save a HCPCS code that a current table does not have.
ICD-10-CM is complete for its edition, so a diagnosis code that it does not have does not exist. Codes that lack only their
seventh character are left to that rule. An imported release of ICD-10-CM answers for the dates of service it is in force on; where
there is none for a later date, the rule says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from consultant.coding.book import DIAGNOSES, Sheet, edition, edition_ends, has_diagnoses, nearest, sheet
from consultant.coding.claim import diagnoses, services
from consultant.coding.rule import Report, Rule
from consultant.coding.rules.seventh_character import lacks_only_the_seventh
from consultant.coding.words import day, listed, verb
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import Reading
from consultant.model.coding import System
from consultant.model.finding import Finding, Severity

ID = "code-validity"
EDITION = "icd10cm-edition"
"""The rule under which it is told that the loaded ICD-10-CM is not that of the date of service."""
_SOURCE = "CPT and HCPCS release dates"
_ICD_SOURCE = "ICD-10-CM tabular list"
_FEE_SOURCE = "Medicare physician fee schedule"
_HCPCS_SOURCE = "HCPCS Level II"
_GONE = frozenset("DFH")
"""Statuses of the fee schedule under which a code is deleted."""


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Procedure codes against their dates, diagnosis codes against the tabular list."""
    yield from _services(reading, knowledge)
    codes = diagnoses(reading)
    if codes:
        yield from _diagnoses(codes, reading.date_of_service, knowledge)


def _services(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    report, on = Report(ID, _SOURCE, edition(knowledge)), reading.date_of_service
    sheets = {code: sheet(code, knowledge) for code in services(reading)}
    known = {code: found for code, found in sheets.items() if found}
    wrong = {code: text for code, found in known.items() if (text := _wrong_on(found, on))}
    for code, text in wrong.items():
        yield report.hit(Severity.ERROR, (code,), text)
    if good := [code for code in known if code not in wrong]:
        yield report.clean(good, f"No deletion before {day(on)} is recorded for {listed(good)}.")
    yield from _unwritten([code for code in sheets if code not in known], on, knowledge)


def _unwritten(codes: list[str], on: date, knowledge: Knowledge) -> Iterator[Finding]:
    """Codes that no family writes: the official tables of the day may know them."""
    listing = {code: found for code in codes if (found := _listed_on(code, on, knowledge))}
    for code, (is_live, text, source, release) in listing.items():
        report = Report(ID, source, release)
        yield report.clean((code,), text) if is_live else report.hit(Severity.ERROR, (code,), text)
    if unknown := [code for code in codes if code not in listing]:
        yield Report(ID, _SOURCE, edition(knowledge)).no_data(
            unknown,
            f"{listed(unknown)} {verb(unknown, 'is', 'are')} not written up here, so I could not check the date.",
        )


def _listed_on(code: str, on: date, knowledge: Knowledge) -> tuple[bool, str, str, str] | None:
    """Whether an official table has a code in force on the day, what to say of it, and the table; None when no table can tell."""
    official = knowledge.official
    if System.of(code) is System.HCPCS:
        return _hcpcs(code, on, official)
    fee = official.fee(code, on)
    if fee is None:
        return None
    return fee.status not in _GONE, _fee_says(code, fee.status), _FEE_SOURCE, fee.edition.name


def _hcpcs(code: str, on: date, official: Official) -> tuple[bool, str, str, str] | None:
    loaded, found = official.edition(Kind.HCPCS, on), official.hcpcs(code, on)
    if loaded is None:
        return None
    if found is None:
        # A table that a newer one should have replaced cannot say that a code does not exist.
        return None if loaded.is_overdue(on) else (False, f"{code} does not exist in HCPCS Level II.", _HCPCS_SOURCE, loaded.name)
    ended = f" since {day(found.ended)}" if found.ended else ""
    text = f"{code} is in force in HCPCS Level II." if found.live_on(on) else f"{code} is no longer valid in HCPCS Level II{ended}."
    return found.live_on(on), text, _HCPCS_SOURCE, loaded.name


def _fee_says(code: str, status: str) -> str:
    if status in _GONE:
        return f"Medicare's fee schedule lists {code} as deleted (status {status})."
    return f"Medicare's fee schedule lists {code}."


def _wrong_on(found: Sheet, on: date) -> str:
    facts, code = found.facts, found.entry.code
    if facts.ended and facts.ended <= on:
        instead = f" It was replaced by {listed(facts.successors, last='or')}." if facts.successors else ""
        return f"{code} was deleted on {day(facts.ended)} and cannot be reported for {day(on)}.{instead}"
    if facts.effective and on < facts.effective:
        before = f" Before that it was {listed(facts.predecessors, last='or')}." if facts.predecessors else ""
        return f"{code} is valid only from {day(facts.effective)}, after the date of service.{before}"
    return ""


def _diagnoses(codes: tuple[str, ...], on: date, knowledge: Knowledge) -> Iterator[Finding]:
    report = Report(ID, _ICD_SOURCE, knowledge.icd10cm_edition(on) or edition(knowledge, DIAGNOSES))
    if not has_diagnoses(knowledge):
        yield report.no_data(codes, f"ICD-10-CM is not loaded here, so {listed(codes)} could not be checked.")
        return
    bad = [code for code in codes if not knowledge.billable(code, on) and not lacks_only_the_seventh(code, knowledge)]
    yield from (report.hit(Severity.ERROR, (code,), _why_not(code, on, knowledge)) for code in bad)
    if good := [code for code in codes if knowledge.billable(code, on)]:
        yield report.clean(good, f"{listed(good)} {verb(good, 'is a complete code', 'are complete codes')} of ICD-10-CM.")
    ends = edition_ends(knowledge, on)
    if ends and on > ends:
        late = Report(EDITION, _ICD_SOURCE, edition(knowledge, DIAGNOSES))
        yield late.no_data(codes, f"The ICD-10-CM edition loaded here ends on {day(ends)}: check the diagnoses in the newer one.")


def _why_not(code: str, on: date, knowledge: Knowledge) -> str:
    if knowledge.billable(code):
        return f"{code} is not in the ICD-10-CM release that is in force on {day(on)}."
    what = "is a heading of ICD-10-CM, not a complete code" if knowledge.diagnosis(code) else "does not exist in ICD-10-CM"
    return f"{code} {what}.{_offer(nearest(code, knowledge))}"


def _offer(codes: Iterable[str]) -> str:
    offered = tuple(codes)
    return f" Nearest complete {verb(offered, 'code', 'codes')}: {listed(offered, last='or')}." if offered else ""


RULE = Rule(ID, "Codes are valid on the date of service", _SOURCE, check)
