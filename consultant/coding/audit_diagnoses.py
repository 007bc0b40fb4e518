"""Verdicts on the diagnosis codes of the asker's claim.

A proposed diagnosis is changed to ours when the two are the same condition told differently: one the beginning of the other,
the same category, an alternative that we weighed, kept apart by an Excludes1 note, or at least of one chapter. A diagnosis that
only we do not see is never struck: records hold more than mails do.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.coding.audit_view import View, grounds, reasons, sourced
from consultant.coding.book import excludes1
from consultant.coding.claim import unique
from consultant.model.analysis import CaseKind
from consultant.model.coding import Diagnosis, ProposedCode, System
from consultant.model.finding import AuditLine, Verdict

_CATEGORY = 3
_STATUS = "Z"
"""First letter of chapter 21: its codes have nothing in common but the chapter."""


def judge_diagnoses(view: View) -> Iterator[AuditLine]:
    """One line for each proposed diagnosis that can be judged, then the diagnoses that are missing."""
    theirs = tuple({p.code: p for p in reversed(view.reading.proposed) if p.system is System.ICD10CM}.values())[::-1]
    named = {proposed.code for proposed in theirs}
    free = [ours for ours in view.reading.diagnoses if ours.code not in named]
    for proposed in theirs:
        line = _judge(proposed, free, view)
        if line:
            yield line
            changed = unique((line.to or "").split(", "))
            free = [ours for ours in free if ours.code not in changed]
    if view.reading.kind is CaseKind.AUDIT and not view.is_open:
        yield from (AuditLine(ours.code, (), Verdict.ADD, ours.code, grounds(ours)) for ours in free)


def _judge(proposed: ProposedCode, free: list[Diagnosis], view: View) -> AuditLine | None:
    code = proposed.code
    same = next((ours for ours in view.reading.diagnoses if ours.code == code), None)
    if same and view.is_settled(code):
        return AuditLine(code, (), Verdict.KEEP, None, grounds(same))
    void = view.void.get(code)
    fits = _counterparts(code, free, view)
    if fits and view.is_settled(code, *(ours.code for ours in fits)) and (void or not view.is_open):
        return _changed(code, fits, view)
    if void:
        return AuditLine(code, (), Verdict.REMOVE, None, sourced(void.text, void.source))
    against = _excluding(code, view)
    if against and not view.is_open:
        return AuditLine(code, (), Verdict.REMOVE, None, f"It is not coded together with {against}.")
    return None


def _counterparts(code: str, free: list[Diagnosis], view: View) -> tuple[Diagnosis, ...]:
    nearness = {ours.code: _nearness(code, ours, view) for ours in free}
    best = max(nearness.values(), default=0)
    return tuple(ours for ours in free if best and nearness[ours.code] == best)


def _nearness(code: str, ours: Diagnosis, view: View) -> int:
    if ours.code.startswith(code) or code.startswith(ours.code):
        return 4
    if ours.code[:_CATEGORY] == code[:_CATEGORY] or any(alternative.code == code for alternative in ours.alternatives):
        return 3
    if excludes1(code, ours.code, view.knowledge):
        return 2
    mine, other = view.knowledge.diagnosis(code), view.knowledge.diagnosis(ours.code)
    is_one_chapter = mine is not None and other is not None and mine.chapter == other.chapter
    return int(is_one_chapter and not code.startswith(_STATUS))


def _changed(code: str, fits: tuple[Diagnosis, ...], view: View) -> AuditLine:
    void = view.void.get(code)
    note = excludes1(code, fits[0].code, view.knowledge)
    why = sourced(void.text, void.source) if void else ""
    apart = f"The two are not coded together, by {note}." if note and not void else ""
    because = reasons((why, *(grounds(ours) for ours in fits), apart))
    return AuditLine(code, (), Verdict.CHANGE, ", ".join(ours.code for ours in fits), because)


def _excluding(code: str, view: View) -> str:
    """The diagnosis of ours that an Excludes1 note keeps apart from ``code``, with the note; empty when there is none."""
    for ours in view.reading.diagnoses:
        note = excludes1(code, ours.code, view.knowledge)
        if note:
            return f"{ours.code} by {note}"
    return ""
