"""Code templates of diagnosis families: ``M80.0{site}{encounter}`` takes the characters of each facet value decided.

Filling is plain text; which of the filled codes exist and may be reported is for ICD-10-CM to say.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from consultant.knowledge.family import Facet, Family, FamilyCode

_SLOT = re.compile(r"\{([^{}]*)\}")
MOST_COMBINATIONS = 50_000
"""More combinations than this are a slip of the pen, not a family."""


def is_template(code: str) -> bool:
    """Whether the code has places to fill."""
    return "{" in code or "}" in code


def facets_in(code: str) -> tuple[str, ...]:
    """The facets whose characters the template takes, in order, each once."""
    return tuple(dict.fromkeys(_SLOT.findall(code)))


def fill(code: str, values: Mapping[str, str]) -> str:
    """The code that the template gives when each facet has the value id in ``values`` mapped to its characters.

    ``values`` maps facet id to characters. Raises KeyError for a facet that is not in it.
    """
    return _SLOT.sub(lambda slot: values[slot[1]], code)


def combinations(family: Family, code: FamilyCode) -> int:
    """How many fillings `fillings` gives."""
    count = 1
    for facet in facets_in(code.code):
        count *= len(_characters(family, code, facet))
    return count


def fillings(family: Family, code: FamilyCode) -> Iterator[str]:
    """Every code that the template can give under the values that its ``when`` allows; a plain code gives itself."""
    facets = facets_in(code.code)
    for characters in itertools.product(*(_characters(family, code, facet) for facet in facets)):
        yield fill(code.code, dict(zip(facets, characters, strict=True)))


def values_in(family: Family, code: FamilyCode, filled: str) -> dict[str, tuple[str, ...]]:
    """For each facet of a template the ids of the values under which it gives ``filled``; empty for a plain code."""
    facets = facets_in(code.code)
    choices = [[value for value in _facet(family, facet).values if _allowed(code, facet, value.id)] for facet in facets]
    found: dict[str, dict[str, None]] = {facet: {} for facet in facets}
    for values in itertools.product(*choices):
        if fill(code.code, {facet: value.characters for facet, value in zip(facets, values, strict=True)}) == filled:
            for facet, value in zip(facets, values, strict=True):
                found[facet][value.id] = None
    return {facet: tuple(ids) for facet, ids in found.items()}


def _allowed(code: FamilyCode, facet: str, value: str) -> bool:
    allowed = dict(code.when).get(facet)
    return allowed is None or value in allowed


def _characters(family: Family, code: FamilyCode, facet_id: str) -> tuple[str, ...]:
    allowed = dict(code.when).get(facet_id)
    facet = _facet(family, facet_id)
    return tuple(dict.fromkeys(value.characters for value in facet.values if allowed is None or value.id in allowed))


def _facet(family: Family, facet_id: str) -> Facet:
    return next(facet for facet in family.facets if facet.id == facet_id)
