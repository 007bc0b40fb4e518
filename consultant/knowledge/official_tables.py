"""The file of official tables: its schema, and opening it for reading and for one import.

SQLite in WAL mode: programs go on reading the editions they know while another is written, and see it after its commit, whole.
Every row carries the number of its edition; days are numbers YYYYMMDD, 0 for a day that is not known. Known limit: readers need to
write beside the file (its ``-shm``), as WAL does.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from consultant.errors import KnowledgeError

FORMAT = 1
"""Counts up whenever the tables change."""
_APPLICATION = 0x434F_4E53
_CACHE_KIBIBYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows that belong to editions; ``key`` is unique within an edition."""

    name: str
    columns: tuple[str, ...]
    key: str

    @property
    def definition(self) -> str:
        """The statement that makes it."""
        columns = ", ".join(("edition INTEGER NOT NULL", *self.columns, f"PRIMARY KEY (edition, {self.key})"))
        return f"CREATE TABLE {self.name} ({columns}) WITHOUT ROWID"

    @property
    def insertion(self) -> str:
        """The statement that writes a row; a row whose key is there already is left out."""
        marks = ", ".join("?" * (len(self.columns) + 1))
        return f"INSERT OR IGNORE INTO {self.name} VALUES ({marks})"  # noqa: S608  (the name of one of our tables)


def _text(*names: str) -> tuple[str, ...]:
    return tuple(f"{name} TEXT NOT NULL" for name in names)


def _number(*names: str) -> tuple[str, ...]:
    return tuple(f"{name} INTEGER NOT NULL" for name in names)


PTP = Table(
    "ptp",
    (*_text("column_1", "column_2"), *_number("effective", "ended", "indicator", "rationale")),
    "column_1, column_2, effective, ended, rationale",
)
PTP_RATIONALE = Table("ptp_rationale", (*_number("number"), *_text("words")), "number")
MUE = Table("mue", (*_text("code"), *_number("units", "adjudication"), *_text("rationale")), "code")
ADD_ON = Table(
    "add_on",
    (*_text("add_on", "primary_code"), *_number("type", "effective", "ended")),
    "add_on, primary_code, effective, ended",
)
FEE = Table(
    "fee",
    _text(
        *("code", "modifier", "status", "work", "practice_non_facility", "practice_facility", "malpractice"),
        *("total_non_facility", "total_facility", "not_applicable_non_facility", "not_applicable_facility"),
        *("professional_technical", "global_days", "preoperative", "intraoperative", "postoperative"),
        *("multiple", "bilateral", "assistant", "co_surgeons", "team", "endoscopic_base", "conversion_factor", "supervision"),
        "imaging_family",
    ),
    "code, modifier",
)
HCPCS = Table(
    "hcpcs",
    (
        *_text("code"),
        *_number("is_modifier"),
        *_text("long", "short", "coverage", "betos"),
        *_number("added"),
        *_text("action"),
        *_number("action_effective", "ended"),
    ),
    "code, is_modifier",
)
ICD_ORDER = Table("icd_order", (*_text("code"), *_number("position", "billable"), *_text("short", "title")), "code")
ICD_TABULAR = Table(
    "icd_tabular",
    (
        *_text("code"),
        *_number("position"),
        *_text("title", "level", "parent", "chapter"),
        *_number("billable"),
        *_text("notes", "seventh"),
    ),
    "code",
)
ICD_INDEX = Table("icd_index", (*_text("main"), *_number("position"), *_text("terms", "code", "see", "see_also")), "main, position")
TAXONOMY = Table("taxonomy", _text("code", "grouping", "classification", "specialization", "name", "section"), "code")
CROSSWALK = Table("taxonomy_crosswalk", _text("taxonomy", "specialty", "name"), "taxonomy, specialty, name")
PLACE = Table("place", (*_text("code", "name"), "is_facility INTEGER", *_text("description")), "code")
ARTICLE = Table("article", (*_number("article", "version"), *_text("title"), *_number("effective", "ended")), "article, version")
ARTICLE_CODE = Table("article_code", (*_text("code"), *_number("article", "version")), "code, article, version")
ARTICLE_DIAGNOSIS = Table(
    "article_diagnosis",
    (*_number("article", "version", "covered", "grouped"), *_text("code")),
    "article, version, covered, grouped, code",
)
ARTICLE_CONTRACTOR = Table(
    "article_contractor", (*_number("article", "version"), *_text("contractor")), "article, version, contractor"
)
ARTICLE_DOCUMENT = Table("article_document", (*_number("article", "version"), *_text("document")), "article, version, document")
CPT = Table("cpt", _text("code", "form", "words"), "code, form")

