"""HTML to text: what a person would see, tables readable, nothing loaded, bounded in time and memory.

Quoted mail (``<blockquote type=cite>`` and its like) comes out with ``>`` ahead of each line and a marked signature behind a
``-- `` line, so that the text splits like any other. inscriptis lays out the page; a page too large for it, or with tables that it
would pad beyond measure, is read as running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import lxml.etree  # type: ignore[import-untyped]  # lxml ships no types
import lxml.html  # type: ignore[import-untyped]  # lxml ships no types
from inscriptis.css_profiles import STRICT_CSS_PROFILE  # type: ignore[import-untyped]  # inscriptis ships no types
from inscriptis.html_engine import Inscriptis  # type: ignore[import-untyped]  # inscriptis ships no types
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]  # inscriptis ships no types

from consultant.mail.defects import Defect, Forgiven
from consultant.mail.html_tree import MARKS, QUOTE_BEGINS, QUOTE_ENDS, SIGNATURE_BEGINS, Element, prepare
from consultant.mail.reading_limits import ReadingLimits

_EMBEDDED_DATA = re.compile(rb"data:[^\"'>\s]{200,}+")
_UNSEEN_BLOCKS = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<title", "</title>"))
_TAG = re.compile(r"<[^<>]*+>")
_SPACE = re.compile(r"[ \t\r\n]+")
_BLANK_LINES = re.compile(r"\n(?:[ \t\xa0]*\n){2,}")
_DEPTH_MAX = 150
"""Deeper pages would exhaust the stack of a recursive layout."""
_PADDING_MAX = 50_000_000
"""Cells times characters times tables in one another: a layout pads every cell to the widest of its column."""
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody",
    "tr", "ul",
))  # fmt: skip
_CELLS = frozenset({"td", "th"})


def to_text(html: str, *, limits: ReadingLimits, forgive: Forgiven) -> str:
    """The visible text of a page, quoted mail with ``>`` ahead; a page that cannot be read loses its tags only."""
    if len(html) > limits.html:
        forgive(Defect.HTML_TOO_LARGE)
        html = html[: limits.html]
    page = _page(html)
    if page is None:
        if html.strip():
            forgive(Defect.HTML_UNREADABLE)
        return _BLANK_LINES.sub("\n\n", unescape(_TAG.sub(" ", _without_unseen(html)))).strip()
    prepare(page)
    laid_out = _layout(page) if _is_modest(page, limits) else "".join(_running(page))
    return _BLANK_LINES.sub("\n\n", "\n".join(_marked_lines(laid_out))).strip("\n")


def _without_unseen(html: str) -> str:
    """The source without what no browser shows, in one pass for each kind; what is never closed stays."""
    for begins, ends in _UNSEEN_BLOCKS:
        lowered, kept, place = html.lower(), [], 0
        if len(lowered) != len(html):
            return html
        while (start := lowered.find(begins, place)) >= 0 and (end := lowered.find(ends, start)) >= 0:
            kept.append(html[place:start])
            place = end + len(ends)
        html = "".join([*kept, html[place:]])
    return html


def without_embedded_data(page: bytes) -> bytes:
    """The bytes of a page without the pictures that some mailers write into its links; they would fill any limit."""
    return _EMBEDDED_DATA.sub(b"", page)


def _page(html: str) -> Element | None:
    # The size of a page is bounded before; huge_tree only lets it be deep.
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return None
    # Beyond its depth the parser leaves everything out, and says so in its log only.
    is_cut = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return None if is_cut else page


def _is_modest(page: Element, limits: ReadingLimits) -> bool:
    """Whether a page can be laid out in the time and memory that a mail is worth."""
    elements = cells = characters = depth = deepest = tables = most_tables = 0
    for moment, element in lxml.etree.iterwalk(page, events=("start", "end")):
        step = 1 if moment == "start" else -1
        depth += step
        tables += step * (element.tag == "table")
        if moment == "start":
            elements += 1
            cells += element.tag in _CELLS
            characters += len(element.text or "") + len(element.tail or "")
            deepest, most_tables = max(deepest, depth), max(most_tables, tables)
    return elements <= limits.html_elements and deepest <= _DEPTH_MAX and most_tables * cells * characters <= _PADDING_MAX


def _layout(page: Element) -> str:
    # The strict profile leaves "0.5<span>mL" one word; the default one would put spaces around it.
    text: str = Inscriptis(page, ParserConfig(css=STRICT_CSS_PROFILE.copy())).get_text()
    return text


def _running(page: Element) -> Iterator[str]:
    """The text of a page in one pass, a line for each block, two spaces between cells."""
    for moment, element in lxml.etree.iterwalk(page, events=("start", "end")):
        tag = element.tag
        if moment == "start":
            yield _break(tag)
            yield _SPACE.sub(" ", element.text or "")
        else:
            yield "\n" if tag in _BLOCKS else ""
            yield _SPACE.sub(" ", element.tail or "")


def _break(tag: str) -> str:
    if tag in _CELLS:
        return "  "
    return "\n" if tag in _BLOCKS or tag == "br" else ""


def _marked_lines(laid_out: str) -> Iterator[str]:
    """The lines with our marks turned into what plain text mail has in their place."""
    depth = 0
    for line in laid_out.split("\n"):
        if SIGNATURE_BEGINS in line:
            yield "-- "
        begun = depth + line.count(QUOTE_BEGINS)
        words = line.strip().translate(_WITHOUT_MARKS) if begun else line.rstrip().translate(_WITHOUT_MARKS)
        is_only_marks = not words.strip() and bool(line.strip())
        if not is_only_marks:
            yield f"{'>' * begun} {words}".rstrip() if begun else words
        depth = max(0, begun - line.count(QUOTE_ENDS))


_WITHOUT_MARKS = str.maketrans("", "", MARKS)
