"""What may separate two services that an edit keeps together: which line takes the modifier, and which modifier fits.

NCCI Policy Manual, chapter I, section E: the modifier goes on the code that would be denied (column 2), visits take 25 or 57,
operations in a global period 58, 78 or 79, sides and digits are told by their own modifiers, and only what is left takes 59 or
one of its more specific forms. With indicator 0 nothing separates.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from consultant.coding import tables
from consultant.coding.claim import Line
from consultant.coding.words import listed
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.modifiers import ModifierGroup
from consultant.model.analysis import Reading

SOURCE = "NCCI Policy Manual, chapter I, section E"
DISTINCT = "59"
VISIT = "visit"
_PLACES = frozenset({ModifierGroup.SIDE, ModifierGroup.DIGIT})
_KEYS = ("modifier", "needs", "phrases")
_BOTH_SIDES = "50"


def is_visit(code: str) -> bool:
    """Whether a code is a visit, which takes 25 or 57 and never 59."""
    return tables.is_one_of(code, VISIT)


def distinct_modifiers(knowledge: Knowledge) -> tuple[str, ...]:
    """59 and its more specific forms, as the modifiers file groups them."""
    return tuple(one.code for one in knowledge.modifiers.values() if one.group is ModifierGroup.DISTINCT)


def bypassing(modifiers: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Those of the modifiers that NCCI accepts to bypass an edit."""
    return tuple(one for one in modifiers if (known := knowledge.modifiers.get(one)) and known.bypasses_edits)


def at_different_places(first: Line, second: Line, knowledge: Knowledge) -> bool:
    """Whether sides, fingers, toes or arteries of two lines are told and differ."""
    one, other = _places(first, knowledge), _places(second, knowledge)
    return bool(one and other) and _BOTH_SIDES not in one | other and not one & other


def are_separated(column_1: str, column_2: str, lines: tuple[Line, ...], knowledge: Knowledge) -> bool:
    """Whether some pair of lines of the two codes is told apart by a modifier that NCCI accepts.

    Sides separate only when both lines tell one and they differ; the other modifiers count on either line.
    """
    firsts, seconds = ([line for line in lines if line.code == code] for code in (column_1, column_2))
    return any(_separates(first, second, knowledge) for first, second in product(firsts, seconds))


def advice(column_1: str, column_2: str) -> str:
    """Which modifier would be proper on which code, with the documentation that each needs, as a sentence of a letter."""
    if is_visit(column_2):
        return (
            f"On {column_2} it is 25 for a significant, separate visit, or 57 for the decision on an operation with 90 global days."
        )
    if is_visit(column_1):
        return f"Then {column_1} takes 25, when the visit was significant and separate."
    ways = tables.rows("separate_sites.yaml", "ways", *_KEYS)
    specific = listed([f"{row['modifier']} ({row['needs']})" for row in ways], last="or")
    return f"It goes on {column_2}: a side, finger, toe or artery where the places differ, else {specific}, or 59 where none fits."


def told_ways(reading: Reading) -> tuple[tuple[str, str], ...]:
    """The words of the mail that tell of separate sites or sessions, as pairs of modifier and words."""
    text = " ".join(reading.text.lower().split())
    ways = tables.rows("separate_sites.yaml", "ways", *_KEYS)
    return tuple((str(row["modifier"]), phrase) for row in ways for phrase in tables.words(row, "phrases") if phrase in text)


def _places(line: Line, knowledge: Knowledge) -> set[str]:
    return {one for one in line.modifiers if (known := knowledge.modifiers.get(one)) and known.group in _PLACES}


def _separates(first: Line, second: Line, knowledge: Knowledge) -> bool:
    if at_different_places(first, second, knowledge):
        return True
    # A side that both lines share, or that only one of them tells, separates nothing.
    told = _places(first, knowledge) | _places(second, knowledge)
    return bool({*bypassing((*first.modifiers, *second.modifiers), knowledge)} - told)