TABLES = (
    *(PTP, PTP_RATIONALE, MUE, ADD_ON, FEE, HCPCS, ICD_ORDER, ICD_TABULAR, ICD_INDEX, TAXONOMY, CROSSWALK, PLACE),
    *(ARTICLE, ARTICLE_CODE, ARTICLE_DIAGNOSIS, ARTICLE_CONTRACTOR, ARTICLE_DOCUMENT, CPT),
)
_SCHEMA = (
    """CREATE TABLE edition (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, setting TEXT NOT NULL, name TEXT NOT NULL, effective INTEGER NOT NULL,
        since INTEGER, files TEXT NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL, rejected INTEGER NOT NULL,
        imported TEXT NOT NULL, UNIQUE (kind, setting, sha256))""",
    """CREATE TABLE rejected (edition INTEGER NOT NULL, line INTEGER NOT NULL, file TEXT NOT NULL, why TEXT NOT NULL)""",
    *(table.definition for table in TABLES),
    "CREATE INDEX icd_tabular_by_parent ON icd_tabular (edition, parent, position)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)


def connect(path: Path) -> sqlite3.Connection:
    """A read-only connection. Raises KnowledgeError when the file is none of ours, or of another version."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
        _check(connection, path)
    except sqlite3.Error as error:
        msg = f"{path}: the official tables cannot be read ({error}); import the files anew in another place"
        raise KnowledgeError(msg) from None
    return connection


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection inside one transaction for one import: committed at the end, taken back on any error.

    A file that does not exist yet is made beside its place and moved there only after the commit. One import at a time. Raises
    KnowledgeError when another one runs, and when the file cannot be written.
    """
    with _locked(path):
        made = path if path.exists() else path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with closing(_connect_to_write(made)) as connection:
                yield connection
                connection.execute("COMMIT")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            made.replace(path)
        except (OSError, sqlite3.Error) as error:
            msg = (
                f"{path}: the official tables cannot be written ({error}); make room or name another file with CONSULTANT_OFFICIAL"
            )
            raise KnowledgeError(msg) from None
        finally:
            if made != path:
                for left in (made, *(made.with_name(made.name + end) for end in ("-wal", "-shm", "-journal"))):
                    left.unlink(missing_ok=True)


def _connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection that has begun a transaction; closing it before COMMIT takes everything back."""
    is_new = not path.exists()
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        connection.execute("BEGIN IMMEDIATE")
        if is_new:
            for statement in _SCHEMA:
                connection.execute(statement)
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if (application, version) != (_APPLICATION, FORMAT):
        connection.close()
        what = (
            f"written by another version (format {version}, not {FORMAT})"
            if application == _APPLICATION
            else "no file of official tables"
        )
        msg = f"{path}: this is {what}; name another file with CONSULTANT_OFFICIAL and import the tables there"
        raise KnowledgeError(msg)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file: IO[str] = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        msg = f"{path}: the folder cannot be written ({error.strerror}); name another file with CONSULTANT_OFFICIAL"
        raise KnowledgeError(msg) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"{path}: another import is running; import again when it is done"
            raise KnowledgeError(msg) from None
        yield
