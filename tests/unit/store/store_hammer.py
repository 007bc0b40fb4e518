"""Programs that work on one database from another process, for the tests of concurrency.

Started as ``python store_hammer.py WHAT URL [ARGUMENT]``; says what is certain, one line each, flushed.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from store_mails import raw_mail, walk

from consultant.errors import TemporaryError
from consultant.model.case import STEP_OF_STATE, CaseState
from consultant.store import cases, messages
from consultant.store.session import Database
from consultant.store.writer import GroupWriter
from tests.cast import MAILBOX, NOON

_NEXT = {CaseState.RECEIVED: CaseState.ANALYSED, CaseState.ANALYSED: CaseState.DRAFTED}
_LEASE = timedelta(minutes=5)


def receive(database: Database, name: str) -> None:
    """Keep mails until killed; say the words of each mail once its future is done."""
    with GroupWriter(database, now=lambda: NOON) as group_writer:
        for start in range(0, 100_000, 10):
            words = [f"{name}-{number}" for number in range(start, start + 10)]
            futures = [group_writer.submit(raw_mail(w), (MAILBOX,)) for w in words]
            for w, future in zip(words, futures, strict=True):
                future.result()
                _say(w)


def receive_some(database: Database, name: str) -> None:
    """Keep fifty mails, one transaction each, together with whoever else writes."""
    for number in range(50):
        with database.begin() as tx:
            messages.keep(tx, raw_mail(f"{name}-{number}"), MAILBOX)
    _say("done")


def work(database: Database, name: str) -> None:
    """Do every due step until none is left; say each that was done."""
    while True:
        with database.reading() as tx:
            todo = cases.due(tx, NOON, 10)
        if not todo:
            return
        for case_id, step in todo:
            state = next(state for state, known in STEP_OF_STATE.items() if known is step)
            if _step(database, case_id, state, name):
                _say(f"{case_id} {step}")


def _step(database: Database, case_id: int, state: CaseState, name: str) -> bool:
    with database.begin() as tx:
        if cases.claim(tx, case_id, state=state, owner=name, now=NOON, lease=_LEASE) is None:
            return False
    with database.begin() as tx:
        cases.move(tx, case_id, to=_NEXT[state], at=NOON, actor=name, expect=state, owner=name)
    return True


def half(database: Database, _name: str) -> None:
    """Stand inside a transaction, everything written and nothing committed, until killed."""
    with database.begin() as tx:
        for number in range(20):
            walk(tx, messages.keep(tx, raw_mail(f"half-{number}"), MAILBOX).case_id, CaseState.SENT)
        _say("written")
        sys.stdin.read()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    what, url, name = sys.argv[1:]
    with Database(url) as database:
        try:
            {"receive": receive, "receive_some": receive_some, "work": work, "half": half}[what](database, name)
        except TemporaryError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
