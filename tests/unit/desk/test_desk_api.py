"""The JSON interface: who may call, what comes back, and that every refusal is one clear line."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from cast import CORA, NOON, OTTO

from consultant import settings
from consultant.commands import people
from consultant.desk.passes import make_token, person_of_token
from consultant.desk.passwords import hash_password
from consultant.desk.views.openapi import document
from consultant.errors import NotFoundError
from consultant.model.wire import from_json
from consultant.opening import key_of, now, open_database
from consultant.store import accounts

CASE = "Ultrasound bone density of the left heel was done for osteoporosis screening."
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)}


@pytest.fixture
def token(visit, office):
    """A token of Cora, for a client without cookies; ``visit`` has added her."""
    with office.services.database.reading() as tx:
        cora = accounts.user(tx, CORA)
    return make_token(office.services.key, cora, (NOON + timedelta(days=30)).date())


@pytest.fixture
def call(visit, token):
    client = visit()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def fits(schema: dict, value: object, at: str = "") -> None:
    """Hold a value against the parts of JSON Schema that our document uses."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    assert not kinds or isinstance(value, tuple(kind for name in kinds for kind in _many(TYPES[name]))), at
    assert value in schema.get("enum", [value]), at
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= value.keys(), at
        for key, inner in schema.get("properties", {}).items():
            if key in value:
                fits(inner, value[key], f"{at}.{key}")
    if isinstance(value, list) and "items" in schema:
        for one in value:
            fits(schema["items"], one, f"{at}[]")


def _many(kind: object) -> tuple:
    return kind if isinstance(kind, tuple) else (kind,)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/v1/codes/{code}", "/api/v1/codes/77080?date=2026-10-01"),
        ("/api/v1/codes/{code}", "/api/v1/codes/m810"),
        ("/api/v1/search", "/api/v1/search?q=heel+bone+density&system=cpt&limit=3"),
        ("/api/v1/pairs", "/api/v1/pairs?one=77080&other=77081"),
    ],
)
def test_answers_have_the_shape_that_the_document_says(call, path, address):
    answer = call.get(address)

    assert answer.status_code == 200
    schema = document()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    fits(schema, answer.json())


def test_an_analysis_is_that_of_the_contract(call):
    by_text = call.post("/api/v1/analyze", json={"id": "A-17", "text": CASE})
    by_mail = call.post("/api/v1/analyze", json={"subject": "heel", "body": CASE, "from": "ada@lakeside.example"})

    row = by_text.json()
    fits({"$ref": "#/components/schemas/Analysis"}, row)
    assert row["id"] == "A-17"
    assert [one["code"] for one in row["procedures"]] == ["76977"]
    assert all(row["text"][e["start"] : e["end"]] == e["text"] for e in row["procedures"][0]["evidence"])
    assert from_json(row).reading.procedures[0].code == "76977"
    assert by_mail.json()["procedures"][0]["code"] == "76977"


def test_a_robots_mail_is_ignored_here_too(call):
    row = call.post("/api/v1/analyze", json={"body": CASE, "from": "mailer-daemon@lists.example"}).json()

    assert (row["disposition"], row["procedures"]) == ("ignore", [])


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"text": 7}', "application/json", 400),
        (b'{"text": "  "}', "application/json", 400),
        (b'{"text": "x", "received": "soon"}', "application/json", 400),
        (b'{"text": "x", "id": []}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"text=x", "application/x-www-form-urlencoded", 415),
        (b'{"text": "' + b"x" * 61_000 + b'"}', "application/json", 413),
        (b'{"text": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_a_bad_request_gets_one_line_that_says_what_to_do(call, content, kind, status):
    answer = call.post("/api/v1/analyze", content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/codes/99999", 404),
        ("/api/v1/codes/77080?date=soon", 400),
        ("/api/v1/search", 400),
        ("/api/v1/search?q=heel&system=snomed", 400),
        ("/api/v1/search?q=heel&limit=0", 400),
        ("/api/v1/search?q=heel&limit=1000", 400),
        ("/api/v1/pairs?one=77080", 404),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_status(call, address, status):
    answer = call.get(address)

    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_only_people_of_the_desk_and_their_programs_may_call(visit, token):
    seen = {name: visit() for name in ("nobody", "forged", "basic")}
    seen["forged"].headers["Authorization"] = f"Bearer {token[:-1]}{'0' if token[-1] != '0' else '1'}"
    seen["basic"].headers["Authorization"] = "Basic Y29yYTp4"

    for client in seen.values():
        answer = client.get("/api/v1/search?q=heel")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert visit(CORA).get("/api/v1/search?q=heel").status_code == 200


def test_a_token_ends_with_its_day(call, office):
    assert call.get("/api/v1/search?q=heel").status_code == 200

    office.clock.forward(days=30)

    assert call.get("/api/v1/search?q=heel").status_code == 401


@pytest.mark.parametrize(
    "change", [accounts.disable_user, lambda tx, name: accounts.set_password(tx, name, hash_password("a new one, long"))]
)
def test_a_token_ends_with_the_account_or_its_password(call, office, change):
    with office.services.database.begin() as tx:
        change(tx, CORA)

    assert call.get("/api/v1/search?q=heel").status_code == 401


def test_the_command_prints_a_token_that_opens_the_interface(tmp_path, office, capsys, monkeypatch):
    given = settings.load(home=tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    people.add(CORA, "consultant", tmp_path)
    capsys.readouterr()

    people.token(CORA, 30, tmp_path)

    with open_database(given) as database:
        home = office.with_(database=database, key=key_of(given), now=now).services
        assert person_of_token(home, capsys.readouterr().out.strip()).name == CORA
    with pytest.raises(NotFoundError):
        people.token("nobody", 30, tmp_path)


def test_a_flood_is_told_to_wait(call):
    seen = [call.get("/api/v1/codes/none").status_code for _ in range(241)]

    assert seen == [404] * 240 + [429]
    assert call.get("/api/v1/codes/none").headers["retry-after"] == "60"


def test_the_document_names_exactly_the_addresses_that_answer(visit):
    otto = visit(OTTO)

    served = otto.get("/api/v1/openapi.json").json()

    assert served["openapi"] == "3.1.0"
    for path, methods in served["paths"].items():
        for method in methods:
            address = path.replace("{code}", "77080")
            assert otto.request(method, address).status_code not in {404, 405} or path == "/api/v1/pairs"
    for row in _refs(served):
        where = served
        for part in row.removeprefix("#/").split("/"):
            where = where[part]


def _refs(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [ref for inner in value.values() for ref in _refs(inner)]
    return [ref for inner in value for ref in _refs(inner)] if isinstance(value, list) else []


def test_the_document_is_a_page_for_people_too(visit):
    page = visit(CORA).get("/api/v1").text

    assert "POST /api/v1/analyze" in page
    assert "curl -H" in page
    assert "//cdn" not in page
