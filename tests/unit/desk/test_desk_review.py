"""Review at the desk: the claim edited row by row, undone approvals, rescue, history, exports, and who read what."""

from __future__ import annotations

import asyncio
import json
import re
from io import BytesIO

import pypdf
import pytest
from cast import ADA, CARL, CORA, OTTO
from desk_forms import csrf, decide
from starlette.testclient import TestClient

from consultant.desk.app import create_app
from consultant.desk.views.history import difference
from consultant.desk.views.live import News, told
from consultant.model.case import CaseState
from consultant.store import cases, events

HEEL_ROW = {"code": "76977", "modifiers": "", "units": "1", "pointers": ""}


def opened(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)
    decide(cora, case_id, "open")
    return cora, case_id


def kinds(office, case_id, actor):
    with office.services.database.reading() as tx:
        return [event.kind for event in events.of_case(tx, case_id) if event.actor == actor]


def quarantined(office):
    case_id = office.receive(office.letter())
    with office.services.database.begin() as tx:
        cases.move(
            tx, case_id, to=CaseState.QUARANTINED, at=office.clock(), actor="engine", reason="unverified", expect=CaseState.RECEIVED
        )
    return case_id


def test_a_changed_row_is_checked_and_worded_and_nothing_is_kept(desk, office):
    cora, case_id = opened(desk, office)

    page = decide(cora, case_id, "draft", **HEEL_ROW | {"code": "77080", "modifiers": "26"}).text

    assert "as it would read with your changes" in page
    assert "77080-26" in page
    assert re.search(r'data-key="a"\s+disabled', page)
    assert len(office.drafts(case_id)) == 1


def test_a_part_of_the_page_is_enough_for_a_script(desk, office):
    cora, case_id = opened(desk, office)
    fields = HEEL_ROW | {"csrf": csrf(cora.get("/").text)}

    part = cora.post(f"/cases/{case_id}/draft", data=fields, headers={"X-Part": "draft"}).text

    assert "<html" not in part
    assert 'id="claim"' in part


def test_kept_changes_are_a_new_draft_with_its_reason(desk, office):
    cora, case_id = opened(desk, office)

    answer = decide(cora, case_id, "revise", **HEEL_ROW | {"code": "77080", "override": "misread"})

    assert answer.status_code == 303
    assert "77080" in office.drafts(case_id)[-1].letter.text
    assert "the engine misread the mail" in cora.get(f"/cases/{case_id}").text


@pytest.mark.parametrize("wrong", [{"code": "nonsense"}, {"override": "no such reason"}, {"units": "-1"}])
def test_what_cannot_be_kept_is_refused_with_a_word(desk, office, wrong):
    cora, case_id = opened(desk, office)

    assert decide(cora, case_id, "revise", **HEEL_ROW | wrong).status_code == 422
    assert len(office.drafts(case_id)) == 1


def test_changes_on_an_older_draft_are_refused(desk, office):
    cora, case_id = opened(desk, office)

    assert decide(cora, case_id, "revise", **HEEL_ROW | {"draft_hash": "0" * 64}).status_code == 409


def test_an_approval_at_the_desk_can_be_undone(desk, office, slow_office):
    app = create_app(slow_office.services, secure_cookies=False)
    cora, case_id = opened(desk, office)
    slow = TestClient(app, base_url="http://desk.example", cookies=cora.cookies, follow_redirects=False)

    answer = decide(slow, case_id, "approve")
    told_so = slow.get(answer.headers["location"]).text
    decide(slow, case_id, "undo")

    assert f'action="/cases/{case_id}/undo"' in told_so
    assert office.state(case_id) is CaseState.IN_REVIEW


def test_the_letter_is_shown_as_html_without_any_right(desk, office):
    cora, case_id = opened(desk, office)

    shown = cora.get(f"/cases/{case_id}/letter")
    changed = decide(cora, case_id, "letter-of-claim", **HEEL_ROW | {"code": "77080"})

    for answer in (shown, changed):
        policy = answer.headers["content-security-policy"]
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert policy.startswith("default-src 'none'")
    assert "76977" in shown.text
    assert "77080" in changed.text


def test_who_reads_a_case_is_put_on_record_once_for_a_while(desk, office):
    case_id = office.drafted()
    otto = desk(OTTO)

    for _ in range(3):
        otto.get(f"/cases/{case_id}")
    assert kinds(office, case_id, OTTO) == ["read"]

    office.clock.forward(minutes=11)
    otto.get(f"/cases/{case_id}")
    assert kinds(office, case_id, OTTO) == ["read", "read"]


def test_another_who_read_it_just_now_is_named(desk, office):
    case_id = office.drafted()
    desk(CARL).get(f"/cases/{case_id}")

    assert "carl read this case" in desk(CORA).get(f"/cases/{case_id}").text


def test_an_urgent_case_comes_before_those_that_wait_longer(desk, office):
    first = office.drafted(office.letter(subject="first"))
    second = office.drafted(office.letter(subject="second"))
    cora = desk(CORA)

    decide(cora, second, "priority", priority="urgent")

    page = cora.get("/").text
    assert page.index(f"/cases/{second}") < page.index(f"/cases/{first}")
    assert decide(cora, second, "priority", priority="at once").status_code == 422


def test_a_quarantined_case_is_let_through_or_dismissed_at_the_desk(desk, office):
    let, dismissed = quarantined(office), quarantined(office)
    cora = desk(CORA)

    decide(cora, let, "let-through")
    decide(cora, dismissed, "dismiss", reason="spam")

    assert office.state(let) is CaseState.RECEIVED
    assert (office.state(dismissed), office.case(dismissed).reason) == (CaseState.CLOSED, "dismissed: spam")
    assert decide(cora, dismissed, "send-again").status_code == 409


