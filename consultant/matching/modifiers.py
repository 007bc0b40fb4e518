"""Modifiers that the words of the case put on a line: those whose condition a family states, component, and side.

A condition of the family decides where there is one. Without one, RT, LT and 50 follow the side of the act where the family lists
them, and 26 and TC follow the component fact for services that have both components (PC/TC indicator 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.knowledge.family import ModifierUse, Per
from consultant.matching.lines import Line
from consultant.matching.pool import Pool
from consultant.model.clinical import Fact

_OF_SIDE = {"RT": "right", "LT": "left", "50": "bilateral"}
_OF_COMPONENT = {"26": "professional", "TC": "technical"}
_TELL_THEIR_SIDE = re.compile("E[1-4]|[FT][A1-9]")
"""Eyelids, fingers and toes: their modifiers say the side too."""
_HAS_COMPONENTS = "1"
_DISCARDED = "JW"


def modifiers_of(line: Line, component: Fact | None) -> tuple[str, ...]:
    """The modifiers of one line, each once, in the order of the family."""
    if line.is_discarded:
        return tuple(use.modifier for use in line.awake.family.modifiers if use.modifier == _DISCARDED)
    found = [use.modifier for use in line.awake.family.modifiers if _applies(line, use, component)]
    if line.entry.facts.professional_technical == _HAS_COMPONENTS and not {"26", "TC"} & set(found):
        found += _component(component)
    if any(_TELL_THEIR_SIDE.fullmatch(modifier) for modifier in found):
        found = [modifier for modifier in found if modifier not in _OF_SIDE]
    return tuple(dict.fromkeys(found))


def _applies(line: Line, use: ModifierUse, component: Fact | None) -> bool:
    if use.codes and line.entry.code not in use.codes:
        return False
    if use.modifier in _OF_COMPONENT and line.entry.facts.professional_technical not in ("", _HAS_COMPONENTS):
        return False
    if use.condition is not None:
        # The whole case names the other places too.
        wider = None if line.awake.family.per is Per.SITE else line.awake.whole.shows(use.condition)
        return bool(line.awake.near.shows(use.condition) or wider)
    if use.modifier in _OF_COMPONENT and line.entry.facts.professional_technical == _HAS_COMPONENTS:
        return component is not None and component.value == _OF_COMPONENT[use.modifier]
    return use.modifier in _OF_SIDE and use.modifier == side_modifier(line.awake.near)


def _component(component: Fact | None) -> Iterator[str]:
    yield from (modifier for modifier, value in _OF_COMPONENT.items() if component is not None and component.value == value)


def side_modifier(pool: Pool) -> str | None:
    """The side modifier that a pool shows: 50 for both sides, none when no side is told."""
    sides = {modifier for modifier, concept in _OF_SIDE.items() if concept in pool.present}
    if "50" in sides or sides >= {"RT", "LT"}:
        return "50"
    return next(iter(sides), None)
