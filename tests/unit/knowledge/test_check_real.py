"""What the family files state, held against the official files themselves, where somebody has put them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consultant.knowledge import sources
from consultant.knowledge.check.authored import Authored
from consultant.knowledge.check.check import check
from consultant.knowledge.check.folder import load
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.verdict import Outcome, only

REAL_FILES = os.environ.get("CONSULTANT_REAL_FILES", "")

pytestmark = pytest.mark.skipif(not REAL_FILES, reason="CONSULTANT_REAL_FILES names no folder of official files")


def test_nothing_that_is_written_contradicts_the_official_files(knowledge_file, tmp_path):
    target = tmp_path / "official.sqlite"
    load(Path(REAL_FILES), target, now=datetime(2026, 11, 21, tzinfo=UTC))
    knowledge = Knowledge.open(knowledge_file, official=Official.open(target))

    verdicts = check(Authored(sources.read(), Book(knowledge, date(2026, 11, 20))))

    knowledge.close()
    assert len(only(verdicts, Outcome.CONFIRMED)) > 1000
    assert [f"{one}" for one in only(verdicts, Outcome.CONTRADICTION)] == []
