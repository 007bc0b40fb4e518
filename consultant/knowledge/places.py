"""The noun for a place of service and the reading of ``places_of_service.yaml``.

Codes are those of the CMS place-of-service code set, words are our own. Whether Medicare pays a place at the facility or the
non-facility rate follows the Medicare Claims Processing Manual, chapter 26, section 10.5, as of June 2024.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultant.knowledge.yaml_source import Entry

_SHAPE = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class PlaceOfService:
    """Two digits that tell a payer where a service was given."""

    code: str
    name: str
    plain: str
    """What it is, in our own words."""
    facility: bool
    """Whether Medicare pays the practitioner the facility rate there."""
    trap: str = ""
    """What coders get wrong about it."""


def read_places(file: Entry) -> tuple[PlaceOfService, ...]:
    """All places of the file, in the order written; what is wrong is noted in the refusals of ``file``."""
    file.allow("places")
    found: dict[str, PlaceOfService] = {}
    for entry in file.entries("places", required=True):
        place = _place(entry)
        if place.code in found:
            entry.refusals.add(entry.place, f"the place {place.code} stands here twice", "keep one of them")
        found[place.code] = place
    return tuple(found.values())


def _place(entry: Entry) -> PlaceOfService:
    entry.allow("place", "name", "plain", "facility", "trap")
    code = entry.word("place", required=True)
    if code.text and not _SHAPE.fullmatch(code.text):
        entry.refusals.add(code.place, f"{code.text!r} is no place of service", "write two digits")
    if "facility" not in entry:
        entry.refusals.add(entry.place, "'facility' is missing", "write true or false")
    return PlaceOfService(
        code=code.text,
        name=entry.text("name", required=True),
        plain=entry.text("plain", required=True),
        facility=entry.flag("facility"),
        trap=entry.text("trap"),
    )
