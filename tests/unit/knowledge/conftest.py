"""The small knowledge base of these tests: three families in written/, and ICD-10-CM whole."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consultant.errors import KnowledgeError
from consultant.knowledge import build, sources
from consultant.knowledge.lookup import Knowledge

WRITTEN = Path(__file__).parent / "written"

Refused = Callable[[dict[str, str]], list[str]]


@pytest.fixture(scope="session")
def written() -> Path:
    """The folder of the small written knowledge."""
    return WRITTEN


@pytest.fixture(scope="session")
def small_file(request: pytest.FixtureRequest) -> Path:
    target = request.config.cache.mkdir("knowledge") / "small.sqlite"
    build.ensure(target, root=WRITTEN)
    return target


@pytest.fixture(scope="session")
def small(small_file: Path) -> Iterator[Knowledge]:
    opened = Knowledge.open(small_file)
    yield opened
    opened.close()


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Read files given as name and text; gives back the refusals, one a line."""

    def read(files: dict[str, str]) -> list[str]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).lstrip("\n"))
        try:
            sources.read(tmp_path)
        except KnowledgeError as error:
            return str(error).splitlines()
        return []

    return read
