"""Passwords are kept as argon2id hashes, and guessing is slowed down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import NOON

from consultant.desk.passwords import Throttle, hash_password, password_fits


def test_a_password_fits_its_own_hash_only():
    kept = hash_password("correct horse battery")

    assert kept.startswith("$argon2id$")
    assert password_fits("correct horse battery", kept)
    assert not password_fits("correct horse", kept)


def test_nothing_fits_a_name_that_does_not_exist():
    assert not password_fits("nobody has this password", None)


def test_a_damaged_hash_fits_nothing():
    assert not password_fits("anything at all", "$argon2id$broken")


def test_a_short_password_is_refused():
    with pytest.raises(ValueError, match="at least 10"):
        hash_password("short")


def test_five_failures_close_a_name_for_five_minutes():
    throttle = Throttle(allowed=5, window=timedelta(minutes=5))
    for second in range(5):
        assert not throttle.is_closed("cora", NOON)
        throttle.failed("cora", NOON + timedelta(seconds=second))

    assert throttle.is_closed("cora", NOON + timedelta(minutes=4))
    assert not throttle.is_closed("carl", NOON + timedelta(minutes=4))
    assert not throttle.is_closed("cora", NOON + timedelta(minutes=5, seconds=1))
