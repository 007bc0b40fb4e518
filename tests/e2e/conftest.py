"""The ``consultant`` command as a person runs it: a process, its exit code, what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 120


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def consultant(home):
    """Run one command; ``env`` adds variables, ``given`` is its standard input."""

    def run(*arguments: str, given: str | bytes = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSULTANT_")}
        text = given if isinstance(given, str) else given.decode("latin-1")
        return subprocess.run(
            [sys.executable, "-m", "consultant.cli", *arguments],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
            env=clean | {"CONSULTANT_HOME": str(home)} | (env or {}),
        )

    return run
