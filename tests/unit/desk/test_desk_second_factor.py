"""Whoever set up a second factor needs a fresh code to come in; a code is good once."""

from __future__ import annotations

import re

import pyotp
import pytest
from cast import CORA, NOON
from desk_forms import PASSWORD, csrf

from consultant.desk.second_factor import new_secret, seal, step_of, unseal
from consultant.store import accounts


def sign_in(desk, code=""):
    return desk().post("/login", data={"name": CORA, "password": PASSWORD, "code": code}).status_code == 303


@pytest.fixture
def app(desk, office):
    """Cora's authenticator app, set up at the desk; ``app.now()`` would be the real time, so ask it ``at`` the office's."""
    cora = desk(CORA)
    page = cora.get("/account").text
    secret = re.search(r'class="code">(\w+)<', page)[1]
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    fields = {"csrf": csrf(page), "sealed": sealed, "code": pyotp.TOTP(secret).at(office.clock())}
    assert cora.post("/account/second-factor", data=fields).status_code == 303
    return pyotp.TOTP(secret)


def test_without_a_fresh_code_the_right_password_opens_nothing(desk, office, app):
    used = app.at(office.clock())
    assert not sign_in(desk)
    assert not sign_in(desk, used)
    office.clock.forward(seconds=60)
    assert not sign_in(desk, used)
    fresh = app.at(office.clock())

    assert sign_in(desk, f"{fresh[:3]} {fresh[3:]}")
    assert not sign_in(desk, fresh)


def test_the_database_does_not_hold_the_secret(office, app):
    with office.services.database.reading() as tx:
        kept = accounts.user(tx, CORA).second_factor

    assert kept
    assert app.secret not in kept
    assert unseal(office.services.key, kept) == app.secret
    assert unseal(b"another key", kept) is None


def test_a_second_factor_is_set_up_and_taken_away_with_a_code_only(desk, office):
    cora = desk(CORA)
    page = cora.get("/account").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]

    for code in ("", "000000", "nonsense"):
        assert cora.post("/account/second-factor", data={"csrf": csrf(page), "sealed": sealed, "code": code}).status_code == 422
    assert cora.post("/account/second-factor/off", data={"csrf": csrf(page), "code": ""}).status_code == 422
    assert sign_in(desk)


def test_it_is_taken_away_by_a_fresh_code(desk, office, app):
    office.clock.forward(seconds=60)
    cora = desk()
    cora.post("/login", data={"name": CORA, "password": PASSWORD, "code": app.at(office.clock())})
    office.clock.forward(seconds=60)

    cora.post("/account/second-factor/off", data={"csrf": csrf(cora.get("/account").text), "code": app.at(office.clock())})

    assert sign_in(desk)


def test_a_code_is_good_for_a_minute_and_a_half():
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOON)
    steps = [
        step_of(secret, code, NOON.fromtimestamp(NOON.timestamp() + later, NOON.tzinfo)) is not None
        for later in (-90, -30, 0, 30, 90)
    ]

    assert steps == [False, True, True, True, False]
    assert unseal(b"k", seal(b"k", secret)) == secret
