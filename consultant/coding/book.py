"""Looking things up for the rules: a code's sheet, what two codes are to each other, what ICD-10-CM offers instead.

Everything here asks the knowledge base and says plainly when it does not know; nothing is guessed from a code's number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice

from consultant.knowledge.family import Bundle, CodeFacts, Family, FamilyCode
from consultant.knowledge.lookup import Knowledge

DIAGNOSES = "icd10cm"
"""Name of the ICD-10-CM edition among the editions of the knowledge base."""
AUTHORED = "knowledge"
"""Name of the edition of the authored families."""
_OCTOBER = 10
_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one family says of one code."""

    family: Family
    entry: FamilyCode

    @property
    def facts(self) -> CodeFacts:
        """The facts of the code."""
        return self.entry.facts


def sheet(code: str, knowledge: Knowledge) -> Sheet | None:
    """The sheet of a code, or None when no family here has it."""
    sheets = [Sheet(*pair) for pair in knowledge.written(code)]
    # A family that merely leads to a code (which method was it?) writes few facts of it; its own family writes them all.
    return max(sheets, key=lambda one: _told(one.facts), default=None)


def cited(found: Sheet, table: str) -> tuple[str, str]:
    """The source of the family that names a table, and its edition: what stands after its last comma. Empty when none does."""
    source = next((one for one in found.family.sources if table in one), "")
    name, _, release = source.rpartition(", ")
    return name, release


def bundle(a: str, b: str, knowledge: Knowledge) -> Bundle | None:
    """What the families write down on reporting two codes together, in either order, or None."""
    return next((written for written in knowledge.bundles(a) if a != b and b in {written.column_1, written.column_2}), None)


def excludes1(a: str, b: str, knowledge: Knowledge) -> str:
    """The Excludes1 note that keeps two diagnoses apart, as words of a letter; empty when there is none."""
    note = knowledge.excludes1_note(a, b)
    return f"the Excludes1 note at {note.code}: {note.text.rstrip('.')}" if note else ""


def related(a: str, b: str, knowledge: Knowledge) -> bool:
    """Whether two codes are siblings, one followed the other, or a family names them together."""
    mine, other = sheet(a, knowledge), sheet(b, knowledge)
    if mine is None or other is None:
        return bundle(a, b, knowledge) is not None
    succeeded = b in mine.facts.successors or a in other.facts.successors
    return succeeded or mine.family.id == other.family.id or b in mine.family.related or a in other.family.related


def edition(knowledge: Knowledge, name: str = AUTHORED) -> str:
    """The edition of a table or of the authored families; empty when it is not loaded."""
    return knowledge.editions.get(name, "")


def has_diagnoses(knowledge: Knowledge) -> bool:
    """Whether ICD-10-CM is loaded, which is then complete for its edition."""
    return bool(edition(knowledge, DIAGNOSES))


def edition_ends(knowledge: Knowledge, on: date | None = None) -> date | None:
    """The last day of the ICD-10-CM that answers for a day: the next 30 September. None when its date is not known."""
    try:
        begins = date.fromisoformat(knowledge.icd10cm_edition(on) or edition(knowledge, DIAGNOSES))
    except ValueError:
        return None
    return date(begins.year + (begins.month >= _OCTOBER), 9, 30)


def nearest(code: str, knowledge: Knowledge) -> tuple[str, ...]:
    """A few billable codes at or below the longest beginning of ``code`` that ICD-10-CM has; empty when there is none."""
    for length in range(len(code), 2, -1):
        known = code[:length].rstrip(".")
        if knowledge.diagnosis(known):
            return tuple(islice(_billable_below(known, knowledge), _OFFERED))
    return ()


def _told(facts: CodeFacts) -> int:
    """How many facts are known."""
    unknown = CodeFacts()
    return sum(getattr(facts, one.name) != getattr(unknown, one.name) for one in fields(facts))


def _billable_below(code: str, knowledge: Knowledge) -> Iterator[str]:
    if knowledge.billable(code):
        yield code
        return
    for child in knowledge.children(code):
        yield from _billable_below(child.code, knowledge)
