"""What a consultant changes in a draft: the claim as it should read, and why the engine was overruled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consultant.model.analysis import Analysis, Disposition


class Override(StrEnum):
    """Why a draft was changed: the short list that a consultant chooses from, kept in the history by its name."""

    MISREAD = "misread"
    MISSED = "missed"
    UNDOCUMENTED = "undocumented"
    RULE = "rule"
    PAYER = "payer"
    DETAIL = "detail"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One service line as a consultant wants it."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    diagnoses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What the letter should propose: lines, diagnoses in claim order, and which of the engine's questions are asked."""

    lines: tuple[ClaimLine, ...]
    diagnoses: tuple[str, ...]
    questions: tuple[str, ...] = ()
    """The words of the questions that stay."""
    disposition: Disposition = Disposition.ANSWER

    @classmethod
    def of(cls, analysis: Analysis) -> Claim:
        """The claim that an analysis proposes."""
        reading = analysis.reading
        return cls(
            lines=tuple(ClaimLine(one.code, one.modifiers, one.units, one.diagnoses) for one in reading.procedures),
            diagnoses=tuple(one.code for one in reading.diagnoses),
            questions=tuple(one.question for one in reading.questions),
            disposition=reading.disposition,
        )
