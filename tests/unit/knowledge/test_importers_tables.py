from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date

import pytest
from importers_cast import ONE_FILE, load

from consultant.errors import KnowledgeError
from consultant.knowledge import official_tables
from consultant.knowledge.official import Official
from consultant.knowledge.official_kinds import Kind

MUE = ONE_FILE[Kind.MUE]


@pytest.fixture
def target(tmp_path):
    return tmp_path / "official.sqlite"


def contents(target):
    """Everything in the file, as statements."""
    with closing(sqlite3.connect(target)) as connection:
        return list(connection.iterdump())


def test_readers_go_on_with_what_they_know_while_an_import_runs(target):
    load(Kind.MUE, MUE, target)
    with closing(Official.open(target)) as official, official_tables.writing(target) as connection:
        connection.execute("UPDATE mue SET units = 99")
        assert official.mue("10001", date(2026, 5, 1)).units == 1
    with closing(Official.open(target)) as official:
        assert official.mue("10001", date(2026, 5, 1)).units == 99


def test_a_second_import_at_once_is_refused(target):
    refused = []

    def other():
        with pytest.raises(KnowledgeError) as caught:
            load(Kind.PLACES, ONE_FILE[Kind.PLACES], target)
        refused.append(str(caught.value))

    with official_tables.writing(target):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert refused == [f"{target}: another import is running; import again when it is done"]


def test_an_import_that_is_killed_changes_nothing(target):
    load(Kind.MUE, MUE, target)
    before = contents(target)
    program = (
        "import os, pathlib, sys\n"
        "from consultant.knowledge import official_tables\n"
        "with official_tables.writing(pathlib.Path(sys.argv[1])) as connection:\n"
        "    connection.execute('PRAGMA cache_size = 10')\n"
        "    connection.executemany(official_tables.MUE.insertion, ((9, f'{n:05}', 1, 1, 'x' * 500) for n in range(20_000)))\n"
        "    os._exit(7)\n"
    )

    assert subprocess.run([sys.executable, "-c", program, str(target)], check=False).returncode == 7
    assert contents(target) == before
    assert load(Kind.PLACES, ONE_FILE[Kind.PLACES], target).changed


def test_a_file_that_is_none_of_ours_is_left_alone(target):
    target.write_text("a letter to somebody\n")

    with pytest.raises(KnowledgeError, match="CONSULTANT_OFFICIAL"):
        load(Kind.MUE, MUE, target)
    assert target.read_text() == "a letter to somebody\n"


def test_another_database_is_left_alone(target):
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("CREATE TABLE other (x)")
        connection.commit()

    with pytest.raises(KnowledgeError, match="this is no file of official tables"):
        load(Kind.MUE, MUE, target)
    with pytest.raises(KnowledgeError, match="this is no file of official tables"):
        Official.open(target)


def test_tables_of_another_version_are_refused(target):
    load(Kind.MUE, MUE, target)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(KnowledgeError, match=r"written by another version \(format 99, not 1\)"):
        Official.open(target)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(KnowledgeError, match="the folder cannot be written"):
        load(Kind.MUE, MUE, tmp_path / "file" / "official.sqlite")
