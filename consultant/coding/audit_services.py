"""Verdicts on the procedure codes of the asker's claim.

Each proposed line looks for its counterpart among ours: the same code first, then a code that follows it, excludes it or is its
sibling. Codes that are still valid choose before deleted ones, so that the deleted one is removed when there is only one
counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from consultant.coding import placing
from consultant.coding.audit_view import View, grounds, reasons, sourced
from consultant.coding.book import bundle, edition, related, sheet
from consultant.coding.rules import (
    add_on,
    bilateral,
    code_limits,
    component,
    drug_waste,
    family_bundles,
    global_period,
    modifier_use,
    ncci_ptp,
    payer_code,
    surgeons,
    time_threshold,
    units,
)
from consultant.coding.rules.family_bundles import text_of
from consultant.coding.words import listed, sentence, verb
from consultant.knowledge.official_kinds import Kind
from consultant.model.analysis import CaseKind
from consultant.model.coding import ProposedCode, Suggestion, System
from consultant.model.finding import AuditLine, Finding, Outcome, Severity, Verdict

_TABLES = MappingProxyType({Kind.NCCI_PTP: "the NCCI pairs", Kind.MUE: "the medically unlikely edits"})
_PAIRS = frozenset({family_bundles.ID, ncci_ptp.ID})
_REFUSING = (payer_code.ID, time_threshold.ID, code_limits.ID, add_on.ID, surgeons.ID)
"""Rules by whose errors a code of the asker's falls, although nothing of ours stands for it."""
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
    return _without_counterpart(proposed, view)


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
    tables = {Kind.NCCI_PTP: ncci_ptp.ID, Kind.MUE: units.ID}
    clean = {one.rule: one for one in view.findings if one.outcome is Outcome.CLEAN and code in one.codes}
    authored = edition(view.knowledge)
    told = [_TABLES[kind] for kind, rule in tables.items() if rule in clean and clean[rule].edition != authored]
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
    counts_amounts = found is not None and found.entry.one_unit is not None
    return ours.units > 1 or not counts_amounts


def _changed(proposed: ProposedCode, ours: Suggestion, view: View) -> AuditLine:
    void = view.void.get(proposed.code)
    why = sourced(void.text, void.source) if void else _conflict(proposed.code, ours.code, view)
    because = reasons((why, grounds(ours)))
    return AuditLine(proposed.code, proposed.modifiers, Verdict.CHANGE, written(ours), because)


def _conflict(code: str, ours: str, view: View) -> str:
    """Why a code does not stand beside ours, from the pair or from the trap that its sheet names."""
    pair = view.pair(code, ours)
    if pair:
        return sourced(sentence(pair.reason) if pair.reason else text_of(pair), pair.source)
    known = sheet(code, view.knowledge)
    return sentence(known.entry.trap) if known and known.entry.trap else ""


def _untold(code: str, view: View) -> str:
    """Why a code falls away that no line of ours stands for: the trap that our sheet writes down about it, or that of its own."""
    codes = [line.code for line in view.reading.procedures]
    traps = (found.entry.trap for one in codes if (found := sheet(one, view.knowledge)))
    named = next((trap for trap in traps if code in trap), "")
    if named:
        return sentence(named)
    own = sheet(code, view.knowledge)
    untold = f"Nothing that the mail tells of is reported with it beside {listed(codes)}."
    return reasons((untold, sentence(own.entry.trap) if own else ""))


def _without_counterpart(proposed: ProposedCode, view: View) -> AuditLine | None:
    code, ours = proposed.code, view.reading.procedures
    void = view.void.get(code)
    if void:
        return _void(proposed, view)
    beside = next((line.code for line in ours if _falls_beside(code, line.code, view) and view.is_settled(line.code)), None)
    if beside:
        return AuditLine(code, proposed.modifiers, Verdict.REMOVE, None, _conflict(code, beside, view))
    held = _held_by_the_claim(proposed, view) or next(iter(view.told_of(code, *_REFUSING, severity=Severity.ERROR)), None)
    if held:
        return AuditLine(code, proposed.modifiers, Verdict.REMOVE, None, view.said(held))
    if view.is_open or not ours or sheet(code, view.knowledge) is None:
        return None
    return AuditLine(code, proposed.modifiers, Verdict.REMOVE, None, _untold(code, view))


def _falls_beside(code: str, ours: str, view: View) -> bool:
    """Whether a code gives way to one of ours: by a pair that a family writes, or by the table as its second column."""
    if bundle(code, ours, view.knowledge):
        return True
    pair = view.pair(code, ours)
    return pair is not None and pair.column_2 == code


def _held_by_the_claim(proposed: ProposedCode, view: View) -> Finding | None:
    """The pair by which another code of the asker's own claim holds this one, whatever the modifier; None when there is none."""
    theirs = {p.code for p in view.reading.proposed if p.code not in view.void and p.code != proposed.code}
    pairs = (one for one in view.findings if one.rule in _PAIRS and one.outcome is Outcome.HIT and one.severity is Severity.ERROR)
    return next((one for one in pairs if one.codes[-1] == proposed.code and one.codes[0] in theirs), None)


def _void(proposed: ProposedCode, view: View) -> AuditLine:
    """A deleted code without counterpart: its one successor when nothing else is proposed for it, else out."""
    known = sheet(proposed.code, view.knowledge)
    successors = known.facts.successors if known else ()
    is_free = len(successors) == 1 and successors[0] not in {line.code for line in view.reading.procedures}
    to = successors[0] if is_free and view.is_settled(*successors) else None
    held = next((line.code for line in view.reading.procedures if line.code in successors and view.is_settled(line.code)), "")
    void = view.void[proposed.code]
    because = reasons((sourced(void.text, void.source), f"Here {held} covers it." if held else ""))
    return AuditLine(proposed.code, proposed.modifiers, Verdict.CHANGE if to else Verdict.REMOVE, to, because)
