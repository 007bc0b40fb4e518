"""The pages of the desk: who may see and do what, and that what is shown is what was written."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import CARL, CORA, NOON, OTTO
from desk_forms import PASSWORD, csrf, decide
from starlette.testclient import TestClient

from consultant.desk.app import create_app
from consultant.desk.pages import age
from consultant.model.case import CaseState
from consultant.store import accounts
from consultant.store.session import Database


@pytest.mark.parametrize("address", ["/", "/cases/1", "/?state=sent"])
def test_whoever_is_not_signed_in_is_sent_to_the_form(desk, address):
    answer = desk().get(address)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(("name", "password"), [(CORA, "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_opens_nothing(desk, name, password):
    answer = desk().post("/login", data={"name": name, "password": password})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_disabled_consultant_is_out_at_once(desk, office):
    cora = desk(CORA)
    assert cora.get("/").status_code == 200

    with office.services.database.begin() as tx:
        accounts.disable_user(tx, CORA)

    assert cora.get("/").status_code == 303
    assert desk(CORA).answer.status_code == 403


def test_a_session_ends_after_half_a_day(desk, office):
    cora = desk(CORA)

    office.clock.forward(hours=12, seconds=1)

    assert cora.get("/").status_code == 303


def test_signing_out_closes_the_session_itself(desk):
    cora = desk(CORA)
    cookies = dict(cora.cookies)

    cora.post("/logout", data={"csrf": csrf(cora.get("/").text)})

    again = desk()
    again.cookies.update(cookies)
    assert again.get("/").status_code == 303


def test_five_wrong_passwords_close_the_name_even_for_the_right_one(desk, office):
    for _ in range(5):
        desk(CORA, password="wrong password")
    assert desk(CORA).answer.status_code == 403

    office.clock.forward(minutes=6)

    assert desk(CORA).answer.status_code == 303


def test_the_queue_shows_who_waits_longest_first(desk, office):
    first = office.drafted(office.letter(subject="first"))
    office.clock.forward(minutes=3)
    second = office.drafted(office.letter(subject="second"))

    page = desk(CORA).get("/").text

    assert page.index(f"/cases/{first}") < page.index(f"/cases/{second}")
    assert "3 min" in page


def test_a_case_is_found_by_a_word_of_its_subject(desk, office):
    office.drafted(office.letter(subject="heel"))
    wanted = office.drafted(office.letter(subject="a very rare wrist"))

    page = desk(CORA).get("/?q=rare").text

    assert re.findall(r'href="/cases/(\d+)"', page) == [str(wanted)]


def test_an_approved_draft_is_the_one_on_the_page(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)
    decide(cora, case_id, "open")

    answer = decide(cora, case_id, "approve")

    assert answer.status_code == 303
    assert office.state(case_id) is CaseState.APPROVED
    assert [mail.letter_name for mail in office.outbox(case_id)][-1] == "reply"


def test_a_draft_that_changed_meanwhile_is_not_approved(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)
    decide(cora, case_id, "open")
    old = re.search(r'name="draft_hash" value="(\w+)"', cora.get(f"/cases/{case_id}").text)[1]
    decide(cora, case_id, "amend", text="Hi Ada,\r\n\r\nbetter words.")

    answer = decide(cora, case_id, "approve", draft_hash=old)

    assert answer.status_code == 409
    assert office.state(case_id) is CaseState.IN_REVIEW


def test_an_amended_letter_is_a_new_version_with_plain_line_ends(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)
    decide(cora, case_id, "open")

    decide(cora, case_id, "amend", text="Hi Ada,\r\n\r\nBill it once.")

    newest = office.drafts(case_id)[-1]
    assert (newest.version, newest.written_by) == (2, CORA)
    assert newest.letter.text.strip() == "Hi Ada,\n\nBill it once."


def test_a_form_without_its_token_changes_nothing(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)

    answer = decide(cora, case_id, "open", csrf="0" * 64)

    assert answer.status_code == 403
    assert office.state(case_id) is CaseState.DRAFTED


def test_the_token_of_one_person_is_no_good_for_another(desk, office):
    case_id = office.drafted()
    carls = csrf(desk(CARL).get("/").text)

    answer = decide(desk(CORA), case_id, "open", csrf=carls)

    assert answer.status_code == 403


@pytest.mark.parametrize("action", ["open", "approve", "amend", "ask", "decline", "release"])
def test_ops_look_and_do_not_decide(desk, office, action):
    case_id = office.drafted()
    otto = desk(OTTO)
    assert otto.get(f"/cases/{case_id}").status_code == 200

    answer = decide(otto, case_id, action, text="x", reason="x")

    assert answer.status_code == 403
    assert office.state(case_id) is CaseState.DRAFTED


def test_a_decline_needs_a_reason_and_keeps_it(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)
    decide(cora, case_id, "open")

    assert decide(cora, case_id, "decline").status_code == 422
    assert decide(cora, case_id, "decline", reason="not a coding question").status_code == 303

    assert office.case(case_id).reason == "declined: not a coding question"


@pytest.mark.parametrize("address", ["/cases/99", "/cases/99999999999999999999"])
def test_a_case_that_does_not_exist_is_said_to_be_none(desk, address):
    answer = desk(CORA).get(address)

    assert answer.status_code == 404
    assert "there is no case" in answer.text


def test_every_page_forbids_what_is_not_ours(desk):
    for answer in (desk().get("/login"), desk().get("/static/desk.js"), desk(CORA).get("/")):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_session_cookie_is_for_the_browser_only(desk):
    cookie = desk(CORA).answer.headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_what_a_mail_says_is_shown_as_words_and_never_as_markup(desk, office):
    hostile = "<script>alert(1)</script> {{ 7*7 }}\nUltrasound bone density of the left heel was done."
    case_id = office.drafted(office.letter(hostile, subject='"><img src=x>'))

    page = desk(CORA).get(f"/cases/{case_id}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page


def test_readiness_names_what_is_missing(office):
    away = office.with_(database=Database("sqlite:////no/such/folder/consultant.sqlite"))

    ready = TestClient(create_app(office.services, secure_cookies=False)).get("/readyz")
    not_ready = TestClient(create_app(away.services, secure_cookies=False)).get("/readyz")

    assert ready.status_code == 200
    assert not_ready.status_code == 503
    assert not_ready.text.startswith("not ready: ")


def test_ages_are_told_as_people_tell_them():
    ages = [timedelta(seconds=5), timedelta(minutes=59), timedelta(hours=23), timedelta(days=3), timedelta(seconds=-9)]

    assert [age(NOON - passed, NOON) for passed in ages] == ["just now", "59 min", "23 h", "3 d", "just now"]
