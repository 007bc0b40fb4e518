"""What a mail says, before any code is thought of: spans, sections, cues, facts and events of care.

Spans are half-open character ranges into one named text, the normalised text of the case; ``Span.of(text)`` gives the words.
Assertion values follow the 2010 i2b2/VA task, with *historical* and *planned* kept apart because coding treats them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of characters; never empty, never negative."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that no text could have."""
        if not 0 <= self.start < self.end:
            msg = f"a span needs 0 <= start < end, not [{self.start}, {self.end})"
            raise ValueError(msg)

    def of(self, text: str) -> str:
        """The words of ``text`` that this span covers."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether the other span lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def joined(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the case text on which a statement rests: ``case_text[span.start:span.end] == text``."""

    span: Span
    text: str

    @classmethod
    def quoting(cls, case_text: str, span: Span) -> Evidence:
        """The evidence that ``span`` gives in ``case_text``."""
        return cls(span, span.of(case_text))


class SectionKind(StrEnum):
    """What a titled part of a note is about, as far as reading depends on it."""

    SUBJECT = "subject"
    PREAMBLE = "preamble"
    PREOPERATIVE_DIAGNOSIS = "preoperative-diagnosis"
    POSTOPERATIVE_DIAGNOSIS = "postoperative-diagnosis"
    PROCEDURE_TITLE = "procedure-title"
    INDICATION = "indication"
    TECHNIQUE = "technique"
    FINDINGS = "findings"
    IMPRESSION = "impression"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    HISTORY = "history"
    FAMILY_HISTORY = "family-history"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    EXAM = "exam"
    COMPARISON = "comparison"
    PATHOLOGY = "pathology"
    COMPLICATIONS = "complications"
    CLAIM = "claim"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the text; ``span`` covers heading and body, ``heading`` is None for text before any heading."""

    kind: SectionKind
    span: Span
    heading: Span | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of the text: a sentence, a list item, or a line of a form."""

    span: Span
    section: SectionKind


class ConceptKind(StrEnum):
    """What sort of thing a concept of the lexicon is."""

    PROCEDURE = "procedure"
    CONDITION = "condition"
    SITE = "site"
    SIDE = "side"
    APPROACH = "approach"
    DEVICE = "device"
    SUBSTANCE = "substance"
    ATTRIBUTE = "attribute"
    STATUS = "status"
    FACT = "fact"


class Assertion(StrEnum):
    """How the text holds a cue. Only PRESENT supports a service line or a current diagnosis."""

    PRESENT = "present"
    ABSENT = "absent"
    POSSIBLE = "possible"
    PLANNED = "planned"
    HISTORICAL = "historical"
    SOMEONE_ELSE = "someone-else"
    ASKED = "asked"
    """The words stand in a question or a proposal of the asker ("is it 0554T?", "my biller wants …"): never evidence."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A span that means a concept of the lexicon, with the phrase that found it and how the text holds it."""

    span: Span
    concept: str
    kind: ConceptKind
    phrase: str
    assertion: Assertion = Assertion.PRESENT
    context: tuple[Span, ...] = ()
    """The spans of the context phrases that set the assertion, and of the words that make a general act the one it is."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as the text gives it; ``unit`` is normalised (cm, mm, min, mg, year, count …)."""

    span: Span
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the case as a whole (payer, age, sex, setting, date of service …), with the words for it."""

    name: str
    value: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CareEvent:
    """One act of care: the procedure cue it hangs on, and every cue and quantity bound to it.

    ``spans`` are the places that tell of the act (its sentence, the title line of the same act …).
    """

    anchor: Cue
    assertion: Assertion
    cues: tuple[Cue, ...]
    quantities: tuple[Quantity, ...]
    spans: tuple[Span, ...]
