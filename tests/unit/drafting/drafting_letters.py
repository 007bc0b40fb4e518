"""Letters of tests: from a reading of the small claims, through the coding rules, to a letter; and their golden texts."""

from __future__ import annotations

import os
from pathlib import Path

from claims import knowledge as small_knowledge

from consultant.coding.chain import run
from consultant.model.analysis import Analysis, Answer, Reading
from consultant.model.message import Letter

KNOWLEDGE = small_knowledge()
GOLDEN = Path(__file__).parents[2] / "golden" / "letters"
REWRITE = "CONSULTANT_TEST_GOLDEN"
"""Set to ``write`` to take the letters as they are for golden; read the difference before you commit it."""


def analysis(reading: Reading, *, answers: tuple[Answer, ...] = ()) -> Analysis:
    """The analysis of a reading by the real rules."""
    judgement = run(reading, KNOWLEDGE)
    return Analysis(judgement.reading, judgement.findings, judgement.audit, answers, KNOWLEDGE.editions)


def golden(name: str, letter: Letter) -> tuple[Letter, Letter]:
    """The letter as it should be and as it is."""
    texts = {"subject.txt": letter.subject + "\n", "body.txt": letter.text, "body.html": letter.html}
    folder = GOLDEN / name
    if os.environ.get(REWRITE) == "write":
        folder.mkdir(parents=True, exist_ok=True)
        for part, text in texts.items():
            (folder / part).write_text(text)
    expected = {part: (folder / part).read_text() for part in texts}
    return Letter(expected["subject.txt"].rstrip("\n"), expected["body.txt"], expected["body.html"]), letter
