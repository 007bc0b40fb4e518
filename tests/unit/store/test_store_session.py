"""Transactions: kept or not kept, never half; and faults in our own words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text
from store_mails import a_case

from consultant.errors import ConflictError, TemporaryError, UsageError, WorkError
from consultant.model.case import CaseState
from consultant.store import cases, tables
from consultant.store.session import Database


def test_what_is_written_is_there_after_the_transaction(database):
    with database.begin() as tx:
        case_id = a_case(tx)
    with database.reading() as tx:
        assert cases.get(tx, case_id).state is CaseState.RECEIVED


def test_an_exception_takes_everything_back_and_is_passed_on(database):
    def write_and_stumble() -> None:
        with database.begin() as tx:
            a_case(tx)
            raise KeyError

    with pytest.raises(KeyError):
        write_and_stumble()
    with database.reading() as tx:
        assert cases.listing(tx) == ()


def test_who_reads_cannot_write(database):
    with pytest.raises((TemporaryError, WorkError)), database.reading() as tx:
        a_case(tx)
    with database.reading() as tx:
        assert cases.listing(tx) == ()


def test_who_reads_sees_one_moment(database):
    with database.reading() as early:
        assert cases.listing(early) == ()
        with database.begin() as tx:
            a_case(tx)
        assert cases.listing(early) == ()


def test_a_locked_database_is_a_temporary_error_and_nothing_is_kept(database, impatient):
    with database.begin() as tx:
        a_case(tx, "first")
        with pytest.raises(TemporaryError, match="locked by another"), impatient.begin() as second:
            a_case(second, "second")
    with database.reading() as tx:
        assert len(cases.listing(tx)) == 1


def test_a_locked_database_can_still_be_read(database, impatient):
    with database.begin() as tx:
        a_case(tx)
        with impatient.reading() as other:
            assert cases.listing(other) == ()


def test_a_locked_database_does_not_pass_the_check(database, impatient):
    database.check()
    with database.begin(), pytest.raises(TemporaryError, match="locked by another"):
        impatient.check()
    impatient.check()


def test_a_full_disk_is_a_temporary_error_and_nothing_is_kept(sqlite_url):
    with Database(sqlite_url) as database:
        with database.begin() as tx:
            tx.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(TemporaryError, match="disk of the database is full"), database.begin() as tx:
            a_case(tx, "x" * 100_000)
        with database.reading() as tx:
            assert cases.listing(tx) == ()
        with database.begin() as tx:
            tx.exec_driver_sql("PRAGMA max_page_count = 1000000")
            a_case(tx, "x" * 100_000)


def test_a_database_without_tables_is_a_temporary_error_that_says_what_to_do(empty_url, tmp_path):
    (tmp_path / "home").mkdir()
    with Database(empty_url) as database, pytest.raises(TemporaryError, match="start the service once"):
        database.check()


def test_a_file_that_cannot_be_opened_is_a_temporary_error():
    with Database("sqlite:////nowhere/at/all.sqlite") as database, pytest.raises(TemporaryError, match="cannot be reached"):
        database.check()


@pytest.mark.needs_postgres
def test_a_server_that_is_away_is_a_temporary_error(tmp_path):
    with (
        Database(f"postgresql+psycopg://postgres@/none?host={tmp_path}") as database,
        pytest.raises(TemporaryError, match="cannot be reached"),
    ):
        database.check()


@pytest.mark.needs_postgres
def test_a_connection_the_server_ended_is_replaced_by_a_new_one(postgres_url):
    with Database(postgres_url) as database, Database(postgres_url) as other:
        database.check()
        with other.begin() as tx:
            others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            tx.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        database.check()


def test_a_broken_rule_is_a_conflict_and_tells_nothing_of_the_row(database):
    with pytest.raises(ConflictError) as caught, database.begin() as tx:
        tx.execute(
            tables.draft.insert().values(
                case_id=4711, version=1, kind="answer", letter={"text": "Jane Doe"}, hash="", written_by="", written=None
            )
        )
    assert "Jane" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_wrong_statement_is_a_defect_of_ours(database):
    with pytest.raises(WorkError, match="report it"), database.begin() as tx:
        tx.execute(text("SELEKT 1"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/x", "no address"])
def test_an_address_we_cannot_use_is_refused_without_repeating_it(url):
    with pytest.raises(UsageError, match="CONSULTANT_DATABASE_URL") as caught:
        Database(url)
    assert "root" not in str(caught.value)


def test_sqlite_commits_durably_and_enforces_foreign_keys(sqlite_url):
    with Database(sqlite_url) as database, database.begin() as tx:
        found = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.needs_postgres
def test_postgres_commits_durably_and_waits_for_locks_only_so_long(postgres_url):
    with Database(postgres_url) as database, database.begin() as tx:
        found = {name: tx.execute(text(f"SHOW {name}")).scalar_one() for name in ("synchronous_commit", "lock_timeout", "TimeZone")}
    assert found == {"synchronous_commit": "on", "lock_timeout": "5s", "TimeZone": "UTC"}


def test_a_forked_child_writes_with_connections_of_its_own(database):
    with database.begin() as tx:
        a_case(tx, "parent")
    child = os.fork()
    if child == 0:
        # Nothing of pytest may run in the child, whatever happens.
        try:
            with database.begin() as tx:
                a_case(tx, "child")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    with database.begin() as tx:
        a_case(tx, "parent again")
        assert len(cases.listing(tx)) == 3


def test_the_folder_of_the_database_holds_no_stray_files_when_it_is_closed(sqlite_url, tmp_path):
    with Database(sqlite_url) as database, database.begin() as tx:
        a_case(tx)
    assert [file.name for file in Path(tmp_path).iterdir()] == ["consultant.sqlite"]


@pytest.mark.needs_postgres
def test_a_connection_lost_inside_a_transaction_is_a_temporary_error_and_nothing_is_kept(postgres_url):
    with Database(postgres_url) as database, Database(postgres_url) as other:
        with pytest.raises(TemporaryError, match="cannot be reached"), database.begin() as tx:
            _cut_and_write(tx, other)
        with database.begin() as tx:
            assert cases.listing(tx) == ()


def _cut_and_write(tx, other: Database) -> None:
    pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
    a_case(tx, "before")
    with other.reading() as killer:
        killer.execute(text(f"SELECT pg_terminate_backend({pid})"))
    a_case(tx, "after")


def test_a_file_that_is_no_database_says_so(tmp_path):
    (tmp_path / "consultant.sqlite").write_bytes(b"not a database at all, but long enough to look at" * 100)
    with (
        Database(f"sqlite:///{tmp_path}/consultant.sqlite") as database,
        pytest.raises(WorkError, match="damaged, or none of ours"),
    ):
        database.check()


def test_a_busy_machine_with_many_writers_lets_everybody_in(database, at_once):
    def write(number: int) -> None:
        with database.begin() as tx:
            a_case(tx, str(number))

    assert at_once(30, write) == [None] * 30
