"""The desk of an office, and browsers at it: signed in, or of guests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import ADA, CARL, CORA, OTTO
from desk_forms import PASSWORD
from starlette.testclient import TestClient

from consultant.desk.app import create_app
from consultant.desk.options import Options, no_bells
from consultant.desk.passwords import hash_password
from consultant.store import accounts


@pytest.fixture(scope="session")
def kept_password() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def visit(office, kept_password):
    """Gives a browser: of somebody who is signed in, or of a guest, whose network may be chosen."""
    with office.services.database.begin() as tx:
        for name, role in ((CORA, "consultant"), (OTTO, "ops")):
            accounts.add_user(tx, name, accounts.Role(role), kept_password)
        accounts.add_asker(tx, ADA)
    apps = {}

    def browser(
        name: str = "", *, public: bool = True, network: str = "192.0.2.9", bells: Callable[[], int] = no_bells
    ) -> TestClient:
        if (public, bells) not in apps:
            options = Options(public_codes=public, flower="http://127.0.0.1:5555", bells=bells)
            apps[public, bells] = create_app(office.services, secure_cookies=False, options=options)
        client = TestClient(apps[public, bells], base_url="http://desk.example", follow_redirects=False, client=(network, 50000))
        if name:
            client.post("/login", data={"name": name, "password": PASSWORD})
        return client

    return browser


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
