"""Verdicts on codes of the asker's that no line of ours stands for: void, held by another code, refused by a rule, or never told.

That we read nothing is no proof that nothing was done; a code is struck only where a reason can be shown.
"""

from __future__ import annotations

from consultant.coding import separation
from consultant.coding.audit_view import View, reasons, sourced
from consultant.coding.book import bundle, related, sheet
from consultant.coding.rules import add_on, code_limits, family_bundles, ncci_ptp, payer_code, surgeons, time_threshold
from consultant.coding.rules.family_bundles import text_of
from consultant.coding.words import listed, sentence, stems
from consultant.model.coding import ProposedCode
from consultant.model.finding import AuditLine, Finding, Outcome, Severity, Verdict

_PAIRS = frozenset({family_bundles.ID, ncci_ptp.ID})
_REFUSING = (payer_code.ID, time_threshold.ID, code_limits.ID, add_on.ID, surgeons.ID)
"""Rules by whose errors a code of the asker's falls, although nothing of ours stands for it."""
_ECHO = 2
"""So many words of a code's meaning in the mail leave it open whether the service was told."""


def unmatched(proposed: ProposedCode, view: View) -> AuditLine | None:
    """The verdict on a code without counterpart among our lines, or None when none can be shown."""
    code, ours = proposed.code, view.reading.procedures
    void = view.void.get(code)
    if void:
        return _void(proposed, view)
    beside = next((line.code for line in ours if _falls_beside(proposed, line.code, view) and view.is_settled(line.code)), None)
    if beside:
        return AuditLine(code, proposed.modifiers, Verdict.REMOVE, None, conflict(code, beside, view))
    held = _held_by_the_claim(proposed, view) or next(iter(view.told_of(code, *_REFUSING, severity=Severity.ERROR)), None)
    if held:
        return AuditLine(code, proposed.modifiers, Verdict.REMOVE, None, view.said(held))
    if view.is_open or not ours or not _may_be_called_untold(code, view):
        return None
    return AuditLine(code, proposed.modifiers, Verdict.REMOVE, None, _untold(code, view))


def _falls_beside(proposed: ProposedCode, ours: str, view: View) -> bool:
    """Whether a code gives way to one of ours: by a pair that a family writes, or by the table as its second column."""
    code = proposed.code
    if bundle(code, ours, view.knowledge):
        return True
    pair = view.pair(code, ours)
    if pair is None or pair.column_2 != code:
        return False
    # The asker says that it was separate, and we have no words on it: that is for the record to show.
    says_separate = separation.bypassing(proposed.modifiers, view.knowledge)
    return pair.indicator == family_bundles.NEVER or not says_separate


def _held_by_the_claim(proposed: ProposedCode, view: View) -> Finding | None:
    """The pair by which another code of the asker's own claim holds this one, whatever the modifier; None when there is none."""
    theirs = {p.code for p in view.reading.proposed if p.code not in view.void and p.code != proposed.code}
    pairs = (one for one in view.findings if one.rule in _PAIRS and one.outcome is Outcome.HIT and one.severity is Severity.ERROR)
    return next((one for one in pairs if one.codes[-1] == proposed.code and one.codes[0] in theirs), None)


def _may_be_called_untold(code: str, view: View) -> bool:
    """Whether it can be said that nothing in the mail stands for a code, and not only that we read nothing.

    It can of a visit, of a code that a sheet of ours warns of, and of one near to ours. Any other procedure stays unjudged while
    words of its meaning stand in the mail, since we may have missed what they say together.
    """
    own = sheet(code, view.knowledge)
    if own is None:
        return False
    codes = [line.code for line in view.reading.procedures]
    sheets = [found for one in codes if (found := sheet(one, view.knowledge))]
    is_warned_of = any(code in found.entry.trap for found in sheets)
    is_near = is_warned_of or any(related(code, one, view.knowledge) for one in codes)
    return separation.is_visit(code) or is_near or len(stems(own.entry.plain) & stems(view.reading.text)) < _ECHO


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


def conflict(code: str, ours: str, view: View) -> str:
    """Why a code does not stand beside ours, from the pair or from the trap that its sheet names."""
    pair = view.pair(code, ours)
    if pair:
        return sourced(sentence(pair.reason) if pair.reason else text_of(pair), pair.source)
    known = sheet(code, view.knowledge)
    return sentence(known.entry.trap) if known and known.entry.trap else ""
