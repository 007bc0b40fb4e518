"""A service for tests that send it mail, kill its parts and look at what is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service_kit import Service, wait_for
from smtp_sink import SmtpSink

from consultant import opening, settings


@pytest.fixture(scope="session", autouse=True)
def built_knowledge() -> None:
    """Builds the knowledge file in the user's cache, which takes seconds, before any service needs it."""
    opening.open_knowledge(settings.load()).close()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def service(tmp_path, sink) -> Iterator[Service]:
    """A service that is not started yet; after the test nothing of it runs, and its books balance."""
    (tmp_path / "home").mkdir()
    made = Service(tmp_path / "home", f"smtp://{sink.host}:{sink.port}", {"CONSULTANT_ACKNOWLEDGE": "false"})
    yield made
    if made.process and made.process.poll() is None:
        made.stop()
    wait_for(lambda: not made.left(), "no process is left behind", seconds=5)
