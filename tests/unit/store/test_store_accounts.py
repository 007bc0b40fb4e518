"""Users, sessions and askers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consultant.errors import ConflictError, NotFoundError
from consultant.store import accounts
from consultant.store.accounts import Asker, Role, User
from tests.cast import ADA, BEN, CARL, CORA, NOON, OTTO

_HOUR = timedelta(hours=1)


@pytest.fixture
def staffed(database):
    """A database with Cora, who has a session of an hour, and Otto."""
    with database.begin() as tx:
        accounts.add_user(tx, CORA, Role.CONSULTANT, "hash")
        accounts.add_user(tx, OTTO, Role.OPS, "hash-2")
        accounts.open_session(tx, "token", CORA, NOON + _HOUR)
    return database


def test_users_are_listed_by_name(staffed):
    with staffed.reading() as tx:
        expected = (User(CORA, Role.CONSULTANT, "hash", disabled=False), User(OTTO, Role.OPS, "hash-2", disabled=False))
        assert expected == accounts.users(tx)


def test_a_user_is_found_whatever_the_case_of_letters(staffed):
    with staffed.reading() as tx:
        assert accounts.user(tx, " Cora ").role is Role.CONSULTANT
        assert accounts.user(tx, CARL) is None


def test_a_name_is_taken_once(staffed):
    with staffed.begin() as tx:
        accounts.disable_user(tx, CORA)
        with pytest.raises(ConflictError, match="cora is taken"):
            accounts.add_user(tx, "CORA", Role.OPS, "other")
        assert accounts.user(tx, CORA).password_hash == "hash"


def test_a_session_lasts_until_it_expires(staffed):
    with staffed.reading() as tx:
        assert accounts.session_user(tx, "token", NOON).name == CORA
        assert accounts.session_user(tx, "token", NOON + _HOUR) is None
        assert accounts.session_user(tx, "guess", NOON) is None


def test_a_closed_session_is_over(staffed):
    with staffed.begin() as tx:
        accounts.close_session(tx, "token")
        accounts.close_session(tx, "token")
        assert accounts.session_user(tx, "token", NOON) is None


def test_a_disabled_user_is_out_at_once(staffed):
    with staffed.begin() as tx:
        accounts.disable_user(tx, CORA)
        assert accounts.session_user(tx, "token", NOON) is None
        assert accounts.user(tx, CORA).disabled


def test_a_new_password_ends_every_session(staffed):
    with staffed.begin() as tx:
        accounts.set_password(tx, CORA, "new")
        assert (accounts.session_user(tx, "token", NOON), accounts.user(tx, CORA).password_hash) == (None, "new")


def test_expired_sessions_can_be_forgotten(staffed):
    with staffed.begin() as tx:
        accounts.open_session(tx, "token-2", OTTO, NOON + 2 * _HOUR)
        assert accounts.forget_expired(tx, NOON + _HOUR) == 1
        assert accounts.session_user(tx, "token-2", NOON).name == OTTO


def test_who_is_not_there_cannot_be_disabled_or_signed_in(staffed):
    with staffed.begin() as tx, pytest.raises(NotFoundError, match="no user carl"):
        accounts.disable_user(tx, CARL)
    with pytest.raises(ConflictError), staffed.begin() as tx:
        accounts.open_session(tx, "token-3", CARL, NOON + _HOUR)


def test_askers_are_registered_once_and_can_be_disabled(database):
    with database.begin() as tx:
        accounts.add_asker(tx, ADA.upper(), plan="trial")
        with pytest.raises(ConflictError, match="registered already"):
            accounts.add_asker(tx, ADA)
        accounts.disable_asker(tx, ADA)
        assert accounts.asker(tx, ADA) == Asker(ADA, "trial", disabled=True)
        assert accounts.askers(tx) == (Asker(ADA, "trial", disabled=True),)
        assert accounts.asker(tx, BEN) is None
        with pytest.raises(NotFoundError, match="not registered"):
            accounts.disable_asker(tx, BEN)
