"""The desk in a real browser: a consultant reviews by keyboard, and hostile mail stays inert."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from cast import CARL, CORA, MALLORY
from playwright.sync_api import sync_playwright
from service_view import PASSWORD
from test_whole_line import case_mail, words

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(os.environ.get("CONSULTANT_TEST_AXE", Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"))
"""The checker of accessibility, where `npm install axe-core` has put it."""
HOSTILE = """\
<script>document.title = "owned"</script><img src=x onerror="document.title='owned'">
{{ 7 * 7 }} </textarea><form action="/logout">
Osteoporosis screening today. Ultrasound bone density of the left heel was done.
<style>body { display: none }</style>
"""

pytestmark = [
    pytest.mark.needs_chromium,
    pytest.mark.skipif(
        CHROMIUM is None and "chromium" not in os.environ.get("CONSULTANT_TEST_REQUIRE", ""), reason="Chromium is not installed"
    ),
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser, service):
    """A page of somebody who is signed in, and everything the browser complained of."""
    contexts = []

    def sign_in(name: str, **options: object):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(f"{service.desk}/")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{service.desk}/")
        return page

    yield sign_in
    for context in contexts:
        context.close()


def take(page):
    """Open the case for review, and wait until the page that follows is whole."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("o")


def walk_to(page, case_id: int) -> None:
    """Go down the queue by keyboard until the case is marked."""
    for _ in range(page.locator("table.queue tbody tr").count()):
        page.keyboard.press("j")
        if page.locator(f'tr.lit a[href="/cases/{case_id}"]').count():
            return
    pytest.fail(f"case {case_id} is not in the queue")


