"""``consultant ask``: a direct question, answered in a terminal. No database, no mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from consultant.commands.options import AsJson, OnDate, as_date, print_json
from consultant.errors import UsageError

if TYPE_CHECKING:
    from consultant.model.analysis import Analysis

_WIDTH = 100
_NOTHING = "Nothing written up here answers this. Name the code or the rule, or send the case as a mail."


def ask(
    question: Annotated[list[str], typer.Argument(help="The question, in quotes.")],
    on: OnDate = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question on codes, guidelines, modifiers, crosswalks, NCCI edits, compliance or Medicare coverage."""
    from consultant.commands.opened import the_knowledge
    from consultant.consultation.analysis import answer_question
    from consultant.model.wire import to_json

    text = " ".join(question).strip()
    if not text:
        msg = 'there is no question; write consultant ask "what is 77080?"'
        raise UsageError(msg)
    analysis = answer_question(text, as_date(on) or datetime.now(UTC).date(), the_knowledge())
    if as_json:
        print_json(to_json(analysis))
        return
    _show(analysis)


def _show(analysis: Analysis) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from consultant.drafting.words import first_and_rest

    console = Console(highlight=False, width=min(Console().width, _WIDTH))
    for number, one in enumerate(analysis.answers):
        if number:
            console.print()
        first, rest = first_and_rest(one.text)
        console.print(Text(first, style="bold"))
        if rest:
            console.print(Text(rest))
        about = f"  ({one.topic})" if one.topic else ""
        console.print(Padding(Text(f"Source: {'; '.join(one.sources) or 'none'}{about}", style="dim"), (0, 0, 0, 2)))
    if not analysis.answers:
        _show_reading(analysis)


def _show_reading(analysis: Analysis) -> None:
    """What the text gives as a case, when no direct answer is known."""
    from consultant.commands.analysis_page import show
    from consultant.model.wire import to_json

    if analysis.reading.procedures or analysis.reading.diagnoses:
        show({"id": "question"} | to_json(analysis))
    else:
        print(_NOTHING)
