"""The facts of a published page as plain data: what it says, not whether it is so. The official description is left out (© AMA)."""

from __future__ import annotations

from typing import Any

from consultant.knowledge.pages_read.page import PublishedPage, Row


def facts_of(page: PublishedPage) -> dict[str, Any]:
    """What the page says, by table."""
    return {
        "page": page.name,
        "kind": page.kind.value,
        "code": page.code,
        "system": page.system.value,
        "copyright": page.year,
        "service_type": page.service_type,
        "sites": page.sites,
        "modifiers": [_row(row, "modifier", "when") for row in page.modifiers],
        "taxonomies": [_row(row, "taxonomy", "remark") for row in page.taxonomies],
        "diagnoses": [_row(row, "code", "relevance") for row in page.diagnoses],
        "procedures": [_row(row, "code", "relation") for row in page.procedures],
        "cut_short_at": page.cut_short,
        "filler": [{"text": filler.text, "lines": list(filler.lines)} for filler in page.filler],
        "official_description": bool(page.descriptor),
    }


def _row(row: Row, code: str, remark: str) -> dict[str, Any]:
    return {code: row.code, "words": row.words, remark: row.remark, "line": row.line}
