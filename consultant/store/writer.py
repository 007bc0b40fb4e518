"""Group commit for incoming mail: one thread, one transaction for all that waits, an answer only after the commit.

A durable commit costs a disk flush; sharing it among the mails that wait is what lets a listener take hundreds a second. Nothing
is promised before its commit: a future is done when the mail is on disk, or has an exception when it is not.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from consultant.errors import TemporaryError
from consultant.model.message import RawMail
from consultant.store.messages import Kept, keep
from consultant.store.session import Database

MOST_MAILS = 64
"""Mails of one transaction."""
MOST_BYTES = 128 * 1024 * 1024
"""Bytes that may wait, or be under way, unless the maker says otherwise."""
_BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """One mail that waits, for all its recipients."""

    raw: RawMail
    recipients: tuple[str, ...]
    since: datetime
    future: Future[tuple[Kept, ...]]


class GroupWriter:
    """The thread that keeps incoming mail. ``now`` tells the time; ``most_bytes`` bounds what may wait.

    A single mail larger than the bound is taken when nothing else waits.
    Callbacks of the futures run in this one thread: one that blocks would keep all mail out, so let them hand their work on.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime], most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self._now = now
        self._most_bytes = most_bytes
        self._bytes = 0
        self._jobs: deque[_Job] = deque()
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
        self._thread.start()

    def submit(self, raw: RawMail, recipients: tuple[str, ...]) -> Future[tuple[Kept, ...]]:
        """Queue a mail; the future gives one ``Kept`` for each recipient, in order, once all are committed.

        Raises TemporaryError when too much waits or the writer is closing; the future has TemporaryError when the database fails.
        """
        if not recipients:
            msg = "a mail needs at least one recipient"
            raise ValueError(msg)
        job = _Job(raw, tuple(recipients), self._now(), Future())
        with self._changed:
            if self._closing:
                msg = "the service is stopping: send the mail again later"
                raise TemporaryError(msg)
            if self._bytes and self._bytes + len(raw.content) > self._most_bytes:
                msg = "too much mail is waiting to be stored: send the mail again later"
                raise TemporaryError(msg)
            self._bytes += len(raw.content)
            self._jobs.append(job)
            self._changed.notify()
        return job.future

    def waiting_for(self) -> timedelta:
        """How long the mail has waited that has waited longest; nothing when none waits."""
        with self._changed:
            return self._now() - self._jobs[0].since if self._jobs else timedelta()

    def close(self) -> None:
        """Take no more, store what waits, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _run(self) -> None:
        while batch := self._next_batch():
            self._store(batch)
            with self._changed:
                self._bytes -= sum(len(job.raw.content) for job in batch)

    def _next_batch(self) -> list[_Job]:
        """What waits, up to the bounds of a transaction; empty once we are closing and nothing waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closing)
            batch: list[_Job] = []
            size = 0
            while self._jobs and len(batch) < MOST_MAILS and size < _BATCH_BYTES:
                job = self._jobs.popleft()
                size += len(job.raw.content)
                batch.append(job)
            return batch

    def _store(self, batch: list[_Job]) -> None:
        """All in one transaction; if that fails, each alone, so that one bad mail does not keep the others out."""
        taken = [job for job in batch if job.future.set_running_or_notify_cancel()]
        error = self._together(taken)
        if error is None or len(taken) == 1:
            _refuse(taken if error else [], error)
            return
        for index, job in enumerate(taken):
            error = self._together([job])
            # It is the database that fails, not this mail: the others need not wait for the same.
            if isinstance(error, TemporaryError):
                _refuse(taken[index:], error)
                return
            _refuse([job] if error else [], error)

    def _together(self, jobs: list[_Job]) -> BaseException | None:
        """Keep the mails and tell who waits for them; or keep none, tell nobody, and return why."""
        try:
            with self._database.begin() as tx:
                kept = [tuple(keep(tx, job.raw, recipient) for recipient in job.recipients) for job in jobs]
        except Exception as error:  # noqa: BLE001  (whatever it was, who sent the mail must hear that it is not kept)
            return error
        for job, result in zip(jobs, kept, strict=True):
            job.future.set_result(result)
        return None


def _refuse(jobs: list[_Job], error: BaseException | None) -> None:
    for job in jobs:
        job.future.set_exception(error)
