"""The answer in the first two lines of a letter: what to bill with what, and what to leave off."""

from __future__ import annotations

from collections.abc import Sequence

from consultant.drafting.words import counted, listed, sentence
from consultant.model.analysis import Analysis, CaseKind
from consultant.model.coding import Confidence, Suggestion
from consultant.model.finding import AuditLine, Verdict

_NOTHING = ("From the words of your mail I cannot name a code yet.", "Nothing written up here answers your question yet.")
"""What is said when there is neither code nor answer: of a case, and of a direct question."""
_NAMED = 4
"""More codes than this are left to the table below."""


def opening(analysis: Analysis) -> tuple[str, ...]:
    """One or two sentences; empty when the mail is answered by direct answers alone."""
    reading = analysis.reading
    if not (reading.procedures or reading.diagnoses or analysis.audit):
        return () if analysis.answers else (_NOTHING[reading.kind is CaseKind.QUESTION],)
    do, leave = _do(analysis), _leave(analysis.audit)
    first = f"{do}; {leave}." if do and leave else f"{do}." if do else sentence(leave)
    return tuple(part for part in (first, _sureness(analysis)) if part)


def label(suggestion: Suggestion) -> str:
    """A service line as coders write it: ``45380-59``."""
    return "-".join((suggestion.code, *suggestion.modifiers))


def rejected(audit: Sequence[AuditLine]) -> tuple[str, ...]:
    """The codes of the asker's claim that do not stay on it."""
    gone = (line.code for line in audit if line.verdict is Verdict.REMOVE or (line.verdict is Verdict.CHANGE and _is_other(line)))
    stay = {line.code for line in audit if line.verdict in {Verdict.KEEP, Verdict.ADD}}
    return tuple(code for code in dict.fromkeys(gone) if code not in stay)


def _is_other(line: AuditLine) -> bool:
    """Whether the line changes to another code, and not only in its modifiers or units."""
    return (line.to or "").split(" ")[0].split("-")[0] != line.code


def _do(analysis: Analysis) -> str:
    reading = analysis.reading
    agreed = bool(analysis.audit) and all(line.verdict is Verdict.KEEP for line in analysis.audit)
    if not reading.procedures:
        codes = [one.code for one in reading.diagnoses]
        return f"Code {_some(codes, 'diagnosis', 'diagnoses')}" if codes else ""
    bill = _claim(reading.procedures, [one.code for one in reading.diagnoses])
    return f"Yes, your codes stand: bill {bill}" if agreed else f"Bill {bill}"


def _claim(procedures: Sequence[Suggestion], diagnoses: Sequence[str]) -> str:
    """``77085 with M81.0 and Z87.310``; lines that rest on other diagnoses are told apart while they are few."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for line in procedures:
        groups.setdefault(line.diagnoses, []).append(_with_units(line))
    if len(groups) == 1:
        return _with(_some([_with_units(line) for line in procedures], "line", "lines"), diagnoses)
    if len(procedures) > _NAMED:
        return _with(_some([_with_units(line) for line in procedures], "line", "lines"), ())
    return ", and ".join(_with(listed(lines), pointers) for pointers, lines in groups.items())


def _with(lines: str, diagnoses: Sequence[str]) -> str:
    return f"{lines} with {_some(list(diagnoses), 'diagnosis', 'diagnoses')}" if diagnoses else lines


def _with_units(line: Suggestion) -> str:
    return f"{label(line)} x{line.units}" if line.units > 1 else label(line)


def _some(codes: Sequence[str], one: str, many: str) -> str:
    if len(codes) <= _NAMED:
        return listed(codes)
    number = counted(len(codes), one).removesuffix(one + "s").strip()
    return f"the {number} {many} below"


def _leave(audit: Sequence[AuditLine]) -> str:
    codes = rejected(audit)
    if not codes:
        return ""
    return f"do not bill {listed(codes, last='or') if len(codes) <= _NAMED else 'the codes marked below'}"


def _sureness(analysis: Analysis) -> str:
    """A word on how sure we are, when it is not wholly; the alternatives stand further down."""
    levels = {line.confidence for line in analysis.reading.procedures} or {one.confidence for one in analysis.reading.diagnoses}
    if Confidence.LOW in levels:
        return "This is my best reading of the mail, not a certain one: please see below what would change it."
    if Confidence.MEDIUM in levels:
        return "I am fairly sure of this; what would change it stands below."
    return ""
