"""Look-ups in the imported releases of ICD-10-CM."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection

from consultant.knowledge.diagnoses import IcdCode, code_of
from consultant.knowledge.importers.icd10cm_index import main_term as as_looked_up
from consultant.knowledge.official_facts import IndexEntry
from consultant.knowledge.official_kinds import Edition, Kind

_UPWARDS = """
WITH RECURSIVE above (code, title, billable, level, parent, chapter, notes, seventh, steps) AS (
    SELECT code, title, billable, level, parent, chapter, notes, seventh, 0
    FROM icd_tabular WHERE edition = :edition AND code = :code
    UNION ALL
    SELECT one.code, one.title, one.billable, one.level, one.parent, one.chapter, one.notes, one.seventh, steps + 1
    FROM above JOIN icd_tabular AS one ON one.edition = :edition AND one.code = above.parent)
SELECT * FROM above ORDER BY steps
"""
_INDEX = """
SELECT terms, code, see, see_also FROM icd_index WHERE edition = ? AND main >= ? AND main < ? ORDER BY main, position LIMIT ?
"""
_BILLABLE = {
    Kind.ICD10CM_ORDER: "SELECT billable FROM icd_order WHERE edition = ? AND code = ?",
    Kind.ICD10CM_TABULAR: "SELECT billable FROM icd_tabular WHERE edition = ? AND code = ?",
}


def read_code(connection: Connection, edition: Edition, code: str) -> IcdCode | None:
    """The code, category, block or chapter with all notes that apply to it, or None."""
    return code_of(connection.execute(_UPWARDS, {"edition": edition.id, "code": code}).fetchall())


def billable(connection: Connection, editions: Iterable[Edition], code: str) -> bool | None:
    """Whether the newest of these releases lets the code be reported; of one day, the order file knows best. None without any."""
    newest = max(editions, key=lambda edition: (edition.effective, edition.kind is Kind.ICD10CM_ORDER), default=None)
    if newest is None:
        return None
    row = connection.execute(_BILLABLE[newest.kind], (newest.id, code)).fetchone()
    return bool(row and row[0])


def index(connection: Connection, edition: Edition, words: str, limit: int) -> tuple[IndexEntry, ...]:
    """The lines under main terms that begin with ``words``."""
    begin = as_looked_up(words)
    if not begin:
        return ()
    rows = connection.execute(_INDEX, (edition.id, begin, begin + "\U0010ffff", limit))
    return tuple(IndexEntry(tuple(json.loads(terms)), code, see, also, edition) for terms, code, see, also in rows)
