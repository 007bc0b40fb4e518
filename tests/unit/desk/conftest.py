"""The desk of an office with Cora, Otto and Ada, for the tests of code pages, ask box, JSON interface and ops."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import ADA, CORA, OTTO
from starlette.testclient import TestClient

from consultant.desk.app import create_app
from consultant.desk.options import Options, no_bells
from consultant.desk.passwords import hash_password
from consultant.store import accounts

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def visit(office, password_hash):
    """Gives a browser: of somebody who is signed in, or of a guest, whose network may be chosen."""
    with office.services.database.begin() as tx:
        for name, role in ((CORA, "consultant"), (OTTO, "ops")):
            accounts.add_user(tx, name, accounts.Role(role), password_hash)
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
