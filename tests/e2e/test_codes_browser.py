"""Code pages, pair checker, ask box and ops in a real browser: with a script and without, and nothing that the policy forbids."""

from __future__ import annotations

import os
import shutil

import pytest
from cast import CORA, OTTO
from playwright.sync_api import sync_playwright
from service_view import PASSWORD

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]

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
def at(browser, running):
    """A page of somebody who is signed in, at an address; it must end without a complaint of the browser."""
    contexts, complaints = [], []

    def at(address: str, *, name: str = CORA, **options: object):
        context = browser.new_context(base_url=running.desk, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{running.desk}/")
        page.goto(address)
        return page

    yield at
    for context in contexts:
        context.close()
    assert complaints == []


def test_codes_are_offered_while_typing_and_taken_by_keyboard(at):
    page = at("/codes")

    page.focus("#find")
    page.keyboard.type("axial bone density DXA")
    page.wait_for_selector('.offers li[data-code="77080"]')
    assert page.get_attribute("#find", "aria-expanded") == "true"
    place = page.eval_on_selector_all(".offers li", "items => items.findIndex(one => one.dataset.code === '77080')")
    for _ in range(place + 1):
        page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#find", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "data-code") == "77080"
    page.keyboard.press("Enter")

    page.wait_for_url("**/codes/cpt/77080")
    assert page.inner_text("h1 .code") == "77080"


def test_escape_closes_what_is_offered_and_enter_searches(at):
    page = at("/codes")
    page.focus("#find")
    page.keyboard.type("heel bone density")
    page.wait_for_selector(".offers li")

    page.keyboard.press("Escape")
    assert page.is_hidden(".offers >> nth=0")
    page.keyboard.press("Enter")

    page.wait_for_url("**/codes?q=heel*")
    assert page.is_visible('a[href="/codes/cpt/76977"]')


def test_a_pair_is_checked_from_the_page_of_a_code(at):
    page = at("/codes/cpt/77080")

    page.focus("#other")
    page.keyboard.type("77081")
    page.wait_for_selector('form.pair .offers li[data-code="77081"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#other") == "77081"
    page.click("text=Check the pair")

    page.wait_for_selector("#verdict")
    assert "Only with a modifier" in page.inner_text("#verdict")
    assert "No data loaded" in page.inner_text("#verdict")


def test_a_pasted_case_lights_the_words_its_codes_rest_on(at):
    page = at("/ask")
    page.fill("#asked", "Ultrasound bone density of the left heel was done for osteoporosis screening. Which code?")
    page.click("form.ask button")
    page.wait_for_selector("#answer")

    page.hover('tr[data-code="76977"]')

    lit = " ".join(page.locator("mark.lit").all_inner_texts()).lower()
    assert "bone density" in lit
    assert "screening" not in lit


def test_everything_works_without_a_script(at):
    page = at("/codes", java_script_enabled=False)

    page.fill("#find", "heel bone density ultrasound")
    page.press("#find", "Enter")
    page.click('a[href="/codes/cpt/76977"]')
    page.fill("#other", "77080")
    page.click("text=Check the pair")
    assert "Only with a modifier" in page.inner_text("#verdict")
    page.goto("/ask")
    page.fill("#asked", "<script>document.title = 'owned'</script> What is 77080?")
    page.click("form.ask button")
    assert "DXA" in page.inner_text("#answer")


def test_pages_fit_a_phone_and_every_field_has_a_name(at):
    page = at("/codes/cpt/77080", name=OTTO, viewport={"width": 360, "height": 740})

    for address in ("/codes/cpt/77080", "/codes/icd-10-cm/M80", "/codes", "/ask", "/ops", "/people", "/api/v1"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        nameless = page.eval_on_selector_all(
            "input:not([type=hidden]), textarea, select, button, a",
            "all => all.filter(e => !(e.labels?.length || e.textContent.trim() || e.ariaLabel)).map(e => e.outerHTML)",
        )
        assert nameless == [], address
        assert page.locator("h1").count() == 1, address
