"""The notes of ICD-10-CM that name other codes to report, and the order of diagnoses that follows from them.

Only notes at a code or its ancestors up to the category are read, and only those that name codes: chapter notes hold for so much
that they say nothing of one case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from consultant.knowledge.excludes import codes_in, covers
from consultant.knowledge.lookup import Knowledge

_CATEGORY = 3


class NoteOrder(Enum):
    """What a note asks for, in the words of the tabular list."""

    FIRST = "code first"
    ADDITIONAL = "use additional code"
    ALSO = "code also"

    @property
    def is_first(self) -> bool:
        """Whether the companion goes before the code."""
        return self is NoteOrder.FIRST


@dataclass(frozen=True, slots=True)
class Companion:
    """One note that names codes, and the code at which it stands."""

    kind: NoteOrder
    text: str
    at: str

    def names(self, code: str) -> bool:
        """Whether ``code`` is one of those."""
        return covers(self.text, code)


def companions(code: str, knowledge: Knowledge) -> tuple[Companion, ...]:
    """The notes of ``code`` that name companions, nearest first."""
    found = knowledge.diagnosis(code)
    if found is None:
        return ()
    notes = ((NoteOrder.FIRST, found.code_first), (NoteOrder.ADDITIONAL, found.use_additional), (NoteOrder.ALSO, found.code_also))
    return tuple(
        Companion(kind, note.text, note.code)
        for kind, these in notes
        for note in these
        if "-" not in note.code and len(note.code) >= _CATEGORY and codes_in(note.text)
    )


def in_order(codes: Sequence[str], knowledge: Knowledge) -> tuple[str, ...]:
    """The codes in their order, with each moved behind what its notes, or the notes of the other, want first."""
    notes = {code: companions(code, knowledge) for code in codes}
    ordered: list[str] = []
    waiting = list(codes)
    while waiting:
        free = next((one for one in waiting if not any(_goes_before(o, one, notes) for o in waiting if o != one)), waiting[0])
        ordered.append(free)
        waiting.remove(free)
    return tuple(ordered)


def _goes_before(one: str, other: str, notes: dict[str, tuple[Companion, ...]]) -> bool:
    is_first = any(note.kind is NoteOrder.FIRST and note.names(one) for note in notes[other])
    brings = any(note.kind is NoteOrder.ADDITIONAL and note.names(other) for note in notes[one])
    # Where both say so of each other, neither order is wrong.
    against = any(note.kind is NoteOrder.FIRST and note.names(other) for note in notes[one])
    return (is_first or brings) and not against
