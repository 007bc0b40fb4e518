"""Answers with the official tables: edits, units, status and global days are read from them, with their edition."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consultant.consultation.analysis import answer_question
from consultant.knowledge.importers.load import import_files
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind

FOLDER = Path(os.environ.get("CONSULTANT_REAL_FILES", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("CONSULTANT_REAL_FILES"), reason="CONSULTANT_REAL_FILES names no folder of official files"
)
FILES = {
    Kind.MPFS: "mpfs/PPRRVU2025_Oct.csv",
    Kind.MUE: "ncci/MCR_MUE_PractitionerServices_Eff_04-01-2026.csv",
    Kind.ADD_ON: "ncci/add_on_pairs_2024-06.csv",
    Kind.NCCI_PAIRS: "ncci/ptp_practitioner_2024Q3_pairs.csv.gz",
}
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def loaded(knowledge_file, tmp_path_factory):
    target = tmp_path_factory.mktemp("official") / "official.sqlite"
    for kind, name in FILES.items():
        import_files(kind, [FOLDER / name], target, now=datetime(2026, 11, 20, tzinfo=UTC))
    opened = Knowledge.open(knowledge_file, official=Official.open(target))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Can 29881 and 29877 be billed together?", ["No (modifier indicator 0", "ncci-pairs 2024 Q3"]),
        ("what is the modifier indicator for 58571 and 52000?", ["modifier indicator is 1", "column 1"]),
        ("can we bill 20610 and 99213 same day", ["With 25 on 99213"]),
        ("Is 36415 bundled with 99214?", ["no edit between 36415 and 99214"]),
        ("MUE of 11721?", ["At most 1 unit", "(MAI) is 2", "mue 2026 Q2"]),
        ("what is the global period of 11042?", ["0 days", "RVU25D"]),
        ("is 99358 covered by medicare?", ["status I", "Not under this code"]),
        ("primary code for 22614?", ["22612", "add-on 2024 Q2"]),
    ],
)
def test_questions_are_answered_from_the_tables(loaded, question, wanted):
    answers = answer_question(question, DAY, loaded).answers
    text = " ".join(" ".join((one.text, *one.sources)) for one in answers)
    assert [words for words in wanted if words not in text] == []
