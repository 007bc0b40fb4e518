"""The desk of an office, and browsers that are signed in at it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import CARL, CORA, OTTO
from desk_forms import PASSWORD
from starlette.testclient import TestClient

from consultant.desk.app import create_app
from consultant.desk.passwords import hash_password
from consultant.store import accounts


@pytest.fixture(scope="module")
def kept_password() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def desk(office, kept_password):
    """The desk of an office with Cora, Carl and Otto; gives a browser that is signed in as whom it is asked for."""
    app = create_app(office.services, secure_cookies=False)
    with office.services.database.begin() as tx:
        for name, role in ((CORA, "consultant"), (CARL, "consultant"), (OTTO, "ops")):
            accounts.add_user(tx, name, accounts.Role(role), kept_password)

    def browser(name: str = "", *, password: str = PASSWORD) -> TestClient:
        client = TestClient(app, base_url="http://desk.example", follow_redirects=False)
        if name:
            client.answer = client.post("/login", data={"name": name, "password": password})
        return client

    return browser


@pytest.fixture
def slow_office(office):
    """An office whose approved letters wait ten seconds."""
    return office.with_(send_delay=timedelta(seconds=10))
