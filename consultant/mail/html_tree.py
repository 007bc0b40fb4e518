"""Making an HTML page ready to be laid out as text: hidden content out, quoted mail and signatures marked.

Marks are private characters put into the text of the page, so that they survive any layout; html.py turns them into ``>`` and
``--``. Known limit: style sheets are not applied, so that text hidden by a class only is taken for visible.
"""

from __future__ import annotations

import re
from typing import Any

QUOTE_BEGINS = "\ue000"
QUOTE_ENDS = "\ue001"
SIGNATURE_BEGINS = "\ue002"
MARKS = QUOTE_BEGINS + QUOTE_ENDS + SIGNATURE_BEGINS

# lxml ships no types: an element of its tree.
Element = Any

_UNSEEN = frozenset((
    "script", "style", "head", "title", "meta", "link", "template", "noscript", "object", "embed", "applet", "iframe", "frame",
    "svg", "math", "audio", "video", "canvas", "map", "xml",
))  # fmt: skip
_HIDING_STYLE = re.compile(
    r"(?<![\w-])(?:display:none|visibility:hidden|mso-hide:all|(?:font-size|opacity|max-height|line-height):0(?:px|pt|em|%)?(?![\w.]))"
)
_QUOTING_CLASS = re.compile(r"(?:^|\s)(?:gmail_quote|moz-cite|protonmail_quote|yahoo_quoted|tutanota_quote|zmail_extra)(?:\s|$)")
_SIGNATURE_NAME = re.compile(
    r"(?:^|\s)(?:gmail_signature|moz-signature|protonmail_signature_block|x?_?signature)(?:\s|$)", re.IGNORECASE
)
_OFFICE_PARAGRAPH = re.compile(r"(?:^|\s)(?:x_)?MsoNormal", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_REMOVED_MARKS = str.maketrans("", "", MARKS)
_STYLE_MAX = 2000


def prepare(page: Element) -> None:
    """Change the tree of a page in place; afterwards it has no attributes left that layout could stumble over."""
    elements = list(page.iter())
    for element in elements:
        _forget_marks(element)
    for element in elements:
        if not isinstance(element.tag, str):
            # Comments and processing instructions show nothing; the text behind them stays.
            element.text = ""
            continue
        if _is_hidden(element):
            element.clear(keep_tail=True)
            element.tag = "span"
            continue
        _mark(element)
        element.attrib.clear()


def _forget_marks(element: Element) -> None:
    """Take our private characters out of what the sender wrote, so that only we can mark."""
    if element.text:
        element.text = element.text.translate(_REMOVED_MARKS)
    if element.tail:
        element.tail = element.tail.translate(_REMOVED_MARKS)


def _is_hidden(element: Element) -> bool:
    if element.tag in _UNSEEN or "hidden" in element.attrib:
        return True
    style = element.get("style")
    return bool(style) and _HIDING_STYLE.search(_SPACE.sub("", style[:_STYLE_MAX].lower())) is not None


def _mark(element: Element) -> None:
    if _is_quote(element):
        element.tag = "div"
        _enclose(element)
    elif _is_signature(element):
        element.tag = "div"
        element.text = SIGNATURE_BEGINS + (element.text or "")
    elif element.tag == "p" and _OFFICE_PARAGRAPH.search(element.get("class", "")):
        # Office writes each line as a paragraph without a gap.
        element.tag = "div"


def _is_quote(element: Element) -> bool:
    # Gmail puts the head of a forward into its quote class as well, so that only its blockquote counts.
    if element.tag != "blockquote":
        return False
    return element.get("type", "").lower() == "cite" or _QUOTING_CLASS.search(element.get("class", "")) is not None


def _is_signature(element: Element) -> bool:
    if element.tag not in {"div", "span", "table", "p", "pre"}:
        return False
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return _SIGNATURE_NAME.search(named) is not None or element.get("data-smartmail") == "gmail_signature"


def _enclose(element: Element) -> None:
    element.text = QUOTE_BEGINS + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + QUOTE_ENDS
    else:
        element.text += QUOTE_ENDS
