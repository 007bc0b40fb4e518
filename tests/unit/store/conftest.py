"""Real databases for the tests of the store: a fresh SQLite file, and a fresh database on one PostgreSQL server per run.

Every test that asks for ``database`` runs on both. Databases are copies of a migrated template, because migrating takes longer
than most tests.
"""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_server import run_sql

from consultant.store.session import Database, migrate

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


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = f"empty_{next(_numbers)}"
    admin = postgres_server.format("postgres")
    run_sql(admin, f"CREATE DATABASE {name}")
    yield postgres_server.format(name)
    run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


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
