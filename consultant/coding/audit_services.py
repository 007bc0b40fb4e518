"""Verdicts on the procedure codes of the asker's claim.

Each proposed line looks for its counterpart among ours: the same code first, then a code that follows it, excludes it or is its
sibling. Codes that are still valid choose before deleted ones, so that the deleted one is removed when there is only one
counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding import placing, tables
from consultant.coding.audit_unmatched import conflict, unmatched
from consultant.coding.audit_view import View, grounds, reasons, sourced
from consultant.coding.book import bundle, edition, related, sheet
from consultant.coding.rules import (
    bilateral,
    component,
    drug_waste,
    global_period,
    modifier_use,
    ncci_ptp,
    surgeons,
    units,
)
from consultant.coding.rules.family_bundles import text_of
from consultant.coding.words import listed, verb
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import CaseKind
from consultant.model.coding import ProposedCode, Suggestion, System
from consultant.model.finding import AuditLine, Finding, Outcome, Severity, Verdict

_TABLES = MappingProxyType({Kind.NCCI_PTP: "the NCCI pairs", Kind.MUE: "the medically unlikely edits"})
_OF_MODIFIERS = (
    *(
        bilateral.ID,
        component.ID,
        surgeons.ID,
        global_period.ID,
        drug_waste.ID,
        modifier_use.ID,
        "visit-modifier",
        "distinct-modifier",
    ),
    *("global-modifier", "reduced-service", "repeat-modifier", "anatomic-modifier", "coverage-modifier", "preventive-modifier"),
    *("telehealth-modifier", "laboratory-modifier"),
)
"""Rules that refuse a modifier on a code."""
_BY_THE_DOSE = "drug"
_PRICING_ONLY = frozenset({"51"})
"""Payers add it themselves; its absence or presence is no error."""


def judge_services(view: View) -> Iterator[AuditLine]:
    """One line for each proposed procedure code that can be judged, then the lines that are missing."""
    theirs = _proposals(view)
    counterpart = _counterparts(theirs, view)
    for proposed in theirs:
        line = _judge(proposed, counterpart.get(id(proposed)), view)
        if line:
            yield line
    if theirs and view.reading.kind is CaseKind.AUDIT and not view.is_open:
        taken = {id(ours) for ours in counterpart.values()}
        for ours in view.reading.procedures:
            if id(ours) not in taken:
                yield AuditLine(ours.code, ours.modifiers, Verdict.ADD, written(ours), grounds(ours))


def written(line: Suggestion, *, with_units: bool | None = None) -> str:
    """A line as coders write it: ``45380-59``, ``J1010 x40``. Units are shown when there are several, or as told."""
    show = line.units > 1 if with_units is None else with_units
    return "-".join((line.code, *line.modifiers)) + (f" x{line.units}" if show else "")


def _proposals(view: View) -> tuple[ProposedCode, ...]:
    """The asker's procedure lines, each once; a bare mention of a code yields to one with modifiers."""
    services = [p for p in view.reading.proposed if p.system is not System.ICD10CM]
    with_modifiers = {p.code for p in services if p.modifiers}
    kept = {(p.code, p.modifiers): p for p in reversed(services) if p.modifiers or p.code not in with_modifiers}
    return tuple(p for p in services if any(p is one for one in kept.values()))


def _counterparts(theirs: tuple[ProposedCode, ...], view: View) -> dict[int, Suggestion]:
    """The line of ours that each proposal stands for; a line of ours answers for one proposal only."""
    free = list(view.reading.procedures)
    found: dict[int, Suggestion] = {}
    same = sorted(
        (p for p in theirs), key=lambda p: not any(ours.code == p.code and ours.modifiers == p.modifiers for ours in free)
    )
    for proposed in same:
        fits = [ours for ours in free if ours.code == proposed.code]
        _take(proposed, sorted(fits, key=lambda ours: ours.modifiers != proposed.modifiers), free, found)
    for proposed in sorted((p for p in theirs if id(p) not in found), key=lambda p: p.code in view.void):
        fits = [ours for ours in free if _nearness(proposed.code, ours, view)]
        _take(proposed, sorted(fits, key=lambda ours: -_nearness(proposed.code, ours, view)), free, found)
    return found


def _take(proposed: ProposedCode, fits: list[Suggestion], free: list[Suggestion], found: dict[int, Suggestion]) -> None:
    if fits:
        found[id(proposed)] = fits[0]
        free[:] = [ours for ours in free if ours is not fits[0]]


def _nearness(code: str, ours: Suggestion, view: View) -> int:
    """How plainly a line of ours stands for another code: successor, alternative or bundle, sibling; 0 for not at all."""
    known = sheet(code, view.knowledge)
    if known and ours.code in known.facts.successors:
        return 3
    if any(alternative.code == code for alternative in ours.alternatives) or bundle(code, ours.code, view.knowledge):
        return 2
    return int(related(code, ours.code, view.knowledge))


