"""Places of service: every assigned code is written, none that is not assigned, and each with the right rate."""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.official_kinds import Kind
from consultant.knowledge.verdict import Side, Verdict

ID = "places"
_FILE = "places_of_service.yaml"


def check(authored: Authored) -> Iterator[Verdict]:
    """Every place that is written, and every place that is assigned."""
    report, loaded = Writer(ID), authored.tables.named(Kind.PLACES)
    written = {place.code: place for place in authored.sources.places}
    for code in (f"{number:02}" for number in range(100)):
        ours, theirs = written.get(code), authored.book.official.place(code, authored.book.on)
        if ours is None:
            if theirs is not None:
                yield report.unsaid(code, _FILE, Side(f"{code} is assigned", loaded))
            continue
        said = Side(f"{code} {ours.name}: {_rate(facility=ours.facility)}", _FILE)
        if not loaded:
            yield report.unchecked(code, said, "no table of places is loaded")
        elif theirs is None:
            yield report.contradicted(code, said, Side(f"{code} is not assigned", loaded))
        elif theirs.is_facility is None:
            yield report.unchecked(code, said, f"{loaded} does not tell the rate")
        else:
            known = Side(f"{code} {theirs.name}: {_rate(facility=theirs.is_facility)}", loaded)
            yield report.agreeing(code, said, known, agree=ours.facility is theirs.is_facility)


def _rate(*, facility: bool) -> str:
    return "facility rate" if facility else "non-facility rate"
