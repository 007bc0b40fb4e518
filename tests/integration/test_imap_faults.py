"""Faults of mailboxes: server restarted, killed, frozen, poller killed at the worst moments; nothing is lost, nothing doubled."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from dovecot_kit import Line, needs_dovecot, running
from imapclient.exceptions import IMAPClientError
from service_kit import letter, wait_for
from test_imap import QUICK, Shop, shop

from consultant.consultation.collection import MailboxBooks
from consultant.mail.mailbox import UNREADABLE
from consultant.mail.mailbox_session import MailboxSession
from consultant.store import events

pytestmark = [pytest.mark.faults, pytest.mark.slow, needs_dovecot]
__all__ = ["shop"]


@pytest.fixture
def dovecot():
    with running() as server:
        yield server


def until_appended(dovecot, mails: list[bytes]) -> None:
    """Put mails into the mailbox as somebody does who tries again, and may put one in twice."""
    for mail in mails:
        while True:
            try:
                dovecot.append(mail)
            except (OSError, IMAPClientError):
                time.sleep(0.05)
            else:
                break


def all_kept_once(shop: Shop, dovecot, count: int) -> None:
    wait_for(lambda: shop.cases() >= count and dovecot.count() == 0, f"{count} are kept and filed", seconds=45)
    assert shop.cases() == count


def test_200_mails_while_the_server_is_restarted_and_its_sessions_are_killed_and_frozen(shop, dovecot):
    line = Line(dovecot.imap)
    mails = [letter(number) for number in range(200)]
    dovecot.append(*mails[:100])
    with shop.polling(dovecot.address(port=line.port)):
        late = threading.Thread(target=until_appended, args=(dovecot, mails[100:]))
        late.start()
        for harm in (dovecot.kill_sessions, line.cut, lambda: restart(dovecot), lambda: freeze(dovecot, 4), dovecot.kill_sessions):
            seen = shop.cases()
            wait_for(lambda seen=seen: shop.cases() > min(seen + 15, 190), "some more are kept")
            harm()
        late.join()
        all_kept_once(shop, dovecot, 200)

    assert line.commands < 200 * 8, "no busy loop"
    assert line.connections < 60
    line.close()


def restart(dovecot) -> None:
    dovecot.stop()
    dovecot.start()


def freeze(dovecot, seconds: float) -> None:
    dovecot.signal_all(signal.SIGSTOP)
    time.sleep(seconds)
    dovecot.signal_all(signal.SIGCONT)


@pytest.mark.parametrize("harm", ["killed", "restarted", "frozen", "cut"])
def test_an_idle_session_that_dies_is_noticed_without_a_rush_and_mail_goes_on(shop, dovecot, harm):
    line = Line(dovecot.imap)
    with shop.polling(dovecot.address(port=line.port)):
        wait_for(shop.has_looked, "looked")
        time.sleep(2)
        before = line.commands
        harms = {
            "killed": dovecot.kill_sessions,
            "restarted": lambda: restart(dovecot),
            "frozen": lambda: freeze(dovecot, QUICK.read + 3),
            "cut": line.cut,
        }
        harms[harm]()
        dovecot.append(letter(1))
        all_kept_once(shop, dovecot, 1)
        assert line.commands - before < 40
    line.close()


def test_a_mailbox_that_begins_a_new_life_gives_nothing_twice(shop, dovecot):
    dovecot.append(*(letter(number) for number in range(20)))
    with shop.polling(dovecot.address(options="?processed=Kept")):
        wait_for(lambda: dovecot.count("Kept") == 20, "filed")
        first = shop.standing().uid_validity
        # A backup puts some mails back, and the numbers begin anew.
        dovecot.append(*(letter(number) for number in range(15, 25)))
        dovecot.change_validity()
        all_kept_once(shop, dovecot, 25)
        wait_for(lambda: shop.standing().uid_validity != first, "the new life is noted")


class CrashError(BaseException):
    """Stands for the end of the process: no handler of ours may catch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashingBooks(MailboxBooks):
    """Ends the poller at one point of its work, once."""

    at: str
    left: list[str] = field(default_factory=list)

    def _maybe(self, point: str) -> None:
        if self.at == point and not self.left:
            self.left.append(point)
            raise CrashError

    def trying(self, validity, uids):
        MailboxBooks.trying(self, validity, uids)
        self._maybe("before the fetch")

    def keep(self, validity, mails):
        self._maybe("after the fetch")
        MailboxBooks.keep(self, validity, mails)
        self._maybe("after the commit")

    def filed(self, validity, uids):
        self._maybe("after the move")
        MailboxBooks.filed(self, validity, uids)


@pytest.mark.parametrize("point", ["before the fetch", "after the fetch", "after the commit", "after the move"])
def test_a_poller_that_dies_at_any_point_loses_nothing_and_doubles_nothing(shop, dovecot, point, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    dovecot.append(*(letter(number) for number in range(40)))
    address = dovecot.address()
    books = CrashingBooks(**{name: getattr(shop.books(address), name) for name in MailboxBooks.__slots__}, at=point)
    with shop.polling(address, books=books):
        wait_for(lambda: books.left, "it has died")

    with shop.polling(address):
        all_kept_once(shop, dovecot, 40)

    assert dovecot.count("Processed") == 40


def test_a_mail_that_kills_each_fetch_is_put_before_a_person_and_holds_up_nobody(shop, dovecot, monkeypatch):
    fetch = MailboxSession.fetch

    def poisoned(session, uids):
        if 3 in uids:
            session.close()
        return fetch(session, uids)

    monkeypatch.setattr(MailboxSession, "fetch", poisoned)
    dovecot.append(*(letter(number) for number in range(30)))
    with shop.polling(dovecot.address()):
        wait_for(lambda: dovecot.count("Quarantine") == 1 and shop.cases() == 29, "quarantined")

    with shop.database.reading() as tx:
        (told,) = [event for event in events.latest(tx, 100) if event.kind == "mailbox-quarantined"]
    assert told.detail["reason"] == UNREADABLE
    assert dovecot.count() == 0


def test_the_poller_of_a_service_is_killed_again_and_again(service, dovecot):
    service.variables["CONSULTANT_IMAP_URL"] = dovecot.url()
    dovecot.append(*(letter(number) for number in range(60)))
    service.start()
    for _ in range(3):
        wait_for(lambda: service.parts("poll"), "the poller runs")
        seen = len(service.cases())
        wait_for(lambda seen=seen: len(service.cases()) > min(seen, 50), "it fetches")
        with suppress(IndexError):
            service.kill("poll")
            dovecot.append(letter(100 + _))

    wait_for(lambda: len(service.cases()) >= 63 and dovecot.count() == 0, "all are fetched", seconds=50)
    assert len(service.cases()) == 63
    assert service.books_balance()