def test_the_history_shows_what_was_changed_and_by_whom(desk, office):
    cora, case_id = opened(desk, office)
    decide(cora, case_id, "amend", text="Hi Ada,\n\nBill it once.", override="wording")

    page = cora.get(f"/cases/{case_id}/history").text

    assert "<ins>Bill it once.</ins>" in page
    assert "letter reworded" in page


def test_a_difference_loses_no_line():
    old, new = "a\nb\nc\nd", "a\nx\nc\nd\ne"
    found = difference(old, new)

    assert [line for change in found if change.kind != "come" for line in change.lines] == old.splitlines()
    assert [line for change in found if change.kind != "gone" for line in change.lines] == new.splitlines()


def test_a_case_is_saved_as_json_as_pdf_and_as_it_came(desk, office):
    case_id = office.drafted()
    cora = desk(CORA)

    row = json.loads(cora.get(f"/cases/{case_id}/export.json").content)
    paper = cora.get(f"/cases/{case_id}/export.pdf")
    mail = cora.get(f"/cases/{case_id}/mails/{row['messages'][0]['id']}")

    assert (row["id"], row["sender"], row["drafts"][0]["version"]) == (case_id, ADA, 1)
    assert "76977" in "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(paper.content)).pages)
    assert mail.headers["content-disposition"] == f'attachment; filename="case-{case_id}-mail-{row["messages"][0]["id"]}.eml"'
    assert (mail.headers["content-type"], mail.headers["x-content-type-options"]) == ("application/octet-stream", "nosniff")
    assert kinds(office, case_id, CORA) == ["exported"] * 3


def test_the_mail_of_one_case_is_not_had_under_the_number_of_another(desk, office):
    first, second = office.drafted(), office.drafted()
    cora = desk(CORA)
    row = json.loads(cora.get(f"/cases/{second}/export.json").content)

    assert cora.get(f"/cases/{first}/mails/{row['messages'][0]['id']}").status_code == 404


def test_codes_are_found_while_one_types(desk):
    cora = desk(CORA)

    services = cora.get("/find", params={"q": "7697", "kind": "service"}).json()
    diagnoses = cora.get("/find", params={"q": "osteoporosis", "kind": "diagnosis"}).json()

    assert {"76977"} == {one["code"] for one in services if one["code"] == "76977"}
    assert any(one["code"].startswith("M81") for one in diagnoses)
    assert cora.get("/find", params={"q": "7"}).json() == []


def test_learning_counts_what_review_changed_and_takes_out_what_identifies(desk, office):
    case_id = office.drafted(office.letter("Ultrasound bone density of the left heel. Call 555-123-4567, MRN 99887766."))
    cora = desk(CORA)
    decide(cora, case_id, "open")
    decide(cora, case_id, "revise", **HEEL_ROW | {"code": "77080", "override": "misread"})
    decide(cora, case_id, "approve")
    with office.services.database.begin() as tx:
        cases.move(tx, case_id, to=CaseState.SENT, at=office.clock(), actor="engine", expect=CaseState.APPROVED)

    page, saved = cora.get("/learning").text, cora.get("/learning/cases.jsonl").text

    assert "77080" in page
    assert f"/cases/{case_id}/history" in page
    (row,) = [json.loads(line) for line in saved.splitlines()]
    assert row["expected"]["procedures"] == ["77080"]
    assert "555-123-4567" not in saved
    assert "99887766" not in saved
    assert desk(OTTO).get("/learning/cases.jsonl").status_code == 403


def test_the_queue_comes_in_pages_without_a_gap(desk, office):
    with office.services.database.begin() as tx:
        for _ in range(120):
            case_id = cases.add(tx, sender=ADA, received=office.clock())
            cases.move(
                tx, case_id, to=CaseState.QUARANTINED, at=office.clock(), actor="engine", expect=CaseState.RECEIVED, reason="x"
            )
    cora, address, seen = desk(CORA), "/?state=quarantined", []
    while address:
        page = cora.get(address).text
        seen += re.findall(r'data-case="(\d+)"', page)
        following = re.search(r'href="([^"]+)" data-key="n"', page)
        address = following[1].replace("&amp;", "&") if following else ""

    assert [int(number) for number in seen] == list(range(1, 121))


@pytest.mark.parametrize("after", ["x", "1_2", "1_99999999999999999999999999_3", "a_b_c", "1__2"])
def test_an_address_that_makes_no_sense_shows_the_first_page(desk, office, after):
    case_id = office.drafted()

    assert f'data-case="{case_id}"' in desk(CORA).get(f"/?after={after}").text


def test_news_are_told_at_once(office):
    async def hear() -> list[str]:
        stream = told(News(office.services), lambda: False)
        return [await anext(stream), await anext(stream)]

    with office.services.database.begin() as tx:
        newest = events.append(tx, case_id=None, at=office.clock(), actor=CORA, kind="tried")

    assert asyncio.run(hear()) == ["retry: 2000\n\n", f"data: {newest}\n\n"]


def test_news_and_codes_are_for_those_who_are_signed_in(desk):
    assert desk().get("/live").status_code == 403
    assert desk().get("/find?q=dxa").status_code == 303


def test_news_end_when_the_program_stops(office):
    async def hear() -> list[str]:
        return [message async for message in told(News(office.services), lambda: True)]

    assert asyncio.run(hear()) == ["retry: 2000\n\n"]
