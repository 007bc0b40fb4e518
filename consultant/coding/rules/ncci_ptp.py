"""Which codes in play NCCI does not pay together, by the imported edit table of the date of service and the setting.

NCCI procedure-to-procedure edits: column 1 is paid and column 2 denied, unless indicator 1 and a proper modifier. A pair that a
family writes down with the same indicator is told there, in better words. Without a table for the day the rule says so each time,
because a pair that no family writes down may still have an edit. The hospital's table is asked only when the mail is about the
facility's claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.coding.book import bundle
from consultant.coding.claim import pairs, services
from consultant.coding.figures import setting_of
from consultant.coding.rule import Report, Rule
from consultant.coding.rules.family_bundles import told
from consultant.coding.words import listed
from consultant.knowledge.family import Bundle, BundleKind
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official_facts import PtpEdit
from consultant.knowledge.official_kinds import Kind, Setting
from consultant.model.analysis import Reading
from consultant.model.finding import Finding

ID = "ncci-ptp"
_SOURCE = "NCCI procedure-to-procedure edits"
_EXCLUSIVE = "exclusive"


def check(reading: Reading, knowledge: Knowledge) -> Iterator[Finding]:
    """Every pair of procedure codes in play, in both directions; the code that is denied stands last in the finding."""
    codes, on, setting = services(reading), reading.date_of_service, setting_of(reading)
    if not codes:
        return
    source = f"{_SOURCE}, {setting.value} services"
    edition = knowledge.official.edition(Kind.NCCI_PTP, on, setting)
    of_hospital = " for hospital services" if setting is Setting.HOSPITAL else ""
    if edition is None:
        yield Report(ID, source, "").no_data(
            codes,
            f"No NCCI edit table is loaded here{of_hospital}, so I checked only the code pairs written down in our code families.",
        )
        return
    report = Report(ID, source, edition.name)
    edits = [edit for a, b in pairs(codes) if (edit := edit_between(a, b, on, knowledge, setting))]
    for edit in edits:
        found = as_bundle(edit)
        if not _is_written_down(found, knowledge):
            yield report.hit(*told(found, reading, knowledge))
    if len(codes) > 1 and not edits:
        yield report.clean(codes, f"NCCI has no edit between {listed(codes)}.")


def edit_between(a: str, b: str, on: date, knowledge: Knowledge, setting: Setting = Setting.PRACTITIONER) -> PtpEdit | None:
    """The edit between two codes in either direction, or None."""
    return knowledge.official.ptp(a, b, on, setting) or knowledge.official.ptp(b, a, on, setting)


def pair(a: str, b: str, reading: Reading, knowledge: Knowledge) -> Bundle | None:
    """What keeps two codes apart: as a family writes it down, else as the table of the day and setting has it, or None."""
    written = bundle(a, b, knowledge)
    if written is not None:
        return written
    edit = edit_between(a, b, reading.date_of_service, knowledge, setting_of(reading))
    return as_bundle(edit) if edit else None


def as_bundle(edit: PtpEdit) -> Bundle:
    """The edit in the form in which families write pairs."""
    kind = BundleKind.MUTUALLY_EXCLUSIVE if _EXCLUSIVE in edit.rationale.lower() else BundleKind.BUNDLED
    reason = f"CMS gives as its reason: {edit.rationale}" if edit.rationale else ""
    return Bundle(edit.column_1, edit.column_2, kind, str(edit.indicator), reason, f"{_SOURCE}, {edit.edition.name}")


def _is_written_down(found: Bundle, knowledge: Knowledge) -> bool:
    written = bundle(found.column_1, found.column_2, knowledge)
    return written is not None and written.indicator == found.indicator


RULE = Rule(ID, "Codes that NCCI does not pay together", _SOURCE, check)
