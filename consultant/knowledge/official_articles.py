"""Look-ups in the billing articles of the Medicare coverage database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from sqlite3 import Connection
from typing import Any

from consultant.knowledge.official_facts import Article
from consultant.knowledge.official_kinds import Edition, as_day, as_number

_NAMED = """
SELECT article.article, article.version, title, effective, ended FROM article_code
JOIN article USING (edition, article, version)
WHERE article_code.edition = ? AND code = ? AND effective <= ? AND ended > ?
ORDER BY article.article, article.version
"""
_CONTRACTORS = "SELECT contractor FROM article_contractor WHERE edition = ? AND article = ? AND version = ? ORDER BY contractor"
_DOCUMENTS = "SELECT document FROM article_document WHERE edition = ? AND article = ? AND version = ? ORDER BY document"
_DIAGNOSES = """
SELECT covered, grouped, code FROM article_diagnosis WHERE edition = ? AND article = ? AND version = ? ORDER BY grouped, code
"""
_VERDICTS = """
SELECT DISTINCT covered FROM article_diagnosis
WHERE edition = ? AND article = ? AND version = ? AND covered IN (0, 1) AND code = ? ORDER BY covered
"""


def of_code(connection: Connection, edition: Edition, code: str, on: date) -> tuple[Article, ...]:
    """The articles that name a procedure code on a day, with their diagnoses."""
    return tuple(_article(connection, edition, row, with_lists=True) for row in _named(connection, edition, code, on))


def of_pair(connection: Connection, edition: Edition, code: str, diagnosis: str, on: date) -> tuple[tuple[Article, bool], ...]:
    """The articles that name a procedure code and a diagnosis on a day, and whether the diagnosis supports it."""
    found = []
    for row in _named(connection, edition, code, on):
        verdicts = [bool(covered) for (covered,) in connection.execute(_VERDICTS, (edition.id, *row[:2], diagnosis))]
        if verdicts:
            # Where an article says both, in two groups, a person has to read it: support is not claimed.
            found.append((_article(connection, edition, row, with_lists=False), all(verdicts)))
    return tuple(found)


def _named(connection: Connection, edition: Edition, code: str, on: date) -> list[Any]:
    day = as_number(on)
    return connection.execute(_NAMED, (edition.id, code, day, day)).fetchall()


def _article(connection: Connection, edition: Edition, row: tuple[int, int, str, int, int], *, with_lists: bool) -> Article:
    number, version, title, effective, ended = row
    key = (edition.id, number, version)
    groups: dict[int, list[str]] = defaultdict(list)
    not_covered = []
    for covered, grouped, code in connection.execute(_DIAGNOSES, key) if with_lists else ():
        if covered:
            groups[grouped].append(code)
        else:
            not_covered.append(code)
    return Article(
        id=number,
        version=version,
        title=title,
        contractors=tuple(name for (name,) in connection.execute(_CONTRACTORS, key)),
        effective=as_day(effective),
        ended=as_day(ended),
        covered=tuple((grouped, tuple(codes)) for grouped, codes in groups.items()),
        not_covered=tuple(not_covered),
        documents=tuple(name for (name,) in connection.execute(_DOCUMENTS, key)),
        edition=edition,
    )
