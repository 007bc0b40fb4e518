"""Fault 24: yesterday's backup is restored, a migration is killed. It starts, or refuses with a clear word; nobody is answered twice."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from postgres_server import account_of_postgres, programs_of_postgres
from service_kit import Service, wait_for
from smtp_sink import Behaviour

from consultant.consultation import rescue
from consultant.errors import UsageError
from consultant.model.case import CaseState
from consultant.opening import now, open_services
from consultant.store import backup, events
from consultant.store.session import Database, migrate

pytestmark = pytest.mark.faults


def command(service: Service, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "consultant.cli", *words, "--home", str(service.home)]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=os.environ | service.places())


def test_24_yesterdays_backup_is_restored_and_nobody_is_answered_twice(service, sink, tmp_path):
    copy = tmp_path / "yesterday.sqlite"
    service.start()
    service.send_many([1, 2])
    wait_for(lambda: service.all_are(CaseState.DRAFTED, 2), "drafted")
    first, second = sorted(service.cases(), key=lambda case: case.id)
    # The copy is taken between the approval and the server's 250.
    sink.will(Behaviour.TEMPORARY_AT_RCPT)
    service.approve(first.id)
    wait_for(lambda: sink.connections == 1, "tried")
    assert command(service, "backup", str(copy)).returncode == 0
    wait_for(lambda: len(sink.mails) == 1, "sent")
    service.approve(second.id)
    wait_for(lambda: service.all_are(CaseState.SENT, 2), "both are sent")
    refused = command(service, "restore", str(copy))
    assert (refused.returncode, "another consultant up runs" in refused.stderr) == (1, True)
    service.stop()

    done = command(service, "restore", str(copy))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 letters that may have left meanwhile are held" in done.stdout
    service.start()
    service.send(3)
    wait_for(lambda: service.states() == [CaseState.DRAFTED] * 2 + [CaseState.SET_ASIDE], "the service goes on")
    assert len(sink.mails) == 2
    assert service.books_balance()

    # Whatever persons then do, it is the same letter under the same Message-ID.
    with open_services(service.settings()) as services:
        rescue.send_again(services, first.id, "otto")
    service.approve(second.id)
    wait_for(lambda: len(sink.mails) == 4, "both are sent once more")
    assert len({mail.message["Message-ID"] for mail in sink.mails}) == 2


def test_a_damaged_or_foreign_copy_is_refused_and_nothing_is_touched(tmp_path):
    url = f"sqlite:///{tmp_path / 'home' / 'consultant.sqlite'}"
    migrate(url)
    before = (tmp_path / "home" / "consultant.sqlite").read_bytes()
    copy, foreign = tmp_path / "copy.sqlite", tmp_path / "foreign.sqlite"
    backup.copy_to(url, copy)
    torn = bytearray(copy.read_bytes())
    torn[5000:9000] = bytes(4000)
    copy.write_bytes(torn)
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE something (a)")
    for file in (copy, foreign):
        with pytest.raises(backup.WorkError, match="backup"):
            backup.put_back(url, file)
    assert (tmp_path / "home" / "consultant.sqlite").read_bytes() == before


@pytest.fixture
def postgres_copy(postgres_server, postgres_url) -> Iterator[tuple[str, str]]:
    """A database with a case, and the arguments that name its server to PostgreSQL's own programs."""
    yield postgres_url, postgres_server.partition("host=")[2]


@pytest.mark.needs_postgres
def test_24_a_dump_of_postgresql_restores_to_the_same_books(postgres_copy, tmp_path):
    url, folder = postgres_copy
    name = url.partition("@/")[2].partition("?")[0]
    with closing(Database(url)) as database, database.begin() as tx:
        events.append(tx, case_id=None, at=now(), actor="otto", kind="tried")
    programs, connect = programs_of_postgres(), ["-h", folder, "-U", "postgres", "-d", name]
    options = {"check": True, "timeout": 60, **account_of_postgres()}
    dump = subprocess.run([programs / "pg_dump", "--format=custom", *connect], capture_output=True, **options).stdout
    with closing(Database(url)) as database, database.begin() as tx:
        events.append(tx, case_id=None, at=now(), actor="otto", kind="lost")

    subprocess.run([programs / "pg_restore", "--clean", "--if-exists", *connect], input=dump, **options)

    with closing(Database(url)) as database, database.begin() as tx:
        assert [event.kind for event in events.latest(tx, 10)] == ["tried"]
        assert events.verify(tx).ok
        assert backup.hold_outgoing(tx, at=now(), actor="otto") == 0
        with pytest.raises(UsageError, match="pg_restore"):
            backup.put_back(url, tmp_path / "any")
