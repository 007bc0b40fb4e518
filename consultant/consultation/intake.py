"""Intake: a mail object that came in is kept, and the bell is rung after the commit. Nothing is parsed on this path."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from consultant.model.case import Step
from consultant.model.message import RawMail
from consultant.store.messages import Kept
from consultant.store.writer import GroupWriter


class Intake:
    """What the listener's ``deliver`` does: keep the mail for our mailbox, then ring."""

    def __init__(self, writer: GroupWriter, *, mailbox: str, ring: Callable[[Step, int], None]) -> None:
        self._writer = writer
        self._mailbox = mailbox
        self._ring = ring

    def deliver(self, raw: RawMail) -> Future[tuple[Kept, ...]]:
        """Keep a mail; the future is done once it is committed. Raises TemporaryError when too much waits.

        All our addresses (the mailbox, its signed forms, bounce addresses) stand for the one mailbox: a mail that names several of
        them is one delivery.
        """
        future = self._writer.submit(raw, (self._mailbox,))
        future.add_done_callback(self._announce)
        return future

    def _announce(self, done: Future[tuple[Kept, ...]]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        for kept in done.result():
            # A repeat rings too: the first time the bell may have been lost.
            self._ring(Step.ANALYSE, kept.case_id)
