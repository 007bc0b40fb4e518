"""From data to a letter: one folder of templates a letter, each with ``subject.txt``, ``body.txt`` and ``body.html``.

A name that the data lacks is an error, never a blank (StrictUndefined). HTML is escaped by the template engine; values are never
templates themselves, so braces in a mail stay braces. The subject is forced to one line in this one place.
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from consultant.drafting.words import beside, counted, listed, one_line, plain, wrapped
from consultant.model.message import Letter
from consultant.resources import templates

SUBJECT_MAX = 120
_BLANKS = re.compile(r"[ ]+\n")
_GAPS = re.compile(r"\n{3,}")


def render(name: str, data: dict[str, object]) -> Letter:
    """The letter ``name`` with its data. Raises jinja2's UndefinedError when the data lacks a name that the templates use."""
    here = environment()
    subject, text, html = (here.get_template(f"{name}/{part}").render(data) for part in ("subject.txt", "body.txt", "body.html"))
    return Letter(subject=one_line(subject)[:SUBJECT_MAX].rstrip(), text=_tidy(text), html=_tidy(html))


@cache
def environment() -> Environment:
    """The template engine over the folder of letters, in the installed package or in the checkout."""
    made = Environment(
        loader=FileSystemLoader(templates("email")),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=True),
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(wrapped=wrapped, beside=beside, listed=listed, counted=counted)
    return made


def _tidy(text: str) -> str:
    """The text without blanks at line ends and with at most one empty line between paragraphs."""
    return _GAPS.sub("\n\n", _BLANKS.sub("\n", text)).strip() + "\n"


def _printable(value: object) -> object:
    """What is printed of a value: plain characters. Markup is built from values that went through here already."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
