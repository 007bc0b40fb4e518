"""The ``consultant`` command as a person runs it: a process, its exit code, what it prints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cast import ADA, CARL, CORA, OTTO
from service_view import PASSWORD, Running, View, command_on, started
from smtp_sink import SmtpSink


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def consultant(home):
    """Run one command on a home of its own."""
    return command_on(home)


@pytest.fixture(scope="session")
def running(tmp_path_factory) -> Iterator[Running]:
    """``consultant up`` on free ports, with Cora and Carl as consultants and Otto as ops."""
    home = tmp_path_factory.mktemp("service") / "home"
    consultant = command_on(home)
    with SmtpSink() as sink, started(home, f"smtp://{sink.host}:{sink.port}") as run:
        host, _, port = run["smtp"].rpartition(":")
        for name, role in ((CORA, "consultant"), (CARL, "consultant"), (OTTO, "ops")):
            assert consultant("user", "add", name, "--role", role, given=f"{PASSWORD}\n").returncode == 0
        yield Running((host, int(port)), run["desk"], sink, consultant)


@pytest.fixture
def service(running, request) -> View:
    """The service as this test sees it, with an asker whom no other test has."""
    local, _, domain = ADA.partition("@")
    asker = f"{local}+{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]}@{domain}"
    return View(running, asker, max((case["id"] for case in running.cases()), default=0))
