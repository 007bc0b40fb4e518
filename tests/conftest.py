"""Fixtures that all tests may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from consultant.knowledge import build
from consultant.knowledge.lookup import Knowledge

# How long a case takes is no matter of tests: a shared machine is slow at times.
settings.register_profile("consultant", deadline=None)
settings.load_profile("consultant")

# The fixtures ``office``, the service without its processes, and ``postgres_server``.
pytest_plugins = ["office", "postgres_server"]


@pytest.fixture(scope="session")
def knowledge_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built knowledge file of the real data; kept between runs, built anew only when something it is built from changed."""
    cache = getattr(request.config, "cache", None)
    folder = cache.mkdir("knowledge") if cache else tmp_path_factory.mktemp("knowledge")
    target = folder / "knowledge.sqlite"
    build.ensure(target)
    return target


@pytest.fixture(scope="session")
def knowledge(knowledge_file: Path) -> Iterator[Knowledge]:
    """The knowledge base of the real data."""
    opened = Knowledge.open(knowledge_file)
    yield opened
    opened.close()