def test_a_case_is_reviewed_edited_and_sent_by_keyboard_alone(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA)

    walk_to(page, case["id"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/cases/{case['id']}$"))
    take(page)
    page.focus("#text")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nP.S. Both heels are one unit.")
    page.keyboard.press("Escape")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("e")
    assert "version 2" in page.inner_text(".letter-out h2")
    page.keyboard.press("a")
    page.wait_for_url(f"{service.desk}/?done={case['id']}")

    (reply,) = service.replies(1)
    assert words(reply).endswith("P.S. Both heels are one unit.")
    assert page.complaints == []


def test_pointing_at_a_code_lights_the_words_it_rests_on(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA)

    page.goto(f"{service.desk}/cases/{case['id']}")
    page.hover('tr[data-code="76977"]')

    lit = " ".join(page.locator("mark.lit").all_inner_texts())
    assert "bone density" in lit.lower()
    assert "Osteoporosis" not in lit


def test_an_edited_letter_cannot_be_approved_before_it_is_kept(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA)
    page.goto(f"{service.desk}/cases/{case['id']}")
    take(page)

    page.fill("#text", "Something else.")

    assert page.is_disabled("#approve button")
    assert page.is_visible("#unsaved")


def test_a_second_consultant_sees_who_has_the_case_and_cannot_decide(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    address = f"{service.desk}/cases/{case['id']}"
    cora = sign_in(CORA)
    cora.goto(address)
    take(cora)

    carl = sign_in(CARL)
    carl.goto(address)

    assert "by cora" in carl.inner_text(".case-head")
    assert "only cora can decide" in carl.inner_text(".notice")
    assert carl.query_selector("#text") is None

    cora.click("text=Put back")
    carl.wait_for_selector("#news", state="visible")


def test_a_line_is_changed_found_by_words_and_sent_by_keyboard_alone(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA)
    page.goto(f"{service.desk}/cases/{case['id']}")
    take(page)

    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.id") == "code-0"
    page.focus("#code-new")
    page.keyboard.type("7708")
    page.wait_for_selector("#found li")
    page.keyboard.press("ArrowDown")
    chosen = page.inner_text('#found li[aria-selected="true"] b')
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-1")
    assert page.input_value("#code-1") == chosen
    assert chosen in page.inner_text("pre.letter-text")
    assert page.is_disabled("#approve button")
    page.keyboard.press("Escape")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("e")
    assert "version 2, by cora" in page.inner_text(".letter-out h2")
    page.keyboard.press("a")
    page.wait_for_url(re.compile(r"done="))

    (reply,) = service.replies(1)
    assert chosen in words(reply)
    assert page.complaints == []


def test_diagnoses_are_put_in_order_and_their_letters_follow(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA)
    page.goto(f"{service.desk}/cases/{case['id']}")
    take(page)
    page.fill("#dx-new", "Z79.83")
    page.press("#dx-new", "Tab")
    page.wait_for_selector("#dx-1")
    first = page.input_value("#dx-0")

    page.focus("#up-1")
    page.keyboard.press("Enter")

    page.wait_for_selector('#dx-0[value="Z79.83"]')
    assert page.input_value("#dx-1") == first
    assert page.input_value("#pointers-0") in {"B", ""}


def test_an_approval_is_undone_before_the_letter_leaves(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA)
    page.goto(f"{service.desk}/cases/{case['id']}")
    take(page)

    page.keyboard.press("a")
    page.wait_for_url(re.compile(r"done="))
    page.keyboard.press("u")
    page.wait_for_url(re.compile(rf"/cases/{case['id']}$"))

    assert "in review" in page.inner_text(".case-head")
    assert service.case_in("in_review")["id"] == case["id"]


def test_a_new_case_appears_in_an_open_queue_by_itself(service, sign_in):
    page = sign_in(CORA)

    service.send(case_mail(service.asker))
    case = service.case_in("drafted")

    page.wait_for_selector(f'tr[data-case="{case["id"]}"]')


def test_no_page_has_a_serious_fault_for_people_with_disabilities(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    for scheme in ("light", "dark"):
        page = sign_in(CORA, color_scheme=scheme)
        faults = faults_of(page, "queue")
        page.goto(f"{service.desk}/cases/{case['id']}")
        faults += faults_of(page, "case")
        if page.query_selector('button[data-key="o"]'):
            take(page)
        page.fill("#modifiers-0", "59")
        page.press("#modifiers-0", "Tab")
        page.wait_for_selector(".actions > .keep button")
        faults += faults_of(page, "claim")
        page.goto(f"{service.desk}/cases/{case['id']}/history")
        faults += faults_of(page, "history")
        assert faults == []


def faults_of(page, name: str) -> list[tuple[str, str, str]]:
    """Serious faults that axe finds where it is installed, and fields, pictures and buttons without a name anywhere."""
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, iframe, img, a[href]")]
            .filter((one) => one.checkVisibility())
            .filter((one) => !(one.labels?.length || one.ariaLabel || one.title || one.alt || one.textContent.trim()))
            .map((one) => one.outerHTML)"""
    )
    found = [(name, "nameless", html) for html in nameless]
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [one for one in result["violations"] if one["impact"] in {"serious", "critical"}]
        found += [(name, one["id"], node["html"]) for one in serious for node in one["nodes"]]
    return found


def test_it_works_without_javascript(service, sign_in):
    service.send(case_mail(service.asker))
    case = service.case_in("drafted")
    page = sign_in(CORA, java_script_enabled=False)

    page.goto(f"{service.desk}/cases/{case['id']}")
    page.click("text=Open for review")
    page.fill("#modifiers-0", "59")
    page.click("text=Check and word the letter")
    page.click("text=Keep these changes")
    page.click("text=Approve and send")

    (reply,) = service.replies(1)
    assert "76977-59" in words(reply)


def test_hostile_mail_stays_inert(service, sign_in):
    mail = case_mail(MALLORY, From=f'"<script>alert(1)</script>" <{MALLORY}>', Subject="<b>bold</b> {{ config }}")
    head, _, _ = mail.partition(b"\r\n\r\n")
    service.send(head + b"\r\n\r\n" + HOSTILE.encode(), sender=MALLORY)
    case = service.case_in("drafted")
    page = sign_in(CORA)

    page.goto(f"{service.desk}/cases/{case['id']}")
    take(page)

    assert page.title() == f"Case {case['id']} · Review desk"
    assert page.inner_text("h1") == "<b>bold</b> {{ config }}"
    assert "<script>" in page.inner_text(".letter-in")
    assert page.query_selector(".letter-in script, .letter-in img, .letter-in style") is None
    page.click("text=As their mail program shows it")
    page.frame_locator('iframe[name="letter-html"]').locator("body").wait_for()
    page.goto(f"{service.desk}/cases/{case['id']}/history")
    assert page.complaints == []


def test_whoever_is_not_signed_in_sees_the_form_only(service, browser):
    page = browser.new_page()

    page.goto(f"{service.desk}/cases/1")

    assert page.url.endswith("/login")
    page.fill("#name", CORA)
    page.fill("#password", "wrong password")
    page.press("#password", "Enter")
    assert "did not match" in page.inner_text("form.login")
    page.close()
