"""The claim as a form: rows of text as a person types them, what to do with them, and the claim they make.

Pointers are letters, as on the claim form (CMS-1500, box 24E): A is the first diagnosis, B the second. They are kept as codes as
soon as they are read, so that moving a diagnosis moves what points to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from starlette.datastructures import FormData

from consultant.errors import WorkError
from consultant.model.analysis import Disposition
from consultant.model.coding import System
from consultant.model.review import Claim, ClaimLine, Override

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWX"
MOST_UNITS = 9999
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_DO = re.compile(r"(up|down|drop-diagnosis|drop-line):(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Row:
    """One service line as it was typed; ``diagnoses`` are codes, whatever letters stood there."""

    code: str
    modifiers: str = ""
    units: str = "1"
    diagnoses: tuple[str, ...] = ()

    def pointers(self, listed: tuple[str, ...]) -> str:
        """The letters of its diagnoses among those that are listed."""
        return "".join(LETTERS[listed.index(code)] for code in self.diagnoses if code in listed[: len(LETTERS)])


@dataclass(frozen=True, slots=True)
class Edited:
    """A claim while it is being edited; ``complaints`` say what keeps it from being one."""

    rows: tuple[Row, ...]
    diagnoses: tuple[str, ...]
    questions: tuple[str, ...]
    disposition: Disposition
    complaints: tuple[str, ...] = ()

    @classmethod
    def of(cls, claim: Claim) -> Edited:
        """A claim, ready to be edited."""
        rows = tuple(Row(one.code, " ".join(one.modifiers), str(one.units), one.diagnoses) for one in claim.lines)
        return cls(rows, claim.diagnoses, claim.questions, claim.disposition)

    @classmethod
    def read(cls, form: FormData) -> Edited:
        """What a person sent, with the one thing done that its button asked for."""
        listed = tuple(_code(given) for given in _texts(form, "dx"))
        columns = (_texts(form, name) for name in ("code", "modifiers", "units", "pointers"))
        typed = [tuple(row) for row in zip_longest(*columns, fillvalue="") if row[0].strip()]
        complaints = tuple(
            dict.fromkeys((*_wrong_diagnoses(listed), *(words for row in typed for words in _wrong_line(row, listed))))
        )
        rows = tuple(
            Row(_code(code), mods.upper(), units.strip(), _pointed(pointers, listed)) for code, mods, units, pointers in typed
        )
        disposition = Disposition.ASK if form.get("disposition") == Disposition.ASK else Disposition.ANSWER
        kept = tuple(dict.fromkeys(code for code in listed if code))
        read = cls(rows, kept, tuple(_texts(form, "question")), disposition, complaints)
        return read.done(str(form.get("do", "")))

    def done(self, what: str) -> Edited:
        """With a diagnosis moved or dropped, or a line dropped: ``up:2``, ``drop-line:0``. Anything else changes nothing."""
        found = _DO.fullmatch(what)
        if found is None:
            return self
        act, place = found[1], int(found[2])
        if act == "drop-line":
            return replace(self, rows=(*self.rows[:place], *self.rows[place + 1 :]))
        listed = list(self.diagnoses)
        if place >= len(listed):
            return self
        moved = listed.pop(place)
        if act == "drop-diagnosis":
            rows = tuple(replace(row, diagnoses=tuple(code for code in row.diagnoses if code != moved)) for row in self.rows)
            return replace(self, rows=rows, diagnoses=tuple(listed))
        listed.insert(max(0, place - 1) if act == "up" else place + 1, moved)
        return replace(self, diagnoses=tuple(listed))

    def claim(self) -> Claim:
        """The claim that the rows make. Raises WorkError with the first complaint."""
        if self.complaints:
            raise WorkError(self.complaints[0])
        lines = tuple(ClaimLine(row.code, _modifiers(row.modifiers), int(row.units or "1"), row.diagnoses) for row in self.rows)
        return Claim(lines, self.diagnoses, self.questions, self.disposition)


def likely_reason(before: Claim, after: Claim) -> Override:
    """Why somebody would make this change, most likely; a person sees it and may choose another."""
    old = {*(one.code for one in before.lines), *before.diagnoses}
    new = {*(one.code for one in after.lines), *after.diagnoses}
    if old == new:
        return Override.DETAIL
    return Override.MISSED if old < new else Override.UNDOCUMENTED if new < old else Override.MISREAD


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _code(given: str) -> str:
    return given.strip().upper()


def _modifiers(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given.upper().replace(",", " ").replace("-", " ").split()))


def _pointed(given: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    letters = dict.fromkeys(letter for letter in given.upper() if letter in LETTERS)
    pointed = (listed[LETTERS.index(letter)] for letter in letters if LETTERS.index(letter) < len(listed))
    return tuple(dict.fromkeys(code for code in pointed if code))


def _wrong_diagnoses(listed: tuple[str, ...]) -> Iterator[str]:
    for code in listed:
        if code and System.of(code) is not System.ICD10CM:
            yield f"{code[:12]} is no ICD-10-CM code: write it like M81.0"


def _wrong_line(row: tuple[str, ...], listed: tuple[str, ...]) -> Iterator[str]:
    code, modifiers, units, pointers = row
    name = _code(code)[:12]
    if System.of(_code(code)) not in {System.CPT, System.HCPCS}:
        yield f"{name} is no CPT or HCPCS code: five characters, like 29881 or J0897"
    for one in _modifiers(modifiers):
        if not _MODIFIER.fullmatch(one):
            yield f"{name}: {one[:6]} is no modifier: two characters, separated by blanks"
    counted = units.strip() or "1"
    if not (counted.isascii() and counted.isdecimal() and 1 <= int(counted[:5]) <= MOST_UNITS):
        yield f"{name}: units are a number from 1 to {MOST_UNITS}"
    beyond = [letter for letter in pointers.upper() if letter.isalpha() and LETTERS.find(letter) not in range(len(listed))]
    if beyond:
        yield f"{name}: there is no diagnosis {beyond[0]}"