def _judge(proposed: ProposedCode, ours: Suggestion | None, view: View) -> AuditLine | None:
    if ours and view.is_settled(proposed.code, ours.code):
        return _same_code(proposed, ours, view) if ours.code == proposed.code else _changed(proposed, ours, view)
    if view.is_open and not view.is_settled(proposed.code) and proposed.code not in view.void:
        return None
    return unmatched(proposed, view)


def _same_code(proposed: ProposedCode, ours: Suggestion, view: View) -> AuditLine:
    wrong = list(_differences(proposed, ours, view))
    if not wrong:
        return AuditLine(
            proposed.code, proposed.modifiers, Verdict.KEEP, None, reasons((grounds(ours), _in_order(ours.code, view)))
        )
    because = reasons((*wrong, grounds(ours)))
    change = written(ours, with_units=_units_differ(proposed, ours, view) or ours.units > 1)
    return AuditLine(proposed.code, proposed.modifiers, Verdict.CHANGE, change, because)


def _in_order(code: str, view: View) -> str:
    """By which official tables a line that stays is in order; empty where none was asked."""
    checks = {Kind.NCCI_PTP: ncci_ptp.ID, Kind.MUE: units.ID}
    clean = {one.rule: one for one in view.findings if one.outcome is Outcome.CLEAN and code in one.codes}
    authored = edition(view.knowledge)
    told = [_TABLES[kind] for kind, rule in checks.items() if rule in clean and clean[rule].edition != authored]
    return f"In order by {listed(told)}." if told else ""


def _differences(proposed: ProposedCode, ours: Suggestion, view: View) -> Iterator[str]:
    missing = [m for m in ours.modifiers if m not in proposed.modifiers and m not in _PRICING_ONLY]
    extra = [m for m in proposed.modifiers if m not in ours.modifiers and m not in _PRICING_ONLY]
    refused = {m: one for m in extra if (one := _refusal(ours.code, m, view))}
    # The rule that refuses one modifier may name the right one itself.
    unexplained = [one for one in missing if not any(_names(one, refusal) for refusal in refused.values())]
    if missing:
        yield reasons((f"The line needs {listed(missing)}.", *(_why_needed(one, ours, view) for one in unexplained)))
    # A modifier that claims something (a side we read otherwise, a separate service) must be shown; others are left to the payer.
    yield from (view.said(one) for one in refused.values())
    unshown = [m for m in extra if m not in refused and (missing or _claims_separateness(m, view))]
    if unshown:
        yield f"Nothing in the mail supports {listed(unshown)}."
    if _units_differ(proposed, ours, view):
        yield f"Bill {ours.units} {verb(range(ours.units), 'unit', 'units')}, not {proposed.units or 1}."
        yield from (view.said(one) for one in view.told_of(ours.code, units.ID))


def _refusal(code: str, modifier: str, view: View) -> Finding | None:
    """The error by which a rule refuses a modifier on a code, or None."""
    found = view.told_of(code, *_OF_MODIFIERS, severity=Severity.ERROR)
    return next((one for one in found if _names(modifier, one)), None)


def _claims_separateness(modifier: str, view: View) -> bool:
    known = view.knowledge.modifiers.get(modifier)
    return known is not None and known.bypasses_edits


def _why_needed(modifier: str, ours: Suggestion, view: View) -> str:
    """What makes a modifier necessary: the reason for which a rule put it on or explains it, else the pair that it lifts."""
    placed = view.told_of(ours.code, placing.ID, outcome=Outcome.CLEAN)
    explained = (one for one in (*placed, *view.told_of(ours.code, *_OF_MODIFIERS)) if _names(modifier, one))
    found = next(explained, None)
    if found:
        return view.said(found)
    known = view.knowledge.modifiers.get(modifier)
    if known is None or not known.bypasses_edits:
        return ""
    others = (line.code for line in view.reading.procedures if line.code != ours.code)
    pairs = (view.pair(code, ours.code) for code in others)
    return next((sourced(text_of(pair), pair.source) for pair in pairs if pair and pair.column_2 == ours.code), "")


def _names(modifier: str, finding: Finding) -> bool:
    return re.search(rf"\b{modifier}\b", finding.text) is not None


def _units_differ(proposed: ProposedCode, ours: Suggestion, view: View) -> bool:
    return ours.units != (proposed.units or 1) and _are_units_read(ours, view)


def _are_units_read(ours: Suggestion, view: View) -> bool:
    """Whether our units rest on an amount of the mail: one unit of a code that counts amounts may only mean that none was read."""
    found = sheet(ours.code, view.knowledge)
    counts_amounts = tables.is_one_of(ours.code, _BY_THE_DOSE) or (found is not None and found.entry.one_unit is not None)
    return ours.units > 1 or not counts_amounts


def _changed(proposed: ProposedCode, ours: Suggestion, view: View) -> AuditLine:
    void = view.void.get(proposed.code)
    why = sourced(void.text, void.source) if void else conflict(proposed.code, ours.code, view)
    because = reasons((why, grounds(ours)))
    return AuditLine(proposed.code, proposed.modifiers, Verdict.CHANGE, written(ours), because)
