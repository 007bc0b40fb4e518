"""Procedures that families and published pages name, and that no family writes: their codes in plain words, and nothing else.

They let a page say what a related code is, and show when somebody gives a code the words of another one. Nothing is ever suggested
from here; as soon as a family writes a code, its words count and the ones here are dead.
"""

from __future__ import annotations

from dataclasses import dataclass

from consultant.knowledge.yaml_source import Entry
from consultant.model.coding import System


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A procedure code in our own words."""

    code: str
    plain: str


def read_neighbours(file: Entry) -> tuple[Neighbour, ...]:
    """All neighbours of the file, in the order written; what is wrong is noted in the refusals of ``file``."""
    file.allow("procedures")
    found: dict[str, Neighbour] = {}
    for entry in file.entries("procedures", required=True):
        entry.allow("code", "plain")
        code = entry.word("code", required=True)
        if code.text and System.of(code.text) not in {System.CPT, System.HCPCS}:
            entry.refusals.add(code.place, f"{code.text!r} is no procedure code", "write a CPT or HCPCS code")
        if code.text in found:
            entry.refusals.add(code.place, f"{code.text} stands here twice", "keep one of them")
        found[code.text] = Neighbour(code.text, entry.text("plain", required=True))
    return tuple(found.values())
