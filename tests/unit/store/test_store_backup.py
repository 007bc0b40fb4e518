"""Backup, purge and damage, from the command line: what was kept comes back, what must go goes, what was changed is named."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from case_texts import HEEL
from cast import CORA, MAILBOX, NOON
from store_mails import raw_mail

from consultant import cli
from consultant.model.case import CaseState
from consultant.store import cases, events, messages, reconcile
from consultant.store.damage import damaged_messages
from consultant.store.session import Database, migrate

KEY = "ab" * 32


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data folder with one closed case, received on NOON."""
    monkeypatch.setenv("CONSULTANT_HOME", str(tmp_path))
    migrate(url_of(tmp_path))
    with Database(url_of(tmp_path)) as database, database.begin() as tx:
        kept = messages.keep(tx, raw_mail(HEEL), MAILBOX)
        cases.move(tx, kept.case_id, to=CaseState.CLOSED, at=NOON, actor=CORA, reason="bulk", expect=CaseState.RECEIVED)
    return tmp_path


def url_of(home) -> str:
    return f"sqlite:///{home / 'consultant.sqlite'}"


def everything(home) -> bytes:
    return b"".join(file.read_bytes() for file in home.glob("consultant.sqlite*"))


def test_old_words_are_purged_from_file_and_log_and_the_books_still_balance(home, capsys):
    assert b"ultrasound" in everything(home)

    assert cli.run(["purge", "--older-than", "20000d"]) == 0
    assert "of 0 cases" in capsys.readouterr().out
    with closing(sqlite3.connect(home / "consultant.sqlite")) as other:
        other.execute("UPDATE cases SET changed = '2001-01-01 00:00:00.000000'")
        other.commit()
    assert cli.run(["purge", "--older-than", "2y", "--as", "otto"]) == 0

    assert "of 1 cases" in capsys.readouterr().out
    assert b"ultrasound" not in everything(home)
    assert cli.run(["reconcile", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["received"], row["closed"], row["chain_ok"], row["damaged"]) == (1, 1, True, [])


@pytest.mark.parametrize("age", ["soon", "-3d", "4m", ""])
def test_an_age_that_is_none_is_wrong_usage(home, capsys, age):
    assert cli.run(["purge", f"--older-than={age}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_is_kept_is_sealed_and_a_start_without_the_key_is_refused_in_one_line(home, monkeypatch, capsys):
    assert cli.run(["seal"]) == 2
    monkeypatch.setenv("CONSULTANT_ENCRYPTION_KEY", KEY)
    assert cli.run(["seal"]) == 0
    assert b"ultrasound" not in everything(home)
    assert cli.run(["reconcile"]) == 0
    monkeypatch.delenv("CONSULTANT_ENCRYPTION_KEY")
    capsys.readouterr()
    assert cli.run(["cases"]) == 1
    assert "CONSULTANT_ENCRYPTION_KEY does not hold" in capsys.readouterr().err


def test_a_backup_comes_back_with_books_and_chain_and_what_came_later_is_gone(home, capsys):
    assert cli.run(["backup", str(home / "copy")]) == 0
    assert cli.run(["backup", str(home / "copy")]) == 1
    with Database(url_of(home)) as database, database.begin() as tx:
        messages.keep(tx, raw_mail("Another one."), MAILBOX)

    assert cli.run(["restore", str(home / "copy")]) == 0

    with Database(url_of(home)) as database, database.reading() as tx:
        assert reconcile.count(tx).holds
        assert reconcile.count(tx).received == 1
        assert events.latest(tx, 1)[0].kind == "restored"
    assert (home / "consultant.sqlite.before").exists()


def test_a_flipped_byte_in_a_mail_or_in_the_history_is_found_and_named(home, capsys):
    with closing(sqlite3.connect(home / "consultant.sqlite")) as other:
        other.execute("DROP TRIGGER raw_mail_is_never_changed")
        other.execute("UPDATE raw_mail SET content = CAST(replace(CAST(content AS TEXT), 'heel', 'hEel') AS BLOB)")
        other.commit()
    with Database(url_of(home)) as database, database.reading() as tx:
        assert damaged_messages(tx) == (1,)
    assert cli.run(["reconcile"]) == 1
    assert "message 1 have been damaged" in capsys.readouterr().err

    with closing(sqlite3.connect(home / "consultant.sqlite")) as other:
        other.execute("DROP TRIGGER event_is_never_changed")
        other.execute("UPDATE event SET detail = replace(detail, 'bulk', 'bulj') WHERE seq = 2")
        other.commit()
    assert cli.run(["reconcile"]) == 1
    with Database(url_of(home)) as database, database.reading() as tx:
        assert reconcile.count(tx).chain_broken_at == 2
