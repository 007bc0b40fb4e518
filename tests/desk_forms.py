"""What a browser does with the forms of the desk: find the token, send the fields as the page holds them."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

PASSWORD = "correct horse battery"


def csrf(page: str) -> str:
    return re.search(r'name="csrf" value="(\w+)"', page)[1]


def decide(client: TestClient, case_id: int, action: str, **fields: str):
    """Send one of the forms of a case page, as the page holds it."""
    page = client.get(f"/cases/{case_id}").text
    draft_hash = re.search(r'name="draft_hash" value="(\w+)"', page)
    fields = {"csrf": csrf(page)} | ({"draft_hash": draft_hash[1]} if draft_hash else {}) | fields
    return client.post(f"/cases/{case_id}/{action}", data=fields)
