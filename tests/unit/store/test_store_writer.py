"""Group commit: nothing is promised before it is on disk, and one bad mail keeps nobody out."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from store_mails import a_case, raw_mail

from consultant.errors import TemporaryError
from consultant.store import cases, messages, reconcile, writer
from consultant.store.session import Database
from consultant.store.writer import GroupWriter
from tests.cast import MAILBOX, NOON

_WAIT = 20


class SlowDatabase:
    """A real database whose transactions wait for ``go``, and which tells how many there were and what fails."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.go = threading.Event()
        self.entered = threading.Semaphore(0)
        self.transactions = 0
        self.fail_next: list[Exception | None] = []

    @contextmanager
    def begin(self):
        self.transactions += 1
        self.entered.release()
        self.go.wait(_WAIT)
        with self.database.begin() as tx:
            yield tx
            if self.fail_next and (error := self.fail_next.pop(0)):
                raise error


@pytest.fixture
def slow(database):
    return SlowDatabase(database)


@pytest.fixture
def group_writer(slow):
    with GroupWriter(slow, now=lambda: NOON) as made:
        yield made
        slow.go.set()


def _hold_first(slow, group_writer):
    """One mail under way whose transaction waits, so that what comes next waits together."""
    first = group_writer.submit(raw_mail("first"), (MAILBOX,))
    assert slow.entered.acquire(timeout=_WAIT)
    return first


def test_a_mail_is_kept_for_each_of_its_recipients(database, slow, group_writer):
    slow.go.set()
    kept = group_writer.submit(raw_mail(), (MAILBOX, f"second.{MAILBOX}")).result(_WAIT)
    with database.reading() as tx:
        assert [messages.raw(tx, k.message_id) for k in kept] == [raw_mail()] * 2
    assert len({k.case_id for k in kept}) == 2


def test_nobody_is_told_before_the_commit(slow, group_writer):
    future = _hold_first(slow, group_writer)
    assert not future.done()
    slow.go.set()
    assert future.result(_WAIT)[0].is_new


def test_what_waits_together_is_committed_together(database, slow, group_writer):
    futures = [_hold_first(slow, group_writer)]
    futures += [group_writer.submit(raw_mail(f"mail {n}"), (MAILBOX,)) for n in range(writer.MOST_MAILS)]
    slow.go.set()
    assert all(future.result(_WAIT)[0].is_new for future in futures)
    assert slow.transactions == 2
    with database.reading() as tx:
        assert reconcile.count(tx).received == len(futures)


def test_more_than_a_transaction_takes_is_shared_out(slow, group_writer):
    futures = [_hold_first(slow, group_writer)]
    futures += [group_writer.submit(raw_mail(f"mail {n}"), (MAILBOX,)) for n in range(writer.MOST_MAILS + 1)]
    slow.go.set()
    assert all(future.result(_WAIT)[0].is_new for future in futures)
    assert slow.transactions == 3


def test_the_same_mail_twice_in_one_transaction_is_one_case(slow, group_writer):
    futures = [_hold_first(slow, group_writer), *(group_writer.submit(raw_mail("same"), (MAILBOX,)) for _ in range(3))]
    slow.go.set()
    kept = [future.result(_WAIT)[0] for future in futures[1:]]
    assert [k.is_new for k in kept] == [True, False, False]
    assert len({k.case_id for k in kept}) == 1


def test_one_bad_mail_keeps_nobody_else_out(database, slow, group_writer):
    first = _hold_first(slow, group_writer)
    naive = replace(raw_mail("bad"), received=NOON.replace(tzinfo=None))
    good, bad, also_good = (group_writer.submit(mail, (MAILBOX,)) for mail in (raw_mail("good"), naive, raw_mail("also good")))
    slow.go.set()
    assert [f.result(_WAIT)[0].is_new for f in (first, good, also_good)] == [True, True, True]
    with pytest.raises(ValueError, match="time zone"):
        bad.result(_WAIT)
    with database.reading() as tx:
        balance = reconcile.count(tx)
    assert (balance.received, balance.holds) == (3, True)


def test_a_batch_that_fails_is_tried_one_by_one(slow, group_writer):
    slow.fail_next = [None, TemporaryError("once")]
    futures = [_hold_first(slow, group_writer), *(group_writer.submit(raw_mail(f"mail {n}"), (MAILBOX,)) for n in range(3))]
    slow.go.set()
    assert [future.result(_WAIT)[0].is_new for future in futures] == [True] * 4
    assert slow.transactions == 5


