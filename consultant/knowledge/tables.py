"""The tables of the built knowledge file, and writing and opening them.

One table holds every code of every system, so that look-up and search speak of the same rows; row numbers tell the system, which
lets the full-text index search one system only. The index keeps no text of its own (FTS5 ``content=''``). A code made by a seventh
character is not in the index: sixteen rows alike would push everything else out of a list of twenty; `search` finds it by its
base code.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from consultant.errors import KnowledgeError
from consultant.knowledge.icd10cm import IcdRow, Level
from consultant.knowledge.wording import line_of
from consultant.model.coding import System

FORMAT = 4
"""Counts up whenever the tables, the nouns in them or what is written into them changes."""
FIRST_ROW = MappingProxyType({System.CPT: 1_000_000, System.HCPCS: 2_000_000, System.ICD10CM: 3_000_000})
ROWS_OF_A_SYSTEM = 1_000_000
GROUP_END = "\f"
"""Stands between the lines of a title, of its terms, and of its phrases."""
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE nouns (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE code (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, flat TEXT NOT NULL, system TEXT NOT NULL, title TEXT NOT NULL,
    level TEXT NOT NULL, billable INTEGER NOT NULL, parent TEXT NOT NULL, chapter TEXT NOT NULL, notes TEXT, seventh TEXT,
    lines TEXT);
CREATE TABLE member (code TEXT NOT NULL, family TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (code, family, position))
    WITHOUT ROWID;
CREATE TABLE named (key TEXT NOT NULL, code TEXT NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (key, code)) WITHOUT ROWID;
CREATE TABLE all_keys (keys TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    title, terms, phrases, content='', prefix='2 3', tokenize='porter unicode61 remove_diacritics 2');
INSERT INTO words(words, rank) VALUES ('rank', 'bm25(6.0, 3.0, 2.0)');
"""
_INDEXES = """
CREATE INDEX code_by_parent ON code (parent);
CREATE INDEX code_by_flat ON code (flat);
INSERT INTO words(words) VALUES ('optimize');
"""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of the table of codes, with the words by which it is found; no words keep it out of the index."""

    code: str
    system: System
    title: str
    level: str
    billable: bool
    parent: str = ""
    chapter: str = ""
    notes: str | None = None
    seventh: str | None = None
    terms: str = ""
    phrases: str = ""
    """Phrases that decide for this code among its siblings."""
    waking: str = ""
    """Phrases that mean its whole family."""
    indexed: bool = True


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a knowledge file."""

    meta: dict[str, str]
    nouns: dict[str, str]
    """Families, concepts and modifiers as JSON."""
    codes: tuple[CodeRow, ...]
    members: tuple[tuple[str, str, int], ...]
    """Code, family that writes it, and place of the writing code in that family."""
    named: tuple[tuple[str, str, int], ...] = ()
    """Keys of conditions (`condition_keys`), the codes they name, and how strongly."""


def write(connection: sqlite3.Connection, contents: Contents) -> None:
    """Make the tables in an empty database and fill them, in one transaction."""
    connection.executescript(_SCHEMA)
    connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted((contents.meta | {"format": str(FORMAT)}).items()))
    connection.executemany("INSERT INTO nouns VALUES (?, ?)", sorted(contents.nouns.items()))
    numbered = list(_numbered(contents.codes))
    connection.executemany(
        "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((number, *_columns(row)) for number, row in numbered),
    )
    connection.executemany("INSERT INTO member VALUES (?, ?, ?)", contents.members)
    connection.executemany("INSERT INTO named VALUES (?, ?, ?)", contents.named)
    connection.execute("INSERT INTO all_keys VALUES (?)", ("\n".join(dict.fromkeys(key for key, _, _ in contents.named)),))
    connection.executemany(
        "INSERT INTO words (rowid, title, terms, phrases) VALUES (?, ?, ?, ?)",
        ((number, row.title, row.terms, f"{row.phrases}\n{row.waking}") for number, row in numbered if row.indexed),
    )
    connection.commit()
    connection.executescript(_INDEXES)
    connection.execute("ANALYZE")
    connection.commit()


def _columns(row: CodeRow) -> tuple[object, ...]:
    head = (row.code, flat(row.code), row.system.value, row.title, row.level, row.billable, row.parent, row.chapter)
    return (*head, row.notes, row.seventh, _lines(row) if row.indexed else None)


def _lines(row: CodeRow) -> str:
    """Title, terms, deciding phrases and waking phrases as search compares them: one to a line."""
    groups = ([row.title], row.terms.splitlines(), row.phrases.splitlines(), row.waking.splitlines())
    return GROUP_END.join("\n".join(dict.fromkeys(line_of(text) for text in group)) for group in groups)


def flat(code: str) -> str:
    """The code without its dot, in capitals: how codes are compared with what people type."""
    return code.replace(".", "").upper()


def of_icd10cm(row: IcdRow) -> CodeRow:
    """The row of an ICD-10-CM code; chapters, blocks and codes made by a seventh character are not indexed."""
    return CodeRow(
        code=row.code,
        system=System.ICD10CM,
        title=row.title,
        level=row.level.value,
        billable=row.billable,
        parent=row.parent,
        chapter=row.chapter,
        notes=json.dumps(row.notes, ensure_ascii=False, separators=(",", ":")) if row.notes else None,
        seventh=json.dumps(row.seventh_characters, ensure_ascii=False, separators=(",", ":")) if row.seventh_characters else None,
        terms="\n".join(text for kind, text in row.notes if kind in {"includes", "inclusion_term"}),
        indexed=row.level in {Level.CATEGORY, Level.SUBCATEGORY},
    )


def read_meta(path: Path) -> dict[str, str]:
    """Names and values that describe the file at ``path``. Raises KnowledgeError when it is no knowledge file of this version."""
    if not path.is_file():
        msg = f"{path}: there is no knowledge file; run `consultant knowledge build`"
        raise KnowledgeError(msg)
    try:
        with closing(connect(path)) as connection:
            meta: dict[str, str] = dict(connection.execute("SELECT name, value FROM meta"))
    except sqlite3.Error:
        msg = f"{path}: this is no knowledge file; run `consultant knowledge build`"
        raise KnowledgeError(msg) from None
    if meta.get("format") != str(FORMAT):
        msg = f"{path}: built by another version (format {meta.get('format')}, not {FORMAT}); run `consultant knowledge build`"
        raise KnowledgeError(msg)
    return meta


def connect(path: Path) -> sqlite3.Connection:
    """A read-only connection to the file, which nobody changes: a new build replaces it as a whole."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _numbered(rows: Iterable[CodeRow]) -> Iterable[tuple[int, CodeRow]]:
    following = dict(FIRST_ROW)
    for row in rows:
        following[row.system] += 1
        yield following[row.system], row
