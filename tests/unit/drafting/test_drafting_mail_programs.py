"""The HTML of letters keeps to what Outlook, which lays out with Word, and Gmail, which drops the rest, both show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from drafting_letters import GOLDEN

LETTERS = sorted(GOLDEN.glob("*/body.html"))
ELEMENTS = set("html head meta title body table tr td p h2 ul ol li br strong em span pre".split())  # noqa: SIM905  (reads better)
ATTRIBUTES = set("lang charset name content style role width cellpadding cellspacing border align".split())  # noqa: SIM905  (reads better)
PROPERTIES = {
    *("margin", "padding", "width", "max-width", "line-height", "color", "background-color", "white-space"),
    *("font-family", "font-size", "font-weight", "text-align", "vertical-align"),
    *("border", "border-top", "border-bottom", "border-left", "border-collapse"),
}
GMAIL_CUTS_AT = 102 * 1024


class Looking(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.styles: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.styles += [(tag, value) for name, value in attrs if name == "style"]


@pytest.fixture(params=LETTERS, ids=lambda file: file.parent.name)
def page(request):
    return request.param.read_text()


def test_there_are_letters_to_look_at():
    assert len(LETTERS) >= 8


def test_only_what_both_programs_know_is_used(page):
    looking = Looking(page)

    assert looking.elements <= ELEMENTS
    assert looking.attributes <= ATTRIBUTES
    assert {
        rule.partition(":")[0].strip() for _, style in looking.styles for rule in style.split(";") if rule.strip()
    } <= PROPERTIES


def test_lists_are_set_in_by_a_margin_because_outlook_knows_no_padding_there(page):
    for tag, style in Looking(page).styles:
        if tag in {"ul", "ol"}:
            assert re.search(r"margin:[^;]* 2\dpx;padding:0;", style)


def test_nothing_is_loaded_from_anywhere_and_gmail_cuts_nothing_off(page):
    assert "url(" not in page
    assert "http" not in page
    assert len(page.encode()) < GMAIL_CUTS_AT / 4


def test_codes_are_not_taken_for_telephone_numbers(page):
    assert '<meta name="format-detection" content="telephone=no' in page
