"""Mail that is fetched from a mailbox: kept first, filed away then, once each, whatever breaks in between.

A round: take the lease, look at what lies there, fetch what is not known yet, keep it (one transaction with the note that it is
kept), move it to *Processed*, and wait for news (IDLE, renewed well within ten minutes, or a slow poll). What is kept but still
lies there, because we or the server died in between, is only moved. Mail that is too large, or that could not be fetched in so many
tries, goes to *Quarantine* for a person. After any trouble the connection is given up and, after a pause that grows and is spread
at random, made anew.

Known limits: mail beyond the largest size is not kept here, it lies in *Quarantine* on the mail server; a folder with more than
some 100,000 mails is more than the library reads.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from consultant.errors import ConflictError, ConsultantError, TemporaryError
from consultant.log import describe
from consultant.mail.mailbox_address import MailboxAddress
from consultant.mail.mailbox_session import PIECE_BYTES, MailboxSession

MOST_ATTEMPTS = 5
"""Fetches of one mail; more than elsewhere, because a server that is restarted fails those that are under way."""
TOO_LARGE, UNREADABLE = "too-large", "cannot-be-fetched"
_BATCH_MAILS = 16

log = structlog.get_logger()


class Known(Protocol):
    """What is remembered of a mail that lies there."""

    @property
    def attempts(self) -> int:
        """Fetches that were begun."""

    @property
    def kept(self) -> bool:
        """Whether it is safe here."""

    @property
    def reason(self) -> str:
        """Why it is put before a person instead; empty for none."""


class Books(Protocol):
    """Where a mailbox is written down. Each may raise TemporaryError, and ConflictError when another has the mailbox by now."""

    def hold(self) -> bool:
        """Take or keep the lease; False while another has it."""

    def give_back(self) -> None:
        """Give the lease back."""

    def known(self, validity: int, present: Collection[int]) -> Mapping[int, Known]:
        """What is remembered of the mails that lie there."""

    def trying(self, validity: int, uids: Collection[int]) -> None:
        """These are about to be fetched."""

    def keep(self, validity: int, mails: Mapping[int, bytes]) -> None:
        """Keep mails durably, all or none."""

    def refuse(self, validity: int, uid: int, reason: str) -> None:
        """This mail goes before a person."""

    def filed(self, validity: int, uids: Collection[int]) -> None:
        """These have left the mailbox."""

    def looked(self, waiting: int) -> None:
        """All was looked at; so many still lie there."""

    def troubled(self, words: str) -> None:
        """The mailbox cannot be used now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often and how long, in seconds."""

    idle: float = 120.0
    """One IDLE at most; RFC 2177 wants it renewed within 29 minutes, home routers within less than ten."""
    first_idle: float = 1.0
    """The first one after mail came; each that follows is twice as long."""
    poll: float = 30.0
    """Between two looks at a server without IDLE."""
    least: float = 0.25
    """Between two looks in any case."""
    read: float = 30.0
    """Each wait for an answer."""
    first_pause: float = 1.0
    longest_pause: float = 120.0
    lease: float = 15.0
    """The lease in the database; it is renewed three times as often."""
    wait_for_lease: float = 3.0


class Poller:
    """Fetches from one mailbox until it is told to stop. ``size_max`` is the largest mail taken, in bytes."""

    def __init__(
        self, address: MailboxAddress, books: Books, *, size_max: int, pace: Pace | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._address = address
        self._books = books
        self._size_max = size_max
        self._pace = pace or Pace()
        self._tls = tls
        self._held_until = 0.0
        self._pause = 0.0
        self._idle = 0.0
        self._spread = random.Random()  # noqa: S311  (spread, not secrecy)

    def run(self, stop: threading.Event) -> None:
        """Fetch until ``stop`` is set. Never raises: trouble is logged, noted in the books, and tried again."""
        while not stop.is_set():
            try:
                if self._hold():
                    self._session(stop)
                else:
                    stop.wait(self._pace.wait_for_lease)
            except ConflictError:
                self._held_until = 0.0
                stop.wait(self._pace.wait_for_lease)
            except Exception as error:  # noqa: BLE001  (whatever a server or the library does, the next try must come)
                self._note_trouble(error)
                stop.wait(self._next_pause())
        try:
            self._books.give_back()
        except ConsultantError as error:
            log.info("mailbox not given back", error=describe(error))

    def _session(self, stop: threading.Event) -> None:
        session = MailboxSession(self._address, read_seconds=self._pace.read, tls=self._tls)
        try:
            log.info("mailbox opened", server=self._address.host, idle=session.can_idle)
            while not stop.is_set() and self._hold():
                began = time.monotonic()
                came = self.look(session)
                self._pause = 0.0
                stop.wait(max(0.0, self._pace.least - (time.monotonic() - began)))
                self._wait_for_news(session, stop, came=came)
            session.leave()
        finally:
            session.close()

    def look(self, session: MailboxSession) -> int:
        """Bring in and file away what lies there; tells how many were new."""
        present = session.uids()
        known = self._books.known(session.validity, present)
        self._file(session, [uid for uid, entry in known.items() if entry.kept or entry.reason], known)
        unknown = [uid for uid in present if uid not in known or not (known[uid].kept or known[uid].reason)]
        new = 0
        sizes = session.sizes(unknown)
        for batch in self._batches(session, sizes, known):
            new += self._take(session, batch, large=sizes[batch[0]] > PIECE_BYTES)
            self._hold_or_leave()
        waiting = len(session.uids()) if unknown else 0
        self._books.looked(waiting)
        return new

    def _batches(self, session: MailboxSession, sizes: Mapping[int, int], known: Mapping[int, Known]) -> Iterator[list[int]]:
        """Mails to fetch together; one that failed before comes last, and alone, so that it takes no other down with it."""
        tries = {uid: known[uid].attempts if uid in known else 0 for uid in sizes}
        batch: list[int] = []
        held = 0
        for uid, size in sizes.items():
            reason = TOO_LARGE if size > self._size_max else UNREADABLE if tries[uid] >= MOST_ATTEMPTS else ""
            if reason:
                self._refuse(session, uid, reason)
            elif not tries[uid]:
                if batch and (len(batch) == _BATCH_MAILS or held + size > PIECE_BYTES):
                    yield batch
                    batch, held = [], 0
                batch.append(uid)
                held += size
        if batch:
            yield batch
        again = [uid for uid in sizes if 0 < tries[uid] < MOST_ATTEMPTS and sizes[uid] <= self._size_max]
        yield from ([uid] for uid in sorted(again, key=lambda uid: tries[uid]))

    def _take(self, session: MailboxSession, uids: list[int], *, large: bool) -> int:
        self._books.trying(session.validity, uids)
        most = self._size_max
        mails = session.fetch_large(uids[0], most=most, go_on=self._hold_or_leave) if large else session.fetch(uids)
        if mails:
            self._books.keep(session.validity, mails)
            self._move(session, list(mails), self._address.processed)
            log.info("mail fetched", count=len(mails))
        return len(mails)

    def _refuse(self, session: MailboxSession, uid: int, reason: str) -> None:
        self._books.refuse(session.validity, uid, reason)
        log.warning("mail put into the quarantine folder", uid=uid, reason=reason)
        self._move(session, [uid], self._address.quarantine)

    def _file(self, session: MailboxSession, uids: list[int], known: Mapping[int, Known]) -> None:
        """Move what an earlier round could not move any more."""
        self._move(session, [uid for uid in uids if not known[uid].reason], self._address.processed)
        self._move(session, [uid for uid in uids if known[uid].reason], self._address.quarantine)

    def _move(self, session: MailboxSession, uids: list[int], folder: str) -> None:
        if uids:
            session.file(uids, folder)
            self._books.filed(session.validity, uids)

    def _wait_for_news(self, session: MailboxSession, stop: threading.Event, *, came: int) -> None:
        def go_on() -> bool:
            return not stop.is_set() and self._hold()

        if not session.can_idle:
            self._slowly(stop)
            return
        # A mail that comes between the look and IDLE may go unheard; short waits after activity keep that short.
        self._idle = self._pace.first_idle if came or not self._idle else min(self._idle * 2, self._pace.idle)
        session.idle(min(self._idle, self._pace.idle), go_on)

    def _slowly(self, stop: threading.Event) -> None:
        end = time.monotonic() + self._pace.poll
        while (left := end - time.monotonic()) > 0 and not stop.wait(min(left, self._pace.lease / 3)):
            self._hold_or_leave()

    def _hold(self) -> bool:
        """Whether the mailbox is ours; the lease is renewed when a third of it is over."""
        if time.monotonic() < self._held_until - self._pace.lease * 2 / 3:
            return True
        asked = time.monotonic()
        if not self._books.hold():
            self._held_until = 0.0
            return False
        self._held_until = asked + self._pace.lease
        return True

    def _hold_or_leave(self) -> None:
        if not self._hold():
            msg = "another program fetches from this mailbox by now: leave it to that one"
            raise ConflictError(msg)

    def _note_trouble(self, error: Exception) -> None:
        words = str(error) if isinstance(error, ConsultantError) else f"the mail server failed us ({type(error).__name__})"
        log.warning("mailbox in trouble", server=self._address.host, error=describe(error))
        self._idle = 0.0
        try:
            self._books.troubled(words)
        except TemporaryError as second:
            log.info("trouble not noted", error=describe(second))

    def _next_pause(self) -> float:
        """Doubling up to the longest, and spread over half of it, so that pollers do not all come back at one moment."""
        self._pause = min(max(self._pace.first_pause, self._pause * 2), self._pace.longest_pause)
        return self._pause * self._spread.uniform(0.5, 1.0)
