"""Mailboxes in the database: one holder at a time, rows that come with a mail and go when it has left, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_mails import NOON

from consultant.errors import ConflictError
from consultant.store import mailboxes
from consultant.store.mailboxes import Entry, Place

NAME = "consult@mail.example:993/INBOX"
LEASE = timedelta(seconds=15)
ONE, TWO = Place(NAME, 100, "one"), Place(NAME, 100, "two")


@pytest.fixture
def tx(database):
    with database.begin() as tx:
        assert mailboxes.hold(tx, NAME, "one", NOON, LEASE)
        yield tx


def test_one_holds_it_until_the_lease_is_over_or_given_back(tx):
    assert not mailboxes.hold(tx, NAME, "two", NOON + LEASE / 2, LEASE)
    assert mailboxes.hold(tx, NAME, "one", NOON + LEASE / 2, LEASE)
    assert not mailboxes.hold(tx, NAME, "two", NOON + LEASE, LEASE)
    assert mailboxes.hold(tx, NAME, "two", NOON + 2 * LEASE, LEASE)
    mailboxes.release(tx, NAME, "one")
    assert not mailboxes.hold(tx, NAME, "one", NOON + 2 * LEASE, LEASE)
    mailboxes.release(tx, NAME, "two")
    assert mailboxes.hold(tx, NAME, "one", NOON + 2 * LEASE, LEASE)


def test_a_lease_of_a_clock_that_went_wrong_holds_nobody_off(tx):
    assert mailboxes.hold(tx, NAME, "two", NOON - timedelta(days=1), LEASE)


@pytest.mark.parametrize(
    "write",
    [
        lambda tx: mailboxes.known(tx, TWO, [1]),
        lambda tx: mailboxes.count_attempt(tx, TWO, [1]),
        lambda tx: mailboxes.note_kept(tx, TWO, 1),
        lambda tx: mailboxes.note_refused(tx, TWO, 1, "too-large"),
    ],
)
def test_who_does_not_hold_it_writes_nothing(tx, write):
    with pytest.raises(ConflictError, match="leave it"):
        write(tx)


def test_attempts_are_counted_and_a_kept_mail_is_known_until_it_has_left(tx):
    assert mailboxes.known(tx, ONE, [1, 2, 3]) == {}
    mailboxes.count_attempt(tx, ONE, [1, 2, 3])
    mailboxes.count_attempt(tx, ONE, [2])
    mailboxes.note_kept(tx, ONE, 1)
    mailboxes.note_refused(tx, ONE, 3, "too-large")

    assert mailboxes.known(tx, ONE, [1, 2, 3, 4]) == {
        1: Entry(1, kept=True, reason=""),
        2: Entry(2, kept=False, reason=""),
        3: Entry(1, kept=False, reason="too-large"),
    }
    mailboxes.forget(tx, ONE, [3])
    assert mailboxes.known(tx, ONE, [2, 3, 4]) == {2: Entry(2, kept=False, reason="")}
    assert mailboxes.standing(tx)[0].last_uid == 3


def test_a_new_life_of_the_mailbox_forgets_the_old_numbers(tx):
    mailboxes.note_kept(tx, ONE, 7)
    new = Place(NAME, 200, "one")

    assert mailboxes.known(tx, new, [7]) == {}
    mailboxes.note_kept(tx, new, 2)
    assert (mailboxes.standing(tx)[0].uid_validity, mailboxes.standing(tx)[0].last_uid) == (200, 2)


def test_trouble_is_shown_until_all_was_looked_at_again(tx):
    mailboxes.note_trouble(tx, NAME, "no way in")
    troubled = mailboxes.standing(tx)[0]
    mailboxes.note_looked(tx, NAME, at=NOON, waiting=2)
    well = mailboxes.standing(tx)[0]

    assert (troubled.trouble, troubled.looked) == ("no way in", None)
    assert (well.trouble, well.looked, well.waiting) == ("", NOON, 2)
