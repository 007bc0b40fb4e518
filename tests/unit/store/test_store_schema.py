"""Migrations: from nothing to the newest schema, once, whoever starts first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from store_mails import a_case

from consultant.errors import TemporaryError, WorkError
from consultant.store import cases, events, schema
from consultant.store.session import Database, is_current, migrate
from consultant.store.tables import metadata

_STARTER = "import sys; from consultant.store.session import migrate; sys.stdin.readline(); migrate(sys.argv[1])"
_KILLED = """
import os, signal, sys
from alembic import op
from consultant.store import schema
from consultant.store.session import migrate
made = op.create_index
def create_index(name, *rest, **more):
    if name == "ix_outbox_queued":
        os.kill(os.getpid(), signal.SIGKILL)
    made(name, *rest, **more)
op.create_index = create_index
migrate(sys.argv[1])
"""


def test_a_new_database_becomes_current(empty_url):
    before = is_current(empty_url)
    migrate(empty_url)
    assert (before, is_current(empty_url)) == (False, True)


def test_the_migrations_make_exactly_the_tables_that_the_program_knows(database):
    with database.begin() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []


def test_migrating_again_changes_nothing(database, database_url):
    with database.begin() as tx:
        a_case(tx)
    migrate(database_url)
    with database.reading() as tx:
        assert len(cases.listing(tx)) == 1
        assert events.verify(tx).ok


def test_four_starters_at_once_all_find_it_current(empty_url):
    starters = [
        subprocess.Popen([sys.executable, "-c", _STARTER, empty_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    ends = [starter.communicate(b"go\n", timeout=60) for starter in starters]
    assert [(starter.returncode, errors) for starter, (_, errors) in zip(starters, ends, strict=True)] == [(0, b"")] * 4
    assert is_current(empty_url)


def test_a_killed_migration_leaves_what_was_there_and_the_next_start_succeeds(empty_url):
    killed = subprocess.run([sys.executable, "-c", _KILLED, empty_url], timeout=60, check=False)
    assert killed.returncode == -9
    assert not is_current(empty_url)
    migrate(empty_url)
    assert is_current(empty_url)


_OLD_ROWS = (
    "INSERT INTO raw_mail (sha256, size, content) VALUES ('aa', 2, CAST('hi' AS {bytes}))",
    "INSERT INTO cases (id, state, received, changed) VALUES (7, 'drafted', '2026-01-02 03:04:05', '2026-01-02 03:04:05')",
    (
        "INSERT INTO message (case_id, sha256, recipient, received, source, envelope) "
        "VALUES (7, 'aa', 'consult@consultant.example', '2026-01-02 03:04:05', 'smtp', "
        """'{{"reverse_path":"ada@lakeside.example","forward_paths":[],"peer":"","helo":"","login":"","tls":false}}')"""
    ),
)


@pytest.mark.parametrize("revision", [script.revision for script in schema._scripts().walk_revisions()])
def test_every_released_schema_is_brought_up_with_its_cases(empty_url, revision):
    with schema._starters_turn(schema.engines.parsed(empty_url)), schema._engine(schema.engines.parsed(empty_url)) as engine:
        kind = "bytea" if engine.dialect.name == "postgresql" else "BLOB"
        with engine.begin() as tx:
            config = schema._config()
            config.attributes["connection"] = tx
            schema.command.upgrade(config, revision)
            for row in _OLD_ROWS:
                tx.execute(text(row.replace(":", r"\:").format(bytes=kind)))
    migrate(empty_url)
    assert is_current(empty_url)
    with Database(empty_url) as database, database.begin() as tx:
        assert cases.get(tx, 7).state == "drafted"
        assert a_case(tx) != 7
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []


def test_a_database_of_a_newer_program_is_refused_with_a_clear_word(database, database_url):
    with database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WorkError, match="schema 9999, which is newer than this program"):
        migrate(database_url)
    assert not is_current(database_url)


def test_the_database_file_is_private(tmp_path):
    migrate(f"sqlite:///{tmp_path}/home/consultant.sqlite")
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "home").iterdir()} == {0}


def test_a_place_where_no_file_can_be_made_is_a_temporary_error():
    with pytest.raises(TemporaryError, match="cannot be made"):
        migrate("sqlite:////proc/nothing/consultant.sqlite")


def test_a_path_with_a_per_cent_sign_is_just_a_path(tmp_path):
    url = f"sqlite:///{tmp_path}/50%25/%(here)s/consultant.sqlite"
    migrate(url)
    assert is_current(url)


def test_the_migrations_stand_beside_the_program_so_that_a_wheel_carries_them():
    assert (Path(schema.__file__).parent / "migrations" / "versions" / "0001_first_tables.py").is_file()


def test_an_old_connection_of_a_starter_is_closed(empty_url, tmp_path):
    migrate(empty_url)
    with Database(empty_url) as database:
        database.check()
    assert not list(tmp_path.glob("home/*-wal"))


def test_a_file_that_is_no_database_is_not_touched(tmp_path):
    file = tmp_path / "consultant.sqlite"
    file.write_bytes(b"not a database at all, but long enough to look at" * 100)
    with pytest.raises(TemporaryError, match="cannot be used"):
        migrate(f"sqlite:///{file}")
    assert file.read_bytes() == b"not a database at all, but long enough to look at" * 100
