"""Look-ups in the official tables as of a date of service; each answer names the edition that gave it.

No answer has two meanings, and `Official.has` tells them apart: with an edition in force there is no such row; without one nobody
knows. One `Official` serves all threads. The file may appear and grow while programs have it open: an import is seen once it is
committed. `Official()` has nothing, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from consultant.knowledge import official_articles, official_editions, official_icd, official_tables
from consultant.knowledge.diagnoses import IcdCode
from consultant.knowledge.official_facts import (
    AddOn,
    Article,
    Descriptor,
    Fee,
    HcpcsCode,
    IndexEntry,
    Mue,
    OfficialPage,
    Place,
    PtpEdit,
    Taxonomy,
)
from consultant.knowledge.official_kinds import Edition, Kind, Setting, as_day, as_number, in_force
from consultant.knowledge.reader import Reader

_MEND = "the official tables cannot be read ({error}); look at them with `consultant knowledge status`"
_UNUSED_INDICATOR = 9


class Official:
    """The official tables, opened. Make it with `open`; without a file it is empty."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._reader = Reader(lambda: official_tables.connect(path), mend=_MEND) if path else None

    @classmethod
    def open(cls, path: Path) -> Official:
        """The tables at ``path``; a file that does not exist is one in which nothing is loaded yet.

        Raises KnowledgeError when the file is none of official tables.
        """
        opened = cls(path)
        opened.editions()
        return opened

    def close(self) -> None:
        """Close the file."""
        if self._reader:
            self._reader.close()

    def editions(self) -> tuple[Edition, ...]:
        """Every edition loaded, ordered by kind, setting and day."""
        with self._lend() as connection:
            return official_editions.read_all(connection) if connection else ()

    def missing(self) -> tuple[Kind, ...]:
        """The kinds of which no edition is loaded; of two that answer the same questions, the first is named."""
        loaded = {edition.kind for edition in self.editions()}
        return tuple(kind for kind in Kind if kind is kind.answered_by[0] and not loaded & set(kind.answered_by))

    def edition(self, kind: Kind, on: date, setting: Setting | None = None) -> Edition | None:
        """The edition that answers for a kind and setting on a day, or None."""
        with self._lend() as connection:
            return _in_force(connection, kind, on, setting) if connection else None

    def has(self, kind: Kind, on: date, setting: Setting | None = None) -> bool:
        """Whether questions for a kind and setting can be answered for a day."""
        return self.edition(kind, on, setting) is not None

    def ptp(self, column_1: str, column_2: str, on: date, setting: Setting = Setting.PRACTITIONER) -> PtpEdit | None:
        """The edit of this pair, in this direction, in force on the day, or None."""
        query = """
            SELECT indicator, words, effective, ended FROM ptp
            JOIN ptp_rationale ON ptp_rationale.edition = ptp.edition AND number = rationale
            WHERE ptp.edition = ? AND column_1 = ? AND column_2 = ? AND effective <= ? AND ended > ? AND indicator <> ?
            ORDER BY effective DESC LIMIT 1"""
        day = as_number(on)
        for edition, row in self._rows(Kind.NCCI_PTP, on, setting, query, column_1, column_2, day, day, _UNUSED_INDICATOR):
            indicator, rationale, effective, ended = row
            return PtpEdit(column_1, column_2, indicator, rationale, as_day(effective), as_day(ended), edition)
        return None

    def mue(self, code: str, on: date, setting: Setting = Setting.PRACTITIONER) -> Mue | None:
        """The medically unlikely edit of a code, or None."""
        query = "SELECT units, adjudication, rationale FROM mue WHERE edition = ? AND code = ?"
        for edition, (units, adjudication, rationale) in self._rows(Kind.MUE, on, setting, query, code):
            return Mue(code, units, adjudication, rationale, edition)
        return None

    def fee(self, code: str, on: date, modifier: str = "", setting: Setting | None = None) -> Fee | None:
        """The row of the fee schedule for a code and its component (26, TC, 53, or the whole), or None."""
        return next((fee for fee in self.fees(code, on, setting) if fee.modifier == modifier), None)

    def fees(self, code: str, on: date, setting: Setting | None = None) -> tuple[Fee, ...]:
        """All rows of the fee schedule for a code, the whole service first."""
        query = "SELECT * FROM fee WHERE edition = ? AND code = ? ORDER BY modifier"
        return tuple(_fee(row, edition) for edition, row in self._rows(Kind.MPFS, on, setting, query, code))

    def hcpcs(self, code: str, on: date) -> HcpcsCode | None:
        """The code or modifier of HCPCS Level II, be it live on the day or not, or None."""
        query = """
            SELECT is_modifier, long, short, coverage, betos, added, action, action_effective, ended
            FROM hcpcs WHERE edition = ? AND code = ?"""
        for edition, row in self._rows(Kind.HCPCS, on, None, query, code):
            is_modifier, long, short, coverage, betos, added, action, acted, ended = row
            dates = {"added": as_day(added), "action_effective": as_day(acted), "ended": as_day(ended)}
            return HcpcsCode(code, bool(is_modifier), long, short, coverage, betos, action=action, edition=edition, **dates)
        return None

    def add_on(self, code: str, on: date) -> tuple[AddOn, ...]:
        """The primary codes beside one of which an add-on code is paid; none for a code that is no add-on."""
        query = """
            SELECT primary_code, type, effective, ended FROM add_on
            WHERE edition = ? AND add_on = ? AND effective <= ? AND ended > ? ORDER BY primary_code"""
        day = as_number(on)
        return tuple(
            AddOn(code, primary, type_, as_day(effective), as_day(ended), edition)
            for edition, (primary, type_, effective, ended) in self._rows(Kind.ADD_ON, on, None, query, code, day, day)
        )

    def taxonomy(self, code: str, on: date = date.max) -> Taxonomy | None:
        """The provider taxonomy code, or None."""
        mapped = "SELECT DISTINCT specialty FROM taxonomy_crosswalk WHERE edition = ? AND taxonomy = ? ORDER BY specialty"
        query = "SELECT grouping, classification, specialization, name, section FROM taxonomy WHERE edition = ? AND code = ?"
        for edition, (grouping, classification, specialization, name, section) in self._rows(Kind.TAXONOMY, on, None, query, code):
            specialties = tuple(one for _, (one,) in self._rows(Kind.TAXONOMY_CROSSWALK, on, None, mapped, code))
            return Taxonomy(code, grouping, classification, specialization, name, section, specialties, edition)
        return None

    def place(self, code: str, on: date = date.max) -> Place | None:
        """The place of service, or None."""
        query = "SELECT name, is_facility, description FROM place WHERE edition = ? AND code = ?"
        for edition, (name, is_facility, description) in self._rows(Kind.PLACES, on, None, query, code):
            return Place(code, name, None if is_facility is None else bool(is_facility), description, edition)
        return None

    def covered(self, code: str, on: date) -> tuple[Article, ...]:
        """The billing articles that name a procedure code on the day, with the diagnoses that support it.

        Hundreds of diagnoses each; to ask for one, take `covers`.
        """
        with self._lend() as connection:
            edition = _in_force(connection, Kind.MCD, on, None) if connection else None
            return official_articles.of_code(connection, edition, code, on) if connection and edition else ()

    def covers(self, code: str, diagnosis: str, on: date) -> tuple[tuple[Article, bool], ...]:
        """The articles that name both codes on the day, without their lists, and whether the diagnosis supports the service."""
        with self._lend() as connection:
            edition = _in_force(connection, Kind.MCD, on, None) if connection else None
            return official_articles.of_pair(connection, edition, code, diagnosis, on) if connection and edition else ()

    def descriptor(self, code: str, on: date = date.max) -> Descriptor | None:
        """The licensee's own descriptors of a CPT code, or None. Never to be logged."""
        query = "SELECT form, words FROM cpt WHERE edition = ? AND code = ?"
        found = self._rows(Kind.CPT, on, None, query, code)
        words = {form: text for _, (form, text) in found}
        if not words:
            return None
        return Descriptor(code, words.get("long", ""), words.get("medium", ""), words.get("short", ""), found[0][0])

    def diagnosis(self, code: str, on: date) -> IcdCode | None:
        """The ICD-10-CM code, category, block or chapter with its notes as of the tabular list in force, or None."""
        with self._lend() as connection:
            edition = _in_force(connection, Kind.ICD10CM_TABULAR, on, None) if connection else None
            return official_icd.read_code(connection, edition, code) if connection and edition else None

    def billable(self, code: str, on: date) -> bool | None:
        """Whether an ICD-10-CM code may be reported on the day; None when no release for it is loaded."""
        with self._lend() as connection:
            if not connection:
                return None
            releases = (_in_force(connection, kind, on, None) for kind in (Kind.ICD10CM_ORDER, Kind.ICD10CM_TABULAR))
            return official_icd.billable(connection, [edition for edition in releases if edition], code)

    def index(self, main_term: str, on: date, limit: int = 200) -> tuple[IndexEntry, ...]:
        """The lines of the Index to Diseases under main terms that begin with these words."""
        with self._lend() as connection:
            edition = _in_force(connection, Kind.ICD10CM_INDEX, on, None) if connection else None
            return official_icd.index(connection, edition, main_term, limit) if connection and edition else ()

    def page(self, code: str, on: date | None = None) -> OfficialPage:
        """Everything that the tables tell of a procedure code on a day; without one, what the newest editions tell."""
        day = on or date.max
        mues = (self.mue(code, day, setting) for setting in Kind.MUE.settings)
        return OfficialPage(
            code=code,
            fees=self.fees(code, day),
            mues=tuple(mue for mue in mues if mue),
            add_on=self.add_on(code, day),
            hcpcs=self.hcpcs(code, day),
            descriptor=self.descriptor(code, day),
        )

    @contextmanager
    def _lend(self) -> Iterator[Connection | None]:
        """A connection, or None while there is no file."""
        if self._reader is None or self._path is None or not self._path.is_file():
            yield None
            return
        with self._reader.lend() as connection:
            yield connection

    def _rows(self, kind: Kind, on: date, setting: Setting | None, query: str, *values: object) -> list[tuple[Edition, Any]]:
        """The rows of a query whose first parameter is the edition, each with it."""
        with self._lend() as connection:
            edition = _in_force(connection, kind, on, setting) if connection else None
            if not connection or not edition:
                return []
            return [(edition, row) for row in connection.execute(query, (edition.id, *values))]


def _in_force(connection: Connection, kind: Kind, on: date, setting: Setting | None) -> Edition | None:
    """The edition in force of the setting, or where none is named, of the first setting of the kind that has one."""
    for one in (setting,) if setting is not None else kind.settings:
        found = in_force(official_editions.read_editions(connection, kind.answered_by, one), on)
        if found:
            return found
    return None


def _fee(row: tuple[Any, ...], edition: Edition) -> Fee:
    _, *told = row
    columns = (column.split()[0] for column in official_tables.FEE.columns)
    return Fee(**{name: _FEE_VALUES.get(name, str)(text) for name, text in zip(columns, told, strict=True)}, edition=edition)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


_FEE_VALUES: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("work", "practice_non_facility", "practice_facility", "malpractice"), _decimal),
    **dict.fromkeys(("total_non_facility", "total_facility", "conversion_factor"), _decimal),
    **dict.fromkeys(("preoperative", "intraoperative", "postoperative"), _decimal),
    **dict.fromkeys(("not_applicable_non_facility", "not_applicable_facility"), bool),
}
