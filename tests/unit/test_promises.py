"""The page of promises names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_page_of_promises_names_exists():
    page = (ROOT / "docs" / "RELIABILITY.md").read_text()
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", page))
    files = set(re.findall(r"`((?:tests|bench)/[\w/]+\.py)`", page))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in tests} == set()
    assert {file for file in files if not (ROOT / file).exists()} == set()