def test_a_database_that_fails_again_is_not_asked_for_every_mail(database, slow, group_writer):
    slow.fail_next = [None, TemporaryError("locked"), None, TemporaryError("locked still")]
    futures = [_hold_first(slow, group_writer), *(group_writer.submit(raw_mail(f"mail {n}"), (MAILBOX,)) for n in range(20))]
    slow.go.set()
    errors = [type(future.exception(_WAIT)) for future in futures]
    assert errors == [type(None)] * 2 + [TemporaryError] * 19
    assert slow.transactions == 4
    with database.reading() as tx:
        assert len(cases.listing(tx)) == 2


def test_a_locked_database_is_a_temporary_error_and_the_writer_goes_on_afterwards(database, impatient):
    with GroupWriter(impatient, now=lambda: NOON) as group_writer:
        with database.begin() as tx:
            a_case(tx)
            with pytest.raises(TemporaryError, match="locked by another"):
                group_writer.submit(raw_mail("refused"), (MAILBOX,)).result(_WAIT)
        assert group_writer.submit(raw_mail("refused"), (MAILBOX,)).result(_WAIT)[0].is_new


def test_too_much_waiting_mail_is_refused_for_now(slow):
    size = len(raw_mail("first").content)
    with GroupWriter(slow, now=lambda: NOON, most_bytes=3 * size) as group_writer:
        futures = [_hold_first(slow, group_writer), *(group_writer.submit(raw_mail(str(n)), (MAILBOX,)) for n in (1, 2))]
        with pytest.raises(TemporaryError, match="too much mail"):
            group_writer.submit(raw_mail("a longer one"), (MAILBOX,))
        slow.go.set()
        assert all(future.result(_WAIT)[0].is_new for future in futures)
        # The bytes are free a moment after the futures are done: a mail behind them proves it.
        _eventually(lambda: group_writer.submit(raw_mail("a longer one"), (MAILBOX,)).result(_WAIT)[0].is_new)


def _eventually(attempt):
    pause = threading.Event()
    for _ in range(1000):
        try:
            assert attempt()
        except TemporaryError:
            pause.wait(0.01)
        else:
            return
    pytest.fail("still too much mail waits")


def test_a_mail_above_the_bound_is_taken_when_nothing_waits(database):
    with GroupWriter(database, now=lambda: NOON, most_bytes=1) as group_writer:
        assert group_writer.submit(raw_mail(), (MAILBOX,)).result(_WAIT)[0].is_new


def test_closing_stores_what_waits_and_takes_no_more(slow):
    group_writer = GroupWriter(slow, now=lambda: NOON)
    futures = [_hold_first(slow, group_writer), *(group_writer.submit(raw_mail(f"mail {n}"), (MAILBOX,)) for n in range(5))]
    closer = threading.Thread(target=group_writer.close)
    closer.start()
    slow.go.set()
    closer.join(_WAIT)
    assert [future.result(0)[0].is_new for future in futures] == [True] * 6
    with pytest.raises(TemporaryError, match="stopping"):
        group_writer.submit(raw_mail("late"), (MAILBOX,))
    group_writer.close()


def test_a_mail_nobody_waits_for_any_more_is_not_stored(database, slow, group_writer):
    first = _hold_first(slow, group_writer)
    gone, behind = (group_writer.submit(raw_mail(words), (MAILBOX,)) for words in ("gone", "behind"))
    assert gone.cancel()
    slow.go.set()
    assert [f.result(_WAIT)[0].is_new for f in (first, behind)] == [True, True]
    with pytest.raises(CancelledError):
        gone.result(_WAIT)
    with database.reading() as tx:
        assert len(cases.listing(tx)) == 2


def test_a_mail_for_nobody_is_a_mistake_of_the_caller(group_writer):
    with pytest.raises(ValueError, match="at least one recipient"):
        group_writer.submit(raw_mail(), ())


def test_the_age_of_the_oldest_waiting_mail_is_told(slow):
    clock = [NOON]
    with GroupWriter(slow, now=lambda: clock[0]) as group_writer:
        assert group_writer.waiting_for() == timedelta()
        _hold_first(slow, group_writer)
        group_writer.submit(raw_mail("second"), (MAILBOX,))
        clock[0] += timedelta(seconds=7)
        assert group_writer.waiting_for() == timedelta(seconds=7)
        slow.go.set()
