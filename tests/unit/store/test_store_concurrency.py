"""Many at once: threads and processes on one database, some of them killed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from store_mails import LETTER, a_case, raw_mail, reply, walk

from consultant.errors import ConflictError
from consultant.model.case import CaseState
from consultant.model.draft import Action, Decision, DraftKind, letter_hash
from consultant.store import cases, drafts, events, messages, outbox, reconcile, tables
from consultant.store.session import Database
from tests.cast import CORA, MAILBOX, NOON

_HAMMER = Path(__file__).with_name("store_hammer.py")
_LEASE = timedelta(minutes=5)


@pytest.fixture
def patient(database_url):
    """The database for somebody who has fifty others before them."""
    with Database(database_url, patience=60) as made:
        yield made


def _start(what: str, url: str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, _HAMMER, what, url, name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _end(program: subprocess.Popen[str]) -> list[str]:
    lines = program.communicate(timeout=120)[0].splitlines()
    assert program.returncode == 0
    return lines


def test_of_fifty_approvals_at_once_one_succeeds_and_one_mail_is_queued(patient, at_once):
    with patient.begin() as tx:
        case_id = a_case(tx)
        walk(tx, case_id, CaseState.IN_REVIEW)
        drafts.add(tx, case_id, DraftKind.ANSWER, LETTER, "engine", NOON)

    def approve(_number: int) -> str:
        with patient.begin() as tx:
            drafts.decide(tx, case_id, Decision(Action.APPROVE, CORA, "", letter_hash(LETTER), NOON))
            cases.move(tx, case_id, to=CaseState.APPROVED, at=NOON, actor=CORA, expect=CaseState.IN_REVIEW)
            outbox.put(tx, case_id=case_id, key=f"reply:{case_id}", letter_name="answer", mail=reply(), at=NOON)
        return "approved"

    results = Counter(type(r) if isinstance(r, Exception) else r for r in at_once(50, approve))
    assert results == {"approved": 1, ConflictError: 49}
    with patient.reading() as tx:
        assert (len(drafts.decisions(tx, case_id)), len(outbox.of_case(tx, case_id))) == (1, 1)
        assert events.verify(tx).ok


def test_of_fifty_mails_under_one_key_one_is_queued(patient, at_once):
    with patient.begin() as tx:
        case_id = a_case(tx)

    def put(number: int) -> bool:
        with patient.begin() as tx:
            return outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(number), at=NOON)

    assert Counter(at_once(50, put)) == {True: 1, False: 49}
    with patient.reading() as tx:
        assert len(outbox.of_case(tx, case_id)) == 1


def test_of_fifty_workers_one_starts_the_mail(patient, at_once):
    with patient.begin() as tx:
        case_id = a_case(tx)
        outbox.put(tx, case_id=case_id, key="reply:1", letter_name="answer", mail=reply(), at=NOON)

    def start(_number: int) -> bool:
        with patient.begin() as tx:
            return outbox.start(tx, 1, NOON, _LEASE)

    assert Counter(at_once(50, start)) == {True: 1, False: 49}


def test_of_fifty_workers_one_claims_the_case(patient, at_once):
    with patient.begin() as tx:
        case_id = a_case(tx)

    def claim(number: int) -> bool:
        with patient.begin() as tx:
            found = cases.claim(tx, case_id, state=CaseState.RECEIVED, owner=f"worker-{number}", now=NOON, lease=_LEASE)
            return found is not None

    assert Counter(at_once(50, claim)) == {True: 1, False: 49}


def test_one_mail_by_twenty_ways_at_once_is_one_case(patient, at_once):
    def keep(_number: int) -> tuple[int, bool]:
        with patient.begin() as tx:
            kept = messages.keep(tx, raw_mail(), MAILBOX)
            return kept.case_id, kept.is_new

    assert Counter(at_once(20, keep)) == {(1, True): 1, (1, False): 19}


def test_history_written_by_many_at_once_is_whole(patient, at_once):
    def write(number: int) -> None:
        for part in range(5):
            with patient.begin() as tx:
                case_id = a_case(tx, f"{number}-{part}")
                cases.move(tx, case_id, to=CaseState.ANALYSED, at=NOON, actor="engine", expect=CaseState.RECEIVED)

    assert at_once(8, write) == [None] * 8
    with patient.reading() as tx:
        assert events.verify(tx) == events.ChainReport(ok=True, count=80, broken_at=None)


def test_transactions_that_cross_do_not_deadlock(patient, at_once):
    with patient.begin() as tx:
        pair = (a_case(tx, "one"), a_case(tx, "two"))

    def cross(number: int) -> None:
        for _ in range(10):
            with patient.begin() as tx:
                for case_id in pair if number % 2 else pair[::-1]:
                    cases.name_asker(tx, case_id, sender=f"{number}@x.example", subject="")
                    events.append(tx, case_id=case_id, at=NOON, actor="engine", kind="noted")

    assert at_once(4, cross) == [None] * 4


def test_processes_that_receive_and_work_at_once_lose_nothing_and_do_nothing_twice(database, database_url):
    with database.begin() as tx:
        for number in range(30):
            a_case(tx, f"early-{number}")
    receivers = [_start("receive_some", database_url, f"listener-{n}") for n in range(2)]
    workers = [_start("work", database_url, f"worker-{n}") for n in range(2)]
    assert [_end(receiver) for receiver in receivers] == [["done"], ["done"]]
    done = [line for worker in workers for line in _end(worker)]
    done += _end(_start("work", database_url, "worker-last"))
    with database.reading() as tx:
        assert cases.counts(tx)[CaseState.DRAFTED] == 130
        assert reconcile.count(tx).holds
    assert (len(done), set(Counter(done).values())) == (260, {1})


def test_a_listener_killed_at_any_moment_has_kept_all_it_promised(database, database_url):
    promised: list[str] = []
    for run in range(3):
        listener = _start("receive", database_url, f"run-{run}")
        promised += [listener.stdout.readline().strip() for _ in range(30 * (run + 1))]
        listener.kill()
        promised += [line.strip() for line in listener.stdout if line.endswith("\n")]
        listener.wait()
        listener.stdout.close()
        listener.stdin.close()
    with database.reading() as tx:
        kept = {messages.raw(tx, number).content for number in tx.execute(select(tables.message.c.id)).scalars().all()}
        assert reconcile.count(tx).holds
    assert {raw_mail(words).content for words in promised} <= kept


def test_a_mail_kept_just_before_a_kill_and_sent_again_is_one_case(database, database_url):
    listener = _start("receive", database_url, "twice")
    words = listener.stdout.readline().strip()
    listener.kill()
    listener.communicate()
    with database.begin() as tx:
        again = messages.keep(tx, raw_mail(words), MAILBOX)
    assert not again.is_new


def test_a_process_killed_inside_a_transaction_leaves_nothing_and_holds_nobody_up(database, database_url):
    killed = _start("half", database_url, "half")
    assert killed.stdout.readline() == "written\n"
    killed.kill()
    killed.communicate()
    with database.begin() as tx:
        assert cases.listing(tx) == ()
        a_case(tx)
        assert events.verify(tx).count == 1
